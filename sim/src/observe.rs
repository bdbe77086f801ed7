//! What the policy sees: RGB-D views of the cameras and proprioception.

use serde::{Deserialize, Serialize};

use crate::camera::Camera;
use crate::cell::{Cell, OPEN_SHARE};
use crate::frame::Pose;
use crate::raster::{Frame, Raster, Visual};
use crate::robot::links::{self, LINKS};
use crate::robot::panda::FINGER_TRAVEL;
use crate::scene::Scene;

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
pub struct Moment {
    poses: Vec<Pose>,
    tip: Pose,
}

impl Moment {
    /// A moment from poses of the scene's bodies in scene order, then of the robot's links, and of the tip.
    pub fn new(poses: Vec<Pose>, tip: Pose) -> Self {
        Self { poses, tip }
    }

    /// The moment a cell is at.
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
    raster: Raster,
    poses: Vec<Pose>,
}

impl Observer {
    /// Prepares a scene with the robot in it. Object ids are body index + 1, then the robot's links.
    pub fn new(scene: &Scene) -> Self {
        let mut visual = Visual::from_bodies(&scene.bodies);
        for link in 0..LINKS {
            visual.add_body(&links::parts(link));
        }
        Self { raster: Raster::new(&visual), poses: Vec::new() }
    }

    /// Number of triangles in the scene, the robot's among them.
    pub fn triangles(&self) -> usize {
        self.raster.triangles()
    }

    /// Moves everything to where it is in the cell now.
    pub fn pose(&mut self, cell: &Cell) {
        self.poses.clear();
        self.poses.extend(cell.world().poses());
        self.poses.extend(cell.arm().poses(cell.world()));
        self.raster.pose(&self.poses);
    }

    /// Moves everything to where it was at a recorded moment.
    pub fn recall(&mut self, moment: &Moment) {
        self.raster.pose(&moment.poses);
    }

    /// Draws a camera resolved to the world, as of the last [`Observer::pose`].
    pub fn draw(&self, camera: &Camera, frame: &mut Frame) {
        self.raster.render(camera, frame);
    }

    /// The observation of a cell through the given cameras.
    pub fn observe(&mut self, cell: &Cell, cameras: &[Camera]) -> Observation {
        self.pose(cell);
        Observation { views: self.views(cell.tip(), cameras), robot: Proprioception::of(cell) }
    }

    /// Moves everything to the given poses: the scene's bodies in scene order, then the robot's links.
    pub fn place(&mut self, poses: impl IntoIterator<Item = Pose>) {
        self.poses.clear();
        self.poses.extend(poses);
        self.raster.pose(&self.poses);
    }

    /// What the cameras see with the tip at `tip`, everything else being where it was put last.
    pub fn views(&self, tip: Pose, cameras: &[Camera]) -> Vec<View> {
        let view = |camera: &Camera| {
            let camera = camera.resolved(tip);
            let mut frame = Frame::new();
            self.draw(&camera, &mut frame);
            View { camera, frame }
        };
        cameras.iter().map(view).collect()
    }
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
