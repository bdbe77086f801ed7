//! The app that draws, one frame for each call.

use std::sync::Arc;

use bevy::app::{App, TaskPoolPlugin};
use bevy::asset::AssetPlugin;
use bevy::camera::CameraPlugin;
use bevy::color::{ColorToPacked as _, Srgba};
use bevy::core_pipeline::CorePipelinePlugin;
use bevy::diagnostic::FrameCountPlugin;
use bevy::ecs::resource::Resource;
use bevy::ecs::world::World;
use bevy::image::ImagePlugin;
use bevy::light::LightPlugin;
use bevy::light::cluster::GlobalClusterSettings;
use bevy::mesh::MeshPlugin;
use bevy::pbr::PbrPlugin;
use bevy::render::error_handler::{RenderError, RenderErrorHandler, RenderErrorPolicy};
use bevy::render::render_resource::{CachedPipelineState, PipelineCache};
use bevy::render::renderer::RenderDevice;
use bevy::render::settings::{Backends, InstanceFlags, WgpuSettings, WgpuSettingsPriority};
use bevy::render::{RenderApp, RenderPlugin};
use bevy::time::TimePlugin;
use bevy::transform::TransformPlugin;
use bevy::window::{ExitCondition, WindowPlugin};

use super::adapter::Adapter;
use super::camera::OffscreenCamera;
use super::error::OffscreenError;
use super::readback::{CameraImage, Readback, ReadbackPlugin};
use super::timings::{self, RenderTimings, now};
use crate::render::bevy::material::SceneMaterial;
use crate::render::bevy::scene::{SceneEntities, ScenePlugin};
use crate::render::camera::Camera;
use crate::render::raster::{Frame, MAX_SIDE, Visual};
use crate::scene::arena::arena;
use crate::scene::frame::{Pose, Vec3};

/// Most frames that shaders and meshes may need to arrive; two or three do.
const PATIENCE: usize = 200;

/// Pictures that are wanted.
pub(super) struct RenderRequest {
    /// Number of the scene.
    pub(super) scene: u64,
    pub(super) visual: Arc<Visual>,
    pub(super) poses: Vec<Pose>,
    pub(super) cameras: Vec<Camera>,
}

/// Bevy with a scene and some cameras.
pub(super) struct OffscreenApp {
    app: App,
    cameras: Vec<OffscreenCamera>,
    scene: Option<(u64, SceneEntities)>,
    /// Background colour, sRGB.
    sky: [u8; 3],
    /// What drawing has cost so far.
    pub(super) timings: RenderTimings,
}

impl OffscreenApp {
    /// Starts Bevy on an adapter.
    pub(super) fn start(adapter: &Adapter) -> Self {
        let settings = WgpuSettings {
            backends: Some(Backends::VULKAN),
            // The same features on every adapter, so that all take the same path.
            priority: WgpuSettingsPriority::WebGPU,
            instance_flags: InstanceFlags::empty(),
            adapter_name: Some(adapter.name.clone()),
            ..WgpuSettings::default()
        };
        let mut app = App::new();
        app.add_plugins((
            TaskPoolPlugin::default(),
            FrameCountPlugin,
            TimePlugin,
            TransformPlugin,
            WindowPlugin {
                primary_window: None,
                exit_condition: ExitCondition::DontExit,
                ..WindowPlugin::default()
            },
            AssetPlugin::default(),
            RenderPlugin {
                render_creation: settings.into(),
                synchronous_pipeline_compilation: true,
                ..RenderPlugin::default()
            },
            ImagePlugin::default_nearest(),
            MeshPlugin,
            CameraPlugin,
            LightPlugin,
            CorePipelinePlugin,
            // Not with `use_gpu_instance_buffer_builder: false`: in 0.19 nothing is drawn then.
            PbrPlugin::default(),
        ));
        // Where gizmos are built in, lights ask whether theirs are wanted.
        #[cfg(feature = "viewer")]
        app.add_plugins(bevy::gizmos::GizmoPlugin);
        app.add_plugins((ScenePlugin, ReadbackPlugin));
        app.insert_resource(RenderErrorHandler(keep_reason));
        timings::install(&mut app);
        app.finish();
        app.cleanup();
        if let Some(mut clusters) = app.world_mut().get_resource_mut::<GlobalClusterSettings>() {
            // One light, one cluster.
            clusters.gpu_clustering = None;
        }
        let sky = Srgba::from(SceneMaterial::sky()).to_u8_array_no_alpha();
        Self { app, cameras: Vec::new(), scene: None, sky, timings: RenderTimings::default() }
    }

