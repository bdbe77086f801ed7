//! What is watched, and the step of it that is shown.

use bevy::ecs::resource::Resource;

use crate::viewer::playback::{Session, Timeline};

/// What is watched.
#[derive(Resource)]
pub(super) struct Watched(pub(super) Session);

/// What is shown: the number of the episode, the step, and the timeline.
pub(super) fn shown_step(session: &Session) -> Option<(u64, usize, &Timeline)> {
    let timeline = session.timeline()?;
    timeline.last()?;
    Some((session.episodes(), session.player().step(), timeline))
}
