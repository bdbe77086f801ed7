//! How it ended, in large letters, once the end is reached; and what went wrong.

use bevy::ecs::children;
use bevy::ecs::component::Component;
use bevy::ecs::query::{With, Without};
use bevy::ecs::system::{Commands, Query, Res};
use bevy::text::TextColor;
use bevy::ui::widget::Text;
use bevy::ui::{JustifyContent, Node, PositionType, percent, px};

use super::ink::{BRIGHT, GREEN, RED, panel, words, write};
use super::panel::display;
use super::theatre::{Theatre, Watched};
use crate::robot::action::Outcome;
use crate::viewer::playback::Session;

/// The whole width of the window, so that the banner is in its middle.
#[derive(Component)]
pub(super) struct Across;
/// Its words.
#[derive(Component)]
pub(super) struct Banner;

pub(super) fn spawn(mut commands: Commands) {
    let across = Node {
        position_type: PositionType::Absolute,
        top: percent(13),
        width: percent(100),
        justify_content: JustifyContent::Center,
        ..Node::default()
    };
    let inside = Node { position_type: PositionType::Relative, ..Node::default() };
    commands.spawn((
        across,
        Across,
        children![(
            panel(Node { padding: bevy::ui::UiRect::all(px(12)), ..inside }),
            children![(words("", 26.0, BRIGHT), Banner)],
        )],
    ));
}

pub(super) fn show(
    watched: Res<Watched>,
    theatre: Res<Theatre>,
    mut across: Query<&mut Node, (With<Across>, Without<Banner>)>,
    mut banner: Query<(&mut Text, &mut TextColor), With<Banner>>,
) {
    let said = said(&watched.0, &theatre);
    for mut node in &mut across {
        display(&mut node, said.is_some());
    }
    let Some((line, color)) = said else { return };
    for (mut text, mut ink) in &mut banner {
        write(&mut text, &line);
        if ink.0 != color {
            ink.0 = color;
        }
    }
}

fn said(session: &Session, theatre: &Theatre) -> Option<(String, bevy::color::Color)> {
    if let Some(reason) = session.failure().or(theatre.refusal.as_deref()) {
        return Some((reason.to_owned(), RED));
    }
    let timeline = session.timeline()?;
    let ending = timeline.ending()?;
    let there = session.player().step() >= timeline.last()?;
    let color = if ending.outcome == Outcome::Success { GREEN } else { RED };
    there.then(|| (outcome(ending.outcome), color))
}

/// The outcome in words, with its name in tables.
fn outcome(outcome: Outcome) -> String {
    let reason = match outcome {
        Outcome::Success => return "SUCCESS".to_owned(),
        Outcome::Steps => "no success within the allowed actions",
        Outcome::NoIk => "the target is out of reach",
        Outcome::NoPath => "no path to the target",
        Outcome::OutOfBox => "the target is outside the action box",
        Outcome::BadAction => "the action is no pose",
        Outcome::Diverged => "the simulation broke down",
    };
    format!("FAILED: {reason} ({})", outcome.name())
}
