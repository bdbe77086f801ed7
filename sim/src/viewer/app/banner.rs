//! How it ended, in large letters, once the end is reached; and what went wrong.

use bevy::ecs::children;
use bevy::ecs::component::Component;
use bevy::ecs::query::{With, Without};
use bevy::ecs::system::{Commands, Query, Res};
use bevy::text::TextColor;
use bevy::ui::widget::Text;
use bevy::ui::{JustifyContent, Node, PositionType, percent, px};

use super::panel::display;
use super::scene_view::SceneView;
use super::theme::{BRIGHT, GREEN, RED, panel, words, write};
use super::watched::Watched;
use crate::robot::action::Outcome;
use crate::viewer::playback::Session;

/// The whole width of the window, so that the banner is in its middle.
#[derive(Component)]
pub(super) struct BannerRow;
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
        BannerRow,
        children![(
            panel(Node { padding: bevy::ui::UiRect::all(px(12)), ..inside }),
            children![(words("", 26.0, BRIGHT), Banner)],
        )],
    ));
}

pub(super) fn show(
    watched: Res<Watched>,
    scene_view: Res<SceneView>,
    mut rows: Query<&mut Node, (With<BannerRow>, Without<Banner>)>,
    mut banner: Query<(&mut Text, &mut TextColor), With<Banner>>,
) {
    let said = said(&watched.0, &scene_view);
    for mut node in &mut rows {
        display(&mut node, said.is_some());
    }
    let Some((line, color)) = said else { return };
    for (mut text, mut text_color) in &mut banner {
        write(&mut text, &line);
        if text_color.0 != color {
            text_color.0 = color;
        }
    }
}

fn said(session: &Session, scene_view: &SceneView) -> Option<(String, bevy::color::Color)> {
    if let Some(reason) = session.failure().or(scene_view.failure.as_deref()) {
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
