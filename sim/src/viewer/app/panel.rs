//! What is to be done, in which scene, and which parts of success hold.

use bevy::color::Color;
use bevy::ecs::children;
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::Children;
use bevy::ecs::query::{With, Without};
use bevy::ecs::spawn::{Spawn, SpawnIter, SpawnRelated as _};
use bevy::ecs::system::{Commands, Query, Res};
use bevy::ui::widget::Text;
use bevy::ui::{AlignItems, BackgroundColor, BorderRadius, Display, FlexDirection, Node, px};

use super::layers::{Layer, Layers};
use super::theme::{BRIGHT, DIM, GREEN, GREY, panel, words, write};
use super::watched::Watched;
use crate::viewer::playback::{Session, Timeline};

/// Most parts of success that are listed; more than any task has.
const PARTS: usize = 8;
/// Letters in a line of the panel.
const LINE: usize = 46;

/// The panel itself.
#[derive(Component)]
pub(super) struct Panel;
/// The instruction.
#[derive(Component)]
pub(super) struct Instruction;
/// Which scene it is.
#[derive(Component)]
pub(super) struct Place;
/// The row of a part of success.
#[derive(Component)]
pub(super) struct Row(usize);
/// The indicator of a part of success.
#[derive(Component)]
pub(super) struct Indicator(usize);
/// The name of a part of success.
#[derive(Component)]
pub(super) struct Name(usize);

pub(super) fn spawn(mut commands: Commands) {
    let place = Node {
        left: px(16),
        top: px(14),
        flex_direction: FlexDirection::Column,
        row_gap: px(5),
        ..Node::default()
    };
    let row = |index: usize| {
        let node = Node {
            display: Display::None,
            align_items: AlignItems::Center,
            column_gap: px(8),
            ..Node::default()
        };
        let indicator = Node {
            width: px(12),
            height: px(12),
            border_radius: BorderRadius::all(px(6)),
            ..Node::default()
        };
        (
            node,
            Row(index),
            children![
                (indicator, BackgroundColor(GREY), Indicator(index)),
                (words("", 15.0, BRIGHT), Name(index)),
            ],
        )
    };
    commands.spawn((
        panel(place),
        Panel,
        Children::spawn((
            Spawn((words("loading", 19.0, BRIGHT), Instruction)),
            Spawn((words("", 13.0, DIM), Place)),
            SpawnIter((0..PARTS).map(row)),
        )),
    ));
}

#[expect(
    clippy::type_complexity,
    clippy::too_many_arguments,
    reason = "a system's arguments are all that it reads and writes, and these must not overlap"
)]
pub(super) fn show(
    watched: Res<Watched>,
    layers: Res<Layers>,
    mut panels: Query<&mut Node, (With<Panel>, Without<Row>)>,
    mut rows: Query<(&mut Node, &Row), Without<Panel>>,
    mut indicators: Query<(&mut BackgroundColor, &Indicator)>,
    mut instruction: Query<&mut Text, (With<Instruction>, Without<Place>, Without<Name>)>,
    mut place: Query<&mut Text, (With<Place>, Without<Name>)>,
    mut names: Query<(&mut Text, &Name)>,
) {
    let session = &watched.0;
    for mut node in &mut panels {
        display(&mut node, layers.on(Layer::Words));
    }
    let Some(timeline) = session.timeline() else { return };
    let file = timeline.file();
    let parts = timeline.state(session.player().step()).map_or(&[][..], |state| &state.parts);
    for mut text in &mut instruction {
        let sentence = file.instructions.first().map_or("", String::as_str);
        write(&mut text, &wrapped(sentence, LINE));
    }
    for mut text in &mut place {
        write(&mut text, &scene(session, timeline));
    }
    for (mut node, row) in &mut rows {
        display(&mut node, row.0 < file.success.len());
    }
    for (mut color, indicator) in &mut indicators {
        let met = parts.get(indicator.0).copied().unwrap_or(false);
        paint(&mut color.0, if met { GREEN } else { GREY });
    }
    for (mut text, name) in &mut names {
        let goal = file.success.get(name.0).map_or("", |goal| goal.name.as_str());
        write(&mut text, goal);
    }
}

fn paint(color: &mut Color, new: Color) {
    if *color != new {
        *color = new;
    }
}

/// Shows a node or takes it out of the layout.
pub(super) fn display(node: &mut bevy::ecs::change_detection::Mut<'_, Node>, shown: bool) {
    let display = if shown { Display::Flex } else { Display::None };
    if node.display != display {
        node.display = display;
    }
}

/// Task, variation, seed, who acts, and what the list says.
fn scene(session: &Session, timeline: &Timeline) -> String {
    let file = timeline.file();
    let mut text = format!("{}  v{}  seed {}", file.task, file.variation, file.seed);
    text += &format!("\n{}", timeline.actor());
    if let Some((place, count)) = session.playlist().count() {
        text += &format!("   episode {place} of {count}");
    }
    if let Some(note) = &session.playlist().current().note {
        text += &format!("   ({note})");
    }
    text
}

/// Breaks a sentence between words into lines of at most `length` letters.
fn wrapped(sentence: &str, length: usize) -> String {
    let (mut text, mut line) = (String::new(), 0);
    for word in sentence.split_whitespace() {
        let size = word.chars().count();
        if line > 0 {
            let fits = line + 1 + size <= length;
            text.push(if fits { ' ' } else { '\n' });
            line = if fits { line + 1 } else { 0 };
        }
        text.push_str(word);
        line += size;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks;

    #[test]
    fn every_part_of_every_task_has_a_row() {
        assert!(tasks::ALL.iter().all(|task| task.success.len() <= PARTS));
    }

    #[test]
    fn sentences_break_between_words() {
        assert_eq!(wrapped("put the cup  down", 7), "put the\ncup\ndown");
        assert_eq!(wrapped("extraordinarily", 4), "extraordinarily");
        assert_eq!(wrapped("", 4), "");
    }
}
