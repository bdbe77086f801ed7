//! The list of keys.

use bevy::ecs::children;
use bevy::ecs::component::Component;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Commands, Query, Res};
use bevy::ui::{Display, GlobalZIndex, Node, px};

use super::keys::KEYS;
use super::panel::display;
use super::theme::{BRIGHT, panel, words};

/// What the mouse does, beside the keys.
pub(super) const MOUSE: [(&str, &str); 4] = [
    ("drag", "turn the view"),
    ("right drag", "move the view"),
    ("wheel", "nearer or farther"),
    ("drag the bar", "go anywhere in the episode"),
];

/// Whether the list is shown.
#[derive(Default, Resource)]
pub(super) struct Help(bool);

impl Help {
    pub(super) fn open(&self) -> bool {
        self.0
    }

    pub(super) fn toggle(&mut self) {
        self.0 ^= true;
    }
}

/// The list itself.
#[derive(Component)]
pub(super) struct List;

pub(super) fn spawn(mut commands: Commands) {
    let rows = KEYS.iter().map(|key| (key.name, key.help)).chain(MOUSE);
    let rows: Vec<String> = rows.map(|(name, help)| format!("{name:<13} {help}")).collect();
    let half = rows.len().div_ceil(2);
    let column = |rows: &[String]| words(rows.join("\n"), 15.0, BRIGHT);
    let place = Node {
        display: Display::None,
        left: px(190),
        top: px(150),
        column_gap: px(36),
        ..Node::default()
    };
    let (left, right) = rows.split_at(half);
    commands.spawn((panel(place), GlobalZIndex(2), List, children![column(left), column(right)]));
}

pub(super) fn show(help: Res<Help>, mut lists: Query<&mut Node, With<List>>) {
    for mut node in &mut lists {
        display(&mut node, help.open());
    }
}
