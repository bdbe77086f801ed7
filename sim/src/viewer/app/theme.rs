//! Colours and letters of everything that is written over the scene.

use bevy::color::Color;
use bevy::ecs::bundle::Bundle;
use bevy::text::{TextColor, TextFont};
use bevy::ui::widget::Text;
use bevy::ui::{BackgroundColor, BorderRadius, Node, PositionType, UiRect, px};

/// Behind words, so that they can be read over anything.
pub(super) const PANEL: Color = Color::srgba(0.05, 0.06, 0.08, 0.86);
/// Words.
pub(super) const BRIGHT: Color = Color::srgb(0.95, 0.96, 0.97);
/// Words that matter less.
pub(super) const DIM: Color = Color::srgb(0.66, 0.70, 0.75);
/// True, done, success.
pub(super) const GREEN: Color = Color::srgb(0.30, 0.80, 0.42);
/// Failure.
pub(super) const RED: Color = Color::srgb(0.90, 0.32, 0.28);
/// The present, and what is chosen.
pub(super) const BLUE: Color = Color::srgb(0.35, 0.62, 0.98);
/// Keyframes.
pub(super) const YELLOW: Color = Color::srgb(0.98, 0.80, 0.25);
/// Not yet true.
pub(super) const GREY: Color = Color::srgb(0.36, 0.39, 0.43);

/// A line of text, `size` pixels high.
pub(super) fn words(text: impl Into<String>, size: f32, color: Color) -> impl Bundle {
    (Text::new(text.into()), TextFont::from_font_size(size), TextColor(color))
}

/// A dark panel with round corners at a place.
pub(super) fn panel(place: Node) -> impl Bundle {
    let node = Node {
        position_type: PositionType::Absolute,
        padding: UiRect::axes(px(12), px(9)),
        border_radius: BorderRadius::all(px(6)),
        ..place
    };
    (node, BackgroundColor(PANEL))
}

/// Changes a text only where it differs: laying text out is slow.
pub(super) fn write(text: &mut bevy::ecs::change_detection::Mut<'_, Text>, new: &str) {
    if text.0 != new {
        text.0.clear();
        text.0.push_str(new);
    }
}

/// The colour of a warmth from 0 to 1.
pub(super) fn heat(warmth: f32) -> [u8; 3] {
    let ramp = |third: f32| (255.0 * (3.0 * warmth - third).clamp(0.0, 1.0)) as u8;
    [ramp(0.0), ramp(1.0), ramp(2.0)]
}
