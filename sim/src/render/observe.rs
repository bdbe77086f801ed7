//! What the policy sees: RGB-D views of the cameras and proprioception.

use serde::{Deserialize, Serialize};

use crate::render::camera::Camera;
use crate::render::raster::{Frame, Raster, Visual};
use crate::render::renderer::{RenderError, Renderer};
use crate::robot::cell::{Cell, OPEN_SHARE};
use crate::robot::links::{self, LINKS};
use crate::robot::panda::FINGER_TRAVEL;
use crate::scene::description::Scene;
use crate::scene::frame::Pose;

/// The views of one moment and what the robot feels of itself.
#[derive(Clone, Debug)]
pub struct Observation {
    /// One picture per camera asked for, in that order.
    pub views: Vec<View>,
    /// Proprioception.
    pub robot: Proprioception,
}

/// One camera's picture, with the camera as it stood in the world.
#[derive(Clone, Debug)]
pub struct View {
    /// The camera, resolved to the world.
    pub camera: Camera,
    /// RGB, metric depth and object ids.
    pub frame: Frame,
}

/// The robot's own state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proprioception {
    /// Tip pose in the world.
    pub tip: Pose,
    /// Whether the gripper counts as open.
    pub open: bool,
    /// Position of each finger as a share of its travel, 0 closed to 1 open.
    pub fingers: [f32; 2],
}

/// Where everything stood at one moment: enough to draw it later, at a fraction of a picture's size.
#[derive(Clone, Debug, PartialEq)]
pub struct PoseSnapshot {
    poses: Vec<Pose>,
    tip: Pose,
}

impl PoseSnapshot {
    /// A snapshot from poses of the scene's bodies in scene order, then of the robot's links, and of the tip.
    pub fn new(poses: Vec<Pose>, tip: Pose) -> Self {
        Self { poses, tip }
    }

    /// The present poses of a cell.
    pub fn of(cell: &Cell) -> Self {
        let robot = cell.arm().poses(cell.world());
        Self { poses: cell.world().poses().chain(robot).collect(), tip: cell.tip() }
    }

    /// Poses of the scene's bodies in scene order, then of the robot's links.
    pub fn poses(&self) -> &[Pose] {
        &self.poses
    }

    /// Pose of the tip, for cameras that move with it.
    pub fn tip(&self) -> Pose {
        self.tip
    }
}

/// Draws one scene again and again; made once per scene, it allocates nothing per picture but the
/// pictures themselves.
pub struct Observer {
    engine: Engine,
    poses: Vec<Pose>,
}

/// What draws the scene.
enum Engine {
    Raster(Box<Raster>),
    #[cfg(feature = "bevy")]
    Bevy(crate::render::bevy::OffscreenScene),
}

impl Observer {
    /// Prepares a scene with the robot in it for the rasteriser. Object ids are body index + 1, then
    /// the robot's links.
    pub fn new(scene: &Scene) -> Self {
        let engine = Engine::Raster(Box::new(Raster::new(&visual(scene))));
        Self { engine, poses: Vec::new() }
    }

    /// The same for any renderer.
    ///
    /// # Errors
    /// When the scene is more than the renderer can draw.
    pub fn by(renderer: &Renderer, scene: &Scene) -> Result<Self, RenderError> {
        match renderer {
            Renderer::Raster => Ok(Self::new(scene)),
            #[cfg(feature = "bevy")]
            Renderer::Bevy(renderer) => {
                Ok(Self { engine: Engine::Bevy(renderer.scene(visual(scene))?), poses: Vec::new() })
            }
        }
    }

    /// Number of triangles in the scene, the robot's among them.
    pub fn triangles(&self) -> usize {
        match &self.engine {
            Engine::Raster(raster) => raster.triangles(),
            #[cfg(feature = "bevy")]
            Engine::Bevy(scene) => scene.triangles(),
        }
    }

