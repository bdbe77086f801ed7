//! The bar along the bottom: how far the episode is, its keyframes, and where to go in it.

use bevy::ecs::children;
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::Children;
use bevy::ecs::message::MessageReader;
use bevy::ecs::query::{With, Without};
use bevy::ecs::resource::Resource;
use bevy::ecs::spawn::SpawnIter;
use bevy::ecs::spawn::SpawnRelated as _;
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::input::ButtonInput;
use bevy::input::mouse::MouseButton;
use bevy::math::Vec2;
use bevy::ui::widget::Text;
use bevy::ui::{BackgroundColor, BorderRadius, Display, Node, PositionType, Val, percent, px};
use bevy::window::{CursorMoved, Window};

use super::export::Wishes;
use super::ink::{BLUE, BRIGHT, GREY, PANEL, YELLOW, words, write};
use super::orbit::Orbit;
use super::theatre::Watched;
use crate::viewer::playback::{Session, Timeline};

/// Distance of the bar from both sides and from the bottom of the window, and its height, pixels.
const MARGIN: f32 = 16.0;
const BOTTOM: f32 = 14.0;
const HEIGHT: f32 = 16.0;
/// How far beside the bar the mouse may be, pixels.
const SLACK: f32 = 8.0;
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

/// Whether the mouse holds the bar, and where it was last.
#[derive(Default, Resource)]
pub(super) struct Scrub {
    held: bool,
    mouse: Vec2,
}

impl Scrub {
    /// Whether dragging scrubs, and turns nothing.
    pub(super) fn dragging(&self) -> bool {
        self.held
    }
}

/// Where along the bar a place of the window is; none beside it.
fn share(mouse: Vec2, window: Vec2, held: bool) -> Option<f32> {
    let top = window.y - BOTTOM - HEIGHT - SLACK;
    let along = (mouse.x - MARGIN) / (window.x - 2.0 * MARGIN).max(1.0);
    (held || mouse.y >= top).then_some(along.clamp(0.0, 1.0))
}

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

/// Scrubs where the mouse holds the bar.
pub(super) fn hold(
    mut scrub: ResMut<Scrub>,
    mut watched: ResMut<Watched>,
    mut moved: MessageReader<CursorMoved>,
    buttons: Res<ButtonInput<MouseButton>>,
    windows: Query<&Window>,
) {
    if let Some(last) = moved.read().last() {
        scrub.mouse = last.position;
    }
    let Some(window) = windows.iter().next() else { return };
    if !buttons.pressed(MouseButton::Left) {
        scrub.held = false;
        return;
    }
    let size = Vec2::new(window.width(), window.height());
    let found = share(scrub.mouse, size, scrub.held);
    // What begins beside the bar turns the view, and goes on doing so over the bar.
    if buttons.just_pressed(MouseButton::Left) {
        scrub.held = found.is_some();
    }
    if scrub.held
        && let Some(share) = found
    {
        watched.0.scrub(share);
    }
}

pub(super) fn show(
    watched: Res<Watched>,
    wishes: Res<Wishes>,
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
        let said = wishes.said().map(|said| format!("   {said}")).unwrap_or_default();
        let line = line(session, timeline, orbit.camera(), wishes.filming());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_where_it_is_drawn() {
        let window = Vec2::new(1280.0, 720.0);
        assert_eq!(share(Vec2::new(640.0, 700.0), window, false), Some(0.5));
        assert_eq!(share(Vec2::new(0.0, 700.0), window, false), Some(0.0));
        assert_eq!(share(Vec2::new(640.0, 600.0), window, false), None);
        assert_eq!(share(Vec2::new(1500.0, 100.0), window, true), Some(1.0));
    }
}
