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
use super::costs::{self, Costs, now};
use super::eye::Eye;
use super::studio::{StudioError, Wish};
use super::tray::{Plate, Tray, TrayPlugin};
use crate::render::bevy::paint::Paint;
use crate::render::bevy::scene::{Stage, StagePlugin};
use crate::render::camera::Camera;
use crate::render::raster::{Frame, MAX_SIDE, Visual};
use crate::scene::arena::arena;
use crate::scene::frame::Vec3;

/// Most frames that shaders and meshes may need to arrive; two or three do.
const PATIENCE: usize = 200;

/// Bevy with a stage and some eyes.
pub(super) struct Pump {
    app: App,
    eyes: Vec<Eye>,
    stage: Option<(u64, Stage)>,
    /// Background colour, sRGB.
    sky: [u8; 3],
    /// What drawing has cost so far.
    pub(super) costs: Costs,
}

impl Pump {
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
        app.add_plugins((StagePlugin, TrayPlugin));
        app.insert_resource(RenderErrorHandler(note));
        costs::watch(&mut app);
        app.finish();
        app.cleanup();
        if let Some(mut clusters) = app.world_mut().get_resource_mut::<GlobalClusterSettings>() {
            // One lamp, one cluster.
            clusters.gpu_clustering = None;
        }
        let sky = Srgba::from(Paint::sky()).to_u8_array_no_alpha();
        Self { app, eyes: Vec::new(), stage: None, sky, costs: Costs::default() }
    }

    /// Draws something small, so that what the driver cannot do shows at once.
    pub(super) fn rehearse(&mut self) -> Result<(), StudioError> {
        let bodies = arena();
        let (visual, poses) = (Visual::from_bodies(&bodies), bodies.iter().map(|body| body.pose));
        let camera = Camera::look_at("trial", Vec3::new(1.5, 1.0, 1.5), Vec3::ZERO, 40.0, 16, 16);
        let (visual, poses, cameras) = (Arc::new(visual), poses.collect(), vec![camera]);
        let wish = Wish { scene: u64::MAX, visual, poses, cameras };
        for _ in 0..PATIENCE {
            if self.draw(&wish)?.iter().any(|frame| frame.id.contains(&1)) {
                return Ok(());
            }
        }
        Err(StudioError::Stuck)
    }

    /// Draws a wish's cameras, one frame for each.
    pub(super) fn draw(&mut self, wish: &Wish) -> Result<Vec<Frame>, StudioError> {
        let mut fresh = self.enter(wish)?;
        if let Some((_, stage)) = &mut self.stage {
            stage.pose(self.app.world_mut(), &wish.poses);
        }
        let mut frames: Vec<Frame> = wish.cameras.iter().map(|camera| self.blank(camera)).collect();
        let sound: Vec<usize> = (0..frames.len()).filter(|&i| is_sound(&wish.cameras[i])).collect();
        for (seat, &index) in sound.iter().enumerate() {
            let size = [frames[index].width, frames[index].height];
            fresh |= self.seat(seat, size);
            self.eyes[seat].aim(self.app.world_mut(), &wish.cameras[index]);
        }
        for eye in self.eyes.iter().skip(sound.len()) {
            eye.wake(self.app.world_mut(), false);
        }
        if sound.is_empty() {
            return Ok(frames);
        }
        let mut whole = self.frame(&wish.cameras, &sound, &mut frames)?;
        let mut left = PATIENCE;
        // The first pictures of a new scene may lack what is still on its way.
        while fresh {
            let before = frames.clone();
            let again = self.frame(&wish.cameras, &sound, &mut frames)?;
            let same = before.iter().zip(&frames).all(|(a, b)| a.rgb == b.rgb && a.id == b.id);
            fresh = !(whole && again && same && self.is_ready());
            whole = again;
            left -= 1;
            if left == 0 {
                return Err(StudioError::Stuck);
            }
        }
        Ok(frames)
    }

    /// Makes the wish's scene the one on stage; whether it was not before.
    fn enter(&mut self, wish: &Wish) -> Result<bool, StudioError> {
        if self.stage.as_ref().is_some_and(|(number, _)| *number == wish.scene) {
            return Ok(false);
        }
        if let Some((_, old)) = self.stage.take() {
            old.strike(self.app.world_mut());
        }
        self.stage = Some((wish.scene, Stage::spawn(self.app.world_mut(), &wish.visual)?));
        Ok(true)
    }

    /// Makes an eye of this size sit in a seat; whether it did not before.
    fn seat(&mut self, seat: usize, size: [u32; 2]) -> bool {
        let world = self.app.world_mut();
        match self.eyes.get_mut(seat) {
            Some(eye) if eye.size == size => return false,
            Some(eye) => eye.resize(world, size),
            None => self.eyes.push(Eye::open(world, seat, size)),
        }
        true
    }

    /// Pumps once, and reads back what the eyes saw; whether all of them saw something.
    fn frame(
        &mut self,
        cameras: &[Camera],
        sound: &[usize],
        frames: &mut [Frame],
    ) -> Result<bool, StudioError> {
        let begun = now();
        self.app.update();
        if let Some(Fault(reason)) = self.app.world().get_resource() {
            return Err(StudioError::Lost(reason.clone()));
        }
        let encoded = now();
        let device = self.app.world().resource::<RenderDevice>();
        let tray = self.app.sub_app(RenderApp).world().resource::<Tray>();
        tray.wait(device).map_err(StudioError::Lost)?;
        let drawn = now();
        let mut shown = 0;
        let show = |seat: usize, plate: &Plate| {
            let Some(&index) = sound.get(seat) else { return };
            let frame = &mut frames[index];
            // A picture of the size before the last resizing is not this one.
            if plate.size() == [frame.width, frame.height] {
                develop(plate, &cameras[index], self.sky, frame);
                shown += 1;
            }
        };
        tray.serve(show);
        self.costs.add(&self.app, [begun, encoded, drawn, now()]);
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
struct Fault(String);

/// Keeps the reason for the one who asked for the picture; nothing more is drawn.
fn note(error: &RenderError, main: &mut World, _: &mut World) -> RenderErrorPolicy {
    main.insert_resource(Fault(format!("{:?}: {}", error.ty, error.description)));
    RenderErrorPolicy::StopRendering
}

/// Turns what an eye saw into colour, metres and ids.
fn develop(plate: &Plate, camera: &Camera, sky: [u8; 3], frame: &mut Frame) {
    let near = camera.near.max(1e-4);
    let (rgb, mut pixel) = (frame.rgb.as_chunks_mut::<3>().0, 0);
    for (colors, depths) in plate.rows() {
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