    /// Moves everything to where it is in the cell now.
    pub fn pose(&mut self, cell: &Cell) {
        self.place(cell.world().poses().chain(cell.arm().poses(cell.world())));
    }

    /// Moves everything to where it was at a recorded moment.
    pub fn restore(&mut self, snapshot: &PoseSnapshot) {
        self.place(snapshot.poses.iter().copied());
    }

    /// Draws a camera resolved to the world, as of the last [`Observer::pose`].
    ///
    /// # Errors
    /// When a graphics driver fails in the middle of its work. The rasteriser needs none.
    pub fn draw(&self, camera: &Camera, frame: &mut Frame) -> Result<(), RenderError> {
        match &self.engine {
            Engine::Raster(raster) => raster.render(camera, frame),
            #[cfg(feature = "bevy")]
            Engine::Bevy(_) => {
                let mut frames = Vec::new();
                self.draw_all(core::slice::from_ref(camera), &mut frames)?;
                frames.into_iter().for_each(|drawn| *frame = drawn);
            }
        }
        Ok(())
    }

    /// Draws several cameras, which a renderer with a driver does faster than one by one; `frames[i]`
    /// becomes what `cameras[i]` sees.
    ///
    /// # Errors
    /// Like [`Observer::draw`].
    pub fn draw_all(&self, cameras: &[Camera], frames: &mut Vec<Frame>) -> Result<(), RenderError> {
        match &self.engine {
            Engine::Raster(raster) => {
                frames.resize_with(cameras.len(), Frame::new);
                cameras.iter().zip(frames).for_each(|(camera, frame)| raster.render(camera, frame));
            }
            #[cfg(feature = "bevy")]
            Engine::Bevy(scene) => *frames = scene.draw(self.poses.clone(), cameras.to_vec())?,
        }
        Ok(())
    }

    /// The observation of a cell through the given cameras.
    ///
    /// # Errors
    /// Like [`Observer::draw`].
    pub fn observe(&mut self, cell: &Cell, cameras: &[Camera]) -> Result<Observation, RenderError> {
        self.pose(cell);
        let views = self.views(cell.tip(), cameras)?;
        Ok(Observation { views, robot: Proprioception::of(cell) })
    }

    /// Moves everything to the given poses: the scene's bodies in scene order, then the robot's links.
    pub fn place(&mut self, poses: impl IntoIterator<Item = Pose>) {
        self.poses.clear();
        self.poses.extend(poses);
        match &mut self.engine {
            Engine::Raster(raster) => raster.pose(&self.poses),
            #[cfg(feature = "bevy")]
            Engine::Bevy(_) => {}
        }
    }

    /// What the cameras see with the tip at `tip`, everything else being where it was put last.
    ///
    /// # Errors
    /// Like [`Observer::draw`].
    pub fn views(&self, tip: Pose, cameras: &[Camera]) -> Result<Vec<View>, RenderError> {
        let cameras: Vec<Camera> = cameras.iter().map(|camera| camera.resolved(tip)).collect();
        let mut frames = Vec::new();
        self.draw_all(&cameras, &mut frames)?;
        let view = |(camera, frame)| View { camera, frame };
        Ok(cameras.into_iter().zip(frames).map(view).collect())
    }
}

/// Everything that cameras see of a scene and the robot.
fn visual(scene: &Scene) -> Visual {
    let mut visual = Visual::from_bodies(&scene.bodies);
    for link in 0..LINKS {
        visual.add_body(&links::parts(link));
    }
    visual
}

impl Proprioception {
    /// The robot's state in a cell.
    pub fn of(cell: &Cell) -> Self {
        Self::new(cell.tip(), cell.arm().opening(cell.world()))
    }

    /// The state with the tip at a pose and each finger `opening` metres from closed.
    pub fn new(tip: Pose, opening: [f32; 2]) -> Self {
        let fingers = opening.map(|f| f / FINGER_TRAVEL);
        Self { tip, open: fingers[0].min(fingers[1]) > OPEN_SHARE, fingers }
    }
}
