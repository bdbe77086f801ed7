//! Who acts in an episode that is watched.

use super::tape::Tape;
use crate::episode::environment::Episode;
use crate::episode::rollout::Agent;

/// Someone who plays an episode while it is recorded.
pub trait Actor: Send + Sync {
    /// What the viewer calls it.
    fn name(&self) -> String;

    /// Plays an episode to its end, or until nobody watches any longer ([`Tape::watched`]), and tells
    /// the tape every control step, every keyframe, and what was thought.
    ///
    /// # Errors
    /// One line that says why it cannot go on.
    fn play(&self, episode: &mut Episode, tape: &mut Tape) -> Result<(), String>;
}

impl Actor for Agent {
    fn name(&self) -> String {
        Self::name(*self).to_owned()
    }

    fn play(&self, episode: &mut Episode, tape: &mut Tape) -> Result<(), String> {
        let keyframes = Self::play(*self, episode, &mut |cell, phase| tape.step(cell, phase));
        for step in keyframes.map_err(|error| error.to_string())? {
            tape.keyframe(step as usize);
        }
        Ok(())
    }
}
