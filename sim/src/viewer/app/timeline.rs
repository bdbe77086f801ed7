//! The bar along the bottom: how far the episode is, and its keyframes.

use bevy::ecs::children;
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::Children;
use bevy::ecs::query::{With, Without};
use bevy::ecs::spawn::SpawnIter;
use bevy::ecs::spawn::SpawnRelated as _;
use bevy::ecs::system::{Commands, Query, Res};
use bevy::ui::widget::Text;
use bevy::ui::{BackgroundColor, BorderRadius, Display, Node, PositionType, Val, percent, px};

use super::export::CaptureQueue;
use super::orbit::Orbit;
use super::scrub::{BOTTOM, HEIGHT, MARGIN};
use super::theme::{BLUE, BRIGHT, GREY, PANEL, YELLOW, words, write};
use super::watched::Watched;
use crate::viewer::playback::{Session, Timeline};

/// Most keyframes that have a mark; more than any episode has.
const MARKS: usize = 96;

/// The part of the bar that lies behind.
#[derive(Component)]
pub(super) struct Past;
/// The mark of a keyframe.
#[derive(Component)]
pub(super) struct Mark(usize);
/// The line above the bar.
#[derive(Component)]
pub(super) struct Status;

pub(super) fn spawn(mut commands: Commands) {
    let bar = Node {
        position_type: PositionType::Absolute,
        left: px(MARGIN),
        right: px(MARGIN),
        bottom: px(BOTTOM),
        height: px(HEIGHT),
        border_radius: BorderRadius::all(px(4)),
        ..Node::default()
    };
    let past = Node {
        position_type: PositionType::Absolute,
        height: percent(100),
        width: percent(0),
        border_radius: BorderRadius::all(px(4)),
        ..Node::default()
    };
    let mark = |index: usize| {
        let node = Node {
            position_type: PositionType::Absolute,
            display: Display::None,
            top: px(-4),
            width: px(3),
            height: px(HEIGHT + 8.0),
            ..Node::default()
        };
        (node, BackgroundColor(YELLOW), Mark(index))
    };
    commands.spawn((
        bar,
        BackgroundColor(GREY),
        Children::spawn((
            bevy::ecs::spawn::Spawn((past, BackgroundColor(BLUE), Past)),
            SpawnIter((0..MARKS).map(mark)),
        )),
    ));
    let line = Node {
        position_type: PositionType::Absolute,
        left: px(MARGIN),
        bottom: px(BOTTOM + HEIGHT + 10.0),
        padding: bevy::ui::UiRect::axes(px(8), px(3)),
        border_radius: BorderRadius::all(px(4)),
        ..Node::default()
    };
    commands.spawn((line, BackgroundColor(PANEL), children![(words("", 14.0, BRIGHT), Status)]));
}

pub(super) fn show(
    watched: Res<Watched>,
    captures: Res<CaptureQueue>,
    orbit: Res<Orbit>,
    mut past: Query<&mut Node, (With<Past>, Without<Mark>)>,
    mut marks: Query<(&mut Node, &Mark), Without<Past>>,
    mut status: Query<&mut Text, With<Status>>,
) {
    let session = &watched.0;
    let Some(timeline) = session.timeline() else { return };
    let last = timeline.last().unwrap_or(0).max(1) as f32;
    let along = |step: f32| percent(100.0 * (step / last).min(1.0));
    for mut node in &mut past {
        set(&mut node.width, along(session.player().place() as f32));
    }
    for (mut node, mark) in &mut marks {
        match timeline.keyframes().get(mark.0) {
            Some(&step) => {
                set(&mut node.left, along(step as f32));
                node.display = Display::Flex;
            }
            None if node.display != Display::None => node.display = Display::None,
            None => {}
        }
    }
    for mut text in &mut status {
        let said = captures.said().map(|said| format!("   {said}")).unwrap_or_default();
        let line = line(session, timeline, orbit.camera(), captures.filming());
        write(&mut text, &(line + &said));
    }
}

fn set(value: &mut Val, new: Val) {
    if *value != new {
        *value = new;
    }
}

fn line(session: &Session, timeline: &Timeline, camera: Option<usize>, filming: bool) -> String {
    let player = session.player();
    let state = match (session.loading(), player.playing()) {
        (true, _) => "loading",
        (_, true) => "playing",
        (_, false) => "paused ",
    };
    let (step, last) = (player.step(), timeline.last().unwrap_or(0));
    let keyframes = timeline.keyframes();
    let passed = keyframes.iter().filter(|&&keyframe| keyframe <= step).count();
    let more = if timeline.complete() { "" } else { "+" };
    let camera = camera.and_then(|index| timeline.file().cameras.get(index));
    let camera = camera.map(|camera| format!("   camera {}", camera.name)).unwrap_or_default();
    let film = if filming { "   RECORDING" } else { "" };
    format!(
        "{state} x{:<4}  {:6.2} of {:.2}{more} s   step {step:4} of {last}{more}   keyframe {passed} of {}{camera}{film}   H: keys",
        player.speed(),
        Timeline::seconds(step),
        Timeline::seconds(last),
        keyframes.len(),
    )
}
