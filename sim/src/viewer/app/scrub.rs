//! Dragging along the timeline's bar: where the bar is, and whether the mouse holds it.

use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Query, Res, ResMut};
use bevy::input::ButtonInput;
use bevy::input::mouse::MouseButton;
use bevy::math::Vec2;
use bevy::window::{CursorMoved, Window};

use super::watched::Watched;

/// Distance of the bar from both sides and from the bottom of the window, and its height, pixels.
pub(super) const MARGIN: f32 = 16.0;
pub(super) const BOTTOM: f32 = 14.0;
pub(super) const HEIGHT: f32 = 16.0;
/// How far beside the bar the mouse may be, pixels.
const SLACK: f32 = 8.0;
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

/// Scrubs where the mouse holds the bar.
pub(super) fn drag(
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