    /// Draws something small, so that what the driver cannot do shows at once.
    pub(super) fn warm_up(&mut self) -> Result<(), OffscreenError> {
        let bodies = arena();
        let (visual, poses) = (Visual::from_bodies(&bodies), bodies.iter().map(|body| body.pose));
        let camera = Camera::look_at("trial", Vec3::new(1.5, 1.0, 1.5), Vec3::ZERO, 40.0, 16, 16);
        let (visual, poses, cameras) = (Arc::new(visual), poses.collect(), vec![camera]);
        let request = RenderRequest { scene: u64::MAX, visual, poses, cameras };
        for _ in 0..PATIENCE {
            if self.draw(&request)?.iter().any(|frame| frame.id.contains(&1)) {
                return Ok(());
            }
        }
        Err(OffscreenError::Stuck)
    }

    /// Draws a request's cameras, one frame for each.
    pub(super) fn draw(&mut self, request: &RenderRequest) -> Result<Vec<Frame>, OffscreenError> {
        let mut fresh = self.enter(request)?;
        if let Some((_, scene)) = &mut self.scene {
            scene.pose(self.app.world_mut(), &request.poses);
        }
        let mut frames: Vec<Frame> =
            request.cameras.iter().map(|camera| self.blank(camera)).collect();
        let sound: Vec<usize> =
            (0..frames.len()).filter(|&i| is_sound(&request.cameras[i])).collect();
        for (slot, &index) in sound.iter().enumerate() {
            let size = [frames[index].width, frames[index].height];
            fresh |= self.slot(slot, size);
            self.cameras[slot].aim(self.app.world_mut(), &request.cameras[index]);
        }
        for camera in self.cameras.iter().skip(sound.len()) {
            camera.set_active(self.app.world_mut(), false);
        }
        if sound.is_empty() {
            return Ok(frames);
        }
        let mut whole = self.frame(&request.cameras, &sound, &mut frames)?;
        let mut left = PATIENCE;
        // The first pictures of a new scene may lack what is still on its way.
        while fresh {
            let before = frames.clone();
            let again = self.frame(&request.cameras, &sound, &mut frames)?;
            let same = before.iter().zip(&frames).all(|(a, b)| a.rgb == b.rgb && a.id == b.id);
            fresh = !(whole && again && same && self.is_ready());
            whole = again;
            left -= 1;
            if left == 0 {
                return Err(OffscreenError::Stuck);
            }
        }
        Ok(frames)
    }

    /// Makes the request's scene the one that is drawn; whether it was not before.
    fn enter(&mut self, request: &RenderRequest) -> Result<bool, OffscreenError> {
        if self.scene.as_ref().is_some_and(|(number, _)| *number == request.scene) {
            return Ok(false);
        }
        if let Some((_, old)) = self.scene.take() {
            old.despawn(self.app.world_mut());
        }
        self.scene =
            Some((request.scene, SceneEntities::spawn(self.app.world_mut(), &request.visual)?));
        Ok(true)
    }

    /// Gives the camera of a slot this size; whether it had another or there was none.
    fn slot(&mut self, slot: usize, size: [u32; 2]) -> bool {
        let world = self.app.world_mut();
        match self.cameras.get_mut(slot) {
            Some(camera) if camera.size == size => return false,
            Some(camera) => camera.resize(world, size),
            None => self.cameras.push(OffscreenCamera::spawn(world, slot, size)),
        }
        true
    }

