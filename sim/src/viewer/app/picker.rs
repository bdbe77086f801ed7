//! Choosing a task or a variation by typing a part of it.

use bevy::ecs::children;
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::Children;
use bevy::ecs::query::{With, Without};
use bevy::ecs::resource::Resource;
use bevy::ecs::spawn::{Spawn, SpawnIter, SpawnRelated as _};
use bevy::ecs::system::{Commands, Query, Res};
use bevy::input::keyboard::{KeyCode, KeyboardInput};
use bevy::text::TextColor;
use bevy::ui::widget::Text;
use bevy::ui::{Display, FlexDirection, GlobalZIndex, Node, px};

use super::panel::display;
use super::theme::{BRIGHT, DIM, YELLOW, panel, words, write};
use crate::task::Rules;
use crate::tasks;
use crate::viewer::playback::{Choice, Picker, Session};

/// Rows of the list: all tasks at once.
const ROWS: usize = tasks::ALL.len();
/// Letters in a row.
const LETTERS: usize = 78;

/// The picker while it is open.
#[derive(Default, Resource)]
pub(super) struct PickerPanel(Option<Picker>);

impl PickerPanel {
    pub(super) fn open(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn show(&mut self, rules: Rules) {
        self.0 = Some(Picker::new(rules));
    }

    /// A key pressed while it is open.
    pub(super) fn press(&mut self, key: &KeyboardInput, session: &mut Session) {
        let Some(picker) = &mut self.0 else { return };
        match key.key_code {
            KeyCode::Escape => self.0 = None,
            KeyCode::ArrowUp => picker.step(-1),
            KeyCode::ArrowDown => picker.step(1),
            KeyCode::PageUp => picker.step(-(ROWS as i64)),
            KeyCode::PageDown => picker.step(ROWS as i64),
            KeyCode::Backspace => picker.erase(),
            KeyCode::Enter | KeyCode::NumpadEnter => {
                if let Some(Choice { task, variation, .. }) = picker.chosen() {
                    session.choose(task, variation);
                    self.0 = None;
                }
            }
            _ => {
                if let Some(text) = &key.text {
                    picker.add(text);
                }
            }
        }
    }
}

/// The panel.
#[derive(Component)]
pub(super) struct PickerRoot;
/// What was typed.
#[derive(Component)]
pub(super) struct Typed;
/// A row of the list.
#[derive(Component)]
pub(super) struct Line(usize);

pub(super) fn spawn(mut commands: Commands) {
    let place = Node {
        display: Display::None,
        left: px(220),
        top: px(120),
        width: px(800),
        flex_direction: FlexDirection::Column,
        row_gap: px(2),
        ..Node::default()
    };
    commands.spawn((
        panel(place),
        GlobalZIndex(3),
        PickerRoot,
        Children::spawn((
            Spawn((words("", 17.0, YELLOW), Typed)),
            Spawn(Node { height: px(4), ..Node::default() }),
            SpawnIter((0..ROWS).map(|index| (words("", 15.0, DIM), Line(index)))),
            Spawn((
                Node { margin: bevy::ui::UiRect::top(px(6)), ..Node::default() },
                children![words(
                    "type to search tasks and instructions   Up Down   Enter: watch   Esc: close",
                    13.0,
                    DIM
                )],
            )),
        )),
    ));
}

pub(super) fn show(
    panel: Res<PickerPanel>,
    mut roots: Query<&mut Node, With<PickerRoot>>,
    mut typed: Query<&mut Text, (With<Typed>, Without<Line>)>,
    mut lines: Query<(&mut Text, &mut TextColor, &Line)>,
) {
    for mut node in &mut roots {
        display(&mut node, panel.open());
    }
    let Some(picker) = &panel.0 else { return };
    for mut text in &mut typed {
        write(&mut text, &format!("> {}_   ({} found)", picker.query(), picker.len()));
    }
    let (page, marked) = picker.page(ROWS);
    let page: Vec<Choice> = page.collect();
    for (mut text, mut color, line) in &mut lines {
        let row = page.get(line.0).map(|choice| row(picker, choice)).unwrap_or_default();
        write(&mut text, &row);
        let text_color = if line.0 == marked { BRIGHT } else { DIM };
        if color.0 != text_color {
            color.0 = text_color;
        }
    }
}

fn row(picker: &Picker, choice: &Choice) -> String {
    let task = choice.task;
    let row = if choice.whole {
        format!("{:<28} {:>3} variations", task.name, task.variations)
    } else {
        format!("{:<28} v{:<3} {}", task.name, choice.variation, picker.sentence(choice))
    };
    row.chars().take(LETTERS).collect()
}
