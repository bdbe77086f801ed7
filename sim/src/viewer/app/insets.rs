//! The views that a policy gets, drawn by the same renderer as for training, and its heat maps.

use bevy::asset::{Assets, Handle, RenderAssetUsages};
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::Children;
use bevy::ecs::resource::Resource;
use bevy::ecs::spawn::{Spawn, SpawnIter, SpawnRelated as _};
use bevy::ecs::system::{Commands, Local, Query, Res, ResMut};
use bevy::image::Image;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use bevy::ui::widget::{ImageNode, Text};
use bevy::ui::{FlexDirection, FlexWrap, Node, px};

use super::layers::{Layer, Layers};
use super::panel::display;
use super::scene_view::PolicyObserver;
use super::theme::{DIM, heat, panel, words, write};
use super::watched::{Watched, shown_step};
use crate::render::camera::Camera;
use crate::render::observe::View;
use crate::scene::frame::Vec3;
use crate::viewer::playback::{HeatMap, PolicyDecision, Timeline};

/// Side of a view on the screen, pixels.
const SIDE: f32 = 132.0;
/// Heat maps: two stages of three views.
const STAGES: usize = 2;
const AXES: usize = 3;

/// What is written under a picture.
#[derive(Component)]
pub(super) struct Caption(Slot);
/// The two panels.
#[derive(Component)]
pub(super) struct InsetPanel(Kind);

/// What a panel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Views,
    Heat,
}

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    /// A camera of the policy, by its place in the list.
    Camera(usize),
    /// A heat map by stage and view.
    Heat(usize, usize),
}

/// Names of the cameras whose views are shown.
#[derive(Resource)]
pub(super) struct PolicyViews(pub(super) Vec<String>);

/// The textures behind the pictures; each is made once.
#[derive(Default, Resource)]
pub(super) struct Textures(Vec<(Slot, Handle<Image>)>);

pub(super) fn spawn(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut textures: ResMut<Textures>,
    views: Res<PolicyViews>,
) {
    let cameras = (0..views.0.len()).map(Slot::Camera).collect();
    let heat =
        (0..STAGES).flat_map(|stage| (0..AXES).map(move |axis| Slot::Heat(stage, axis))).collect();
    let panels: [(Kind, Vec<Slot>, Node); 2] = [
        (Kind::Views, cameras, Node { right: px(16), top: px(14), ..column(1) }),
        (Kind::Heat, heat, Node { right: px(184), top: px(14), ..column(AXES) }),
    ];
    for (kind, slots, place) in panels {
        let mut pictures = Vec::new();
        for slot in slots {
            let handle = images.add(blank(1));
            textures.0.push((slot, handle.clone()));
            let image = (ImageNode::new(handle), square(SIDE));
            pictures.push((
                Node { flex_direction: FlexDirection::Column, ..Node::default() },
                Children::spawn((Spawn(image), Spawn((words("", 12.0, DIM), Caption(slot))))),
            ));
        }
        commands.spawn((
            panel(place),
            InsetPanel(kind),
            Children::spawn(SpawnIter(pictures.into_iter())),
        ));
    }
}

fn square(side: f32) -> Node {
    Node { width: px(side), height: px(side), ..Node::default() }
}

/// A panel of pictures, some of them side by side.
fn column(across: usize) -> Node {
    let gap = 6.0;
    let inside = across as f32 * (SIDE + gap) - gap;
    Node {
        // Beside the padding that every panel has.
        width: px(inside + 24.0),
        flex_direction: FlexDirection::Row,
        flex_wrap: FlexWrap::Wrap,
        column_gap: px(gap),
        row_gap: px(gap),
        ..Node::default()
    }
}

fn blank(side: u32) -> Image {
    let size = Extent3d { width: side, height: side, depth_or_array_layers: 1 };
    let (dimension, format) = (TextureDimension::D2, TextureFormat::Rgba8UnormSrgb);
    Image::new_fill(size, dimension, &[0, 0, 0, 255], format, RenderAssetUsages::default())
}

/// What the pictures were drawn for.
type Drawn = Option<(u64, usize, bool)>;