    /// Updates the app once, and reads back what the cameras saw; whether all of them saw something.
    fn frame(
        &mut self,
        cameras: &[Camera],
        sound: &[usize],
        frames: &mut [Frame],
    ) -> Result<bool, OffscreenError> {
        let begun = now();
        self.app.update();
        if let Some(DriverError(reason)) = self.app.world().get_resource() {
            return Err(OffscreenError::Lost(reason.clone()));
        }
        let encoded = now();
        let device = self.app.world().resource::<RenderDevice>();
        let readback = self.app.sub_app(RenderApp).world().resource::<Readback>();
        readback.wait(device).map_err(OffscreenError::Lost)?;
        let drawn = now();
        let mut shown = 0;
        let show = |slot: usize, image: &CameraImage| {
            let Some(&index) = sound.get(slot) else { return };
            let frame = &mut frames[index];
            // A picture of the size before the last resizing is not this one.
            if image.size() == [frame.width, frame.height] {
                decode(image, &cameras[index], self.sky, frame);
                shown += 1;
            }
        };
        readback.for_each(show);
        self.timings.add(&self.app, [begun, encoded, drawn, now()]);
        Ok(shown == sound.len())
    }

    /// Whether no shader is still being loaded.
    fn is_ready(&self) -> bool {
        let pipelines = self.app.sub_app(RenderApp).world().resource::<PipelineCache>();
        let made = |state: &CachedPipelineState| matches!(state, CachedPipelineState::Ok(_));
        pipelines.pipelines().all(|pipeline| made(&pipeline.state))
    }

    /// A frame that shows nothing.
    fn blank(&self, camera: &Camera) -> Frame {
        let mut frame = Frame::new();
        let size = [camera.width, camera.height].map(|side| side.min(MAX_SIDE));
        [frame.width, frame.height] = size;
        let pixels = size[0] as usize * size[1] as usize;
        frame.rgb = self.sky.repeat(pixels);
        frame.depth = vec![camera.far; pixels];
        frame.id = vec![0; pixels];
        frame
    }
}

/// Whether there is anything that a camera could see.
fn is_sound(camera: &Camera) -> bool {
    let finite = camera.pose.is_finite() && camera.near.is_finite() && camera.far.is_finite();
    let sides = camera.width > 0 && camera.height > 0;
    finite && sides && camera.focal.is_finite() && camera.focal > 0.0 && camera.far > camera.near
}

/// What the driver said when it failed.
#[derive(Resource)]
struct DriverError(String);

/// Keeps the reason for the one who asked for the picture; nothing more is drawn.
fn keep_reason(error: &RenderError, main: &mut World, _: &mut World) -> RenderErrorPolicy {
    main.insert_resource(DriverError(format!("{:?}: {}", error.ty, error.description)));
    RenderErrorPolicy::StopRendering
}

/// Turns what a camera saw into colour, metres and ids.
fn decode(image: &CameraImage, camera: &Camera, sky: [u8; 3], frame: &mut Frame) {
    let near = camera.near.max(1e-4);
    let (rgb, mut pixel) = (frame.rgb.as_chunks_mut::<3>().0, 0);
    for (colors, depths) in image.rows() {
        for (color, depth) in colors.iter().zip(depths) {
            // Reversed depth: near / distance, 0 where nothing is.
            let distance = near / f32::from_ne_bytes(*depth);
            let seen = color[3] > 0 && distance < camera.far;
            let [red, green, blue, id] = *color;
            rgb[pixel] = if seen { [red, green, blue] } else { sky };
            frame.depth[pixel] = if seen { distance } else { camera.far };
            frame.id[pixel] = if seen { id.into() } else { 0 };
            pixel += 1;
        }
    }
}
