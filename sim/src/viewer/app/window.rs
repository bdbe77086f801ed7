//! The window: what is put together in it, and why it may not open.

use bevy::app::{App, AppExit, PluginGroup as _, PreUpdate, Startup, Update};
use bevy::camera::{Camera3d, PerspectiveProjection, Projection};
use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, ResMut};
use bevy::gizmos::config::{DefaultGizmoConfigGroup, GizmoConfigStore};
use bevy::input::InputSystems;
use bevy::light::ShadowFilteringMethod;
use bevy::light::cluster::{ClusterConfig, GlobalClusterSettings};
use bevy::math::Vec4;
use bevy::render::RenderPlugin;
use bevy::render::settings::{Backends, WgpuSettings};
use bevy::render::view::{Msaa, NoIndirectDrawing};
use bevy::window::{Window, WindowPlugin};
use bevy::winit::WinitSettings;

use super::draw_calls::DrawCallsPlugin;
use super::export::{CaptureQueue, Export, Exporter};
use super::scene_view::SceneView;
use super::script::Script;
use super::watched::Watched;
use super::{
    banner, commands, export, help, insets, layers, orbit, overlays, panel, picker, scene_view,
    script, scrub, timeline,
};
use crate::render::bevy::{ScenePlugin, adapters};
use crate::viewer::playback::{Entry, Session};

/// Size of the window when it opens, pixels.
pub const SIZE: [u32; 2] = [1280, 720];

/// How to watch.
pub struct Options {
    /// Names of the cameras that a policy sees through.
    pub views: Vec<String>,
    /// Who writes pictures and clips.
    pub export: Box<dyn Export>,
    /// Input that is to come from a file.
    pub script: Option<Script>,
    /// Asked now and then for episodes that have come to pass meanwhile.
    pub news: Option<Box<dyn FnMut() -> Vec<Entry> + Send + Sync>>,
}

/// Why there is no window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// No display that a window can be opened on.
    #[error("no display: {0}")]
    Display(String),
    /// Nothing that could draw.
    #[error("no graphics adapter: {0}")]
    Adapter(String),
    /// The window closed on an error.
    #[error("the window closed on an error")]
    Broken,
}

/// Where more to watch comes from.
#[derive(Resource)]
struct EntryFeed(Box<dyn FnMut() -> Vec<Entry> + Send + Sync>);

/// Opens the window and returns when it is closed.
///
/// # Errors
/// When there is no display or no adapter, or something broke.
pub fn run(session: Session, options: Options) -> Result<(), WindowError> {
    if adapters().is_empty() {
        return Err(WindowError::Adapter("install a Vulkan driver".into()));
    }
    let mut app = App::new();
    let window =
        Window { title: "mirror watch".into(), resolution: SIZE.into(), ..Window::default() };
    let windows = WindowPlugin { primary_window: Some(window), ..WindowPlugin::default() };
    let settings = WgpuSettings { backends: Some(Backends::VULKAN), ..WgpuSettings::default() };
    let render = RenderPlugin {
        render_creation: settings.into(),
        synchronous_pipeline_compilation: true,
        ..RenderPlugin::default()
    };
    app.add_plugins(bevy::DefaultPlugins.set(windows).set(render));
    app.add_plugins((ScenePlugin, DrawCallsPlugin));
    // Also without focus: who watches may type elsewhere.
    app.insert_resource(WinitSettings::continuous());
    add_systems(&mut app, session, options);
    if app.run() == AppExit::Success { Ok(()) } else { Err(WindowError::Broken) }
}

fn add_systems(app: &mut App, session: Session, options: Options) {
    app.insert_resource(Watched(session))
        .insert_resource(insets::PolicyViews(options.views))
        .insert_resource(Exporter(options.export))
        .init_resource::<SceneView>()
        .init_resource::<CaptureQueue>()
        .init_resource::<layers::Layers>()
        .init_resource::<orbit::Orbit>()
        .init_resource::<commands::CommandQueue>()
        .init_resource::<picker::PickerPanel>()
        .init_resource::<help::Help>()
        .init_resource::<scrub::Scrub>()
        .init_resource::<insets::Textures>();
    if let Some(script) = options.script {
        app.insert_resource(script);
        app.add_systems(PreUpdate, script::act.before(InputSystems));
    }
    if let Some(news) = options.news {
        app.insert_resource(EntryFeed(news));
        app.add_systems(Update, receive_entries.before(export::advance));
    }
    app.add_systems(
        Startup,
        (
            open,
            panel::spawn,
            timeline::spawn,
            banner::spawn,
            help::spawn,
            picker::spawn,
            insets::spawn,
        ),
    );
    let act = (commands::read_keys, commands::execute, scrub::drag, export::advance, export::stop)
        .chain();
    let show_scene = (scene_view::update, orbit::look, overlays::draw).chain();
    let tell = (
        panel::show,
        timeline::show,
        banner::show,
        help::show,
        picker::show,
        insets::show,
        export::capture,
    );
    app.add_systems(Update, (act, show_scene, tell).chain());
}

/// The camera, and how lines are drawn.
fn open(
    mut commands: Commands,
    mut gizmos: ResMut<GizmoConfigStore>,
    mut clusters: ResMut<GlobalClusterSettings>,
) {
    let near = crate::render::camera::NEAR;
    let perspective = PerspectiveProjection {
        near,
        far: 20.0,
        near_clip_plane: Vec4::new(0.0, 0.0, -1.0, -near),
        ..PerspectiveProjection::default()
    };
    // Colours as they are: nothing between the material and the screen.
    let plain = (Tonemapping::None, DebandDither::Disabled, Msaa::Sample4);
    // One light, and few things to draw: nothing to sort, and draws that need no computing before.
    let simple = (ClusterConfig::Single, NoIndirectDrawing, ShadowFilteringMethod::Gaussian);
    commands.spawn((
        Camera3d::default(),
        Projection::Perspective(perspective),
        plain,
        simple,
        orbit::ViewerCamera,
    ));
    clusters.gpu_clustering = None;
    let (config, _) = gizmos.config_mut::<DefaultGizmoConfigGroup>();
    config.line.width = 2.0;
    // Over everything: what is shown is more than what could be seen.
    config.depth_bias = -1.0;
}

/// Takes what has come to pass meanwhile.
fn receive_entries(mut feed: ResMut<EntryFeed>, mut watched: ResMut<Watched>) {
    let entries = (feed.0)();
    if !entries.is_empty() {
        watched.0.extend(entries);
    }
}