#[expect(clippy::too_many_arguments, reason = "one system draws every picture, once per step")]
pub(super) fn show(
    watched: Res<Watched>,
    layers: Res<Layers>,
    views: Res<PolicyViews>,
    textures: Res<Textures>,
    mut images: ResMut<Assets<Image>>,
    mut panels: Query<(&mut Node, &InsetPanel)>,
    mut captions: Query<(&mut Text, &Caption)>,
    mut observer: Local<PolicyObserver>,
    mut drawn: Local<Drawn>,
) {
    let now = shown_step(&watched.0);
    let decision = now.and_then(|(_, step, timeline)| timeline.decision(step));
    let heated = layers.on(Layer::Heat) && decision.is_some();
    for (mut node, panel) in &mut panels {
        let shown = match panel.0 {
            Kind::Views => layers.on(Layer::Insets) && now.is_some(),
            Kind::Heat => heated,
        };
        display(&mut node, shown);
    }
    let Some((episode, step, timeline)) = now else { return };
    if *drawn == Some((episode, step, heated)) {
        return;
    }
    *drawn = Some((episode, step, heated));
    let decision = decision.filter(|_| heated);
    let cameras = cameras(timeline, &views.0);
    let seen = see(&mut observer, episode, step, timeline, &cameras);
    for (slot, handle) in &textures.0 {
        let picture = match *slot {
            Slot::Camera(index) => seen.get(index).map(|view| tinted(view, decision)),
            Slot::Heat(stage, axis) => {
                decision.and_then(|decision| maps(decision)[stage].get(axis)).map(coloured)
            }
        };
        let (Some((side, rgba)), Some(mut image)) = (picture, images.get_mut(handle)) else {
            continue;
        };
        if image.width() != side {
            *image = blank(side);
        }
        image.data = Some(rgba);
    }
    for (mut text, caption) in &mut captions {
        let name = match caption.0 {
            Slot::Camera(index) => cameras.get(index).map(|camera| camera.name.clone()),
            Slot::Heat(stage, axis) => decision
                .and_then(|decision| maps(decision)[stage].get(axis))
                .map(|map| format!("{} {}", ["coarse", "fine"][stage], map.name)),
        };
        write(&mut text, &name.unwrap_or_default());
    }
}

fn maps(decision: &PolicyDecision) -> [&[HeatMap]; STAGES] {
    [&decision.coarse, &decision.fine]
}

/// The scene's cameras of these names.
fn cameras(timeline: &Timeline, names: &[String]) -> Vec<Camera> {
    let all = &timeline.file().cameras;
    let find = |name: &String| all.iter().find(|camera| camera.name == *name).cloned();
    names.iter().filter_map(find).collect()
}

fn see(
    observer: &mut PolicyObserver,
    episode: u64,
    step: usize,
    timeline: &Timeline,
    cameras: &[Camera],
) -> Vec<View> {
    let Some(state) = timeline.state(step) else { return Vec::new() };
    let observer = observer.of(episode, &timeline.file().scene);
    observer.restore(&state.snapshot);
    // The rasteriser draws the insets, and it does not fail.
    observer.views(state.snapshot.tip(), cameras).unwrap_or_default()
}

/// A view as a square texture; where a policy looks, warm.
fn tinted(view: &View, decision: Option<&PolicyDecision>) -> (u32, Vec<u8>) {
    let frame = &view.frame;
    let side = frame.width.min(frame.height);
    let mut rgba = Vec::with_capacity(4 * (side * side) as usize);
    for row in 0..side {
        for column in 0..side {
            let pixel = (row * frame.width + column) as usize;
            let color = [0, 1, 2].map(|channel| frame.rgb[3 * pixel + channel]);
            let warmth = decision.map_or(0.0, |decision| {
                let (u, v) = (column as f32 + 0.5, row as f32 + 0.5);
                warmth(decision, view.camera.unproject(u, v, frame.depth[pixel]))
            });
            rgba.extend(warmed(color, warmth));
            rgba.push(255);
        }
    }
    (side, rgba)
}

/// How warm a point is in all three views of the whole scene: the mean, cooled so that one view alone
/// counts for little.
fn warmth(decision: &PolicyDecision, point: Vec3) -> f32 {
    let sum: f32 = decision.coarse.iter().map(|map| map.at(point)).sum();
    let mean = sum / decision.coarse.len().max(1) as f32;
    mean * mean
}

fn warmed(color: [u8; 3], warmth: f32) -> [u8; 3] {
    let share = warmth.clamp(0.0, 1.0);
    let hot = [255.0, 70.0, 20.0];
    core::array::from_fn(|i| (f32::from(color[i]) * (1.0 - share) + hot[i] * share) as u8)
}

/// A heat map as a square texture: black, red, yellow, white.
fn coloured(map: &HeatMap) -> (u32, Vec<u8>) {
    let most = map.most().max(f32::MIN_POSITIVE);
    let rgba = map.values.iter().flat_map(|value| {
        let [red, green, blue] = heat(value / most);
        [red, green, blue, 255]
    });
    (map.side as u32, rgba.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heat_goes_from_black_to_white() {
        assert_eq!(heat(0.0), [0, 0, 0]);
        assert_eq!(heat(1.0), [255, 255, 255]);
        assert_eq!(heat(0.5), [255, 127, 0]);
        assert_eq!(warmed([10, 20, 30], 0.0), [10, 20, 30]);
        assert_eq!(warmed([10, 20, 30], 2.0), [255, 70, 20]);
    }
}
