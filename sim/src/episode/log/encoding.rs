//! A log as bytes, and back without trusting them.

use super::{FORMAT, Log};
use crate::episode::scene_file;
use crate::scene::description::Motion;

/// Bytes that are not a log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// They do not decode.
    #[error("not an episode log: {0}")]
    Malformed(#[from] postcard::Error),
    /// They are of another version.
    #[error("log format {0} is not the supported format {FORMAT}")]
    Format(u32),
    /// They decode to something that no episode is.
    #[error("not an episode log: {0}")]
    Inconsistent(&'static str),
}

impl Log {
    /// The log as bytes; all numbers survive exactly.
    ///
    /// # Errors
    /// Never for a log of this program.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LogError> {
        Ok(postcard::to_stdvec(self)?)
    }

    /// Reads what [`Log::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes are damaged, of another version, or do not fit together.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LogError> {
        let (format, _) = postcard::take_from_bytes::<u32>(bytes)?;
        if format != FORMAT {
            return Err(LogError::Format(format));
        }
        let (log, rest) = postcard::take_from_bytes::<Self>(bytes)?;
        if !rest.is_empty() {
            return Err(LogError::Inconsistent("bytes after its end"));
        }
        log.check().map_err(LogError::Inconsistent)?;
        Ok(log)
    }

    /// Checks that everything refers to something, so that nothing later can fail on it.
    fn check(&self) -> Result<(), &'static str> {
        if self.scene.format != scene_file::FORMAT {
            return Err("its scene is of another version");
        }
        self.scene.check()?;
        let bodies = &self.scene.scene.bodies;
        let moves = |&index: &usize| !matches!(bodies[index].motion, Motion::Fixed);
        if !self.moving.iter().map(|id| id.0).eq((0..bodies.len()).filter(moves)) {
            return Err("the list of moving bodies does not fit the scene");
        }
        if self.steps.is_empty() || self.steps.iter().any(|s| s.bodies.len() != self.moving.len()) {
            return Err("a step does not have a pose for every moving body");
        }
        let last = self.keyframes.last().map_or(0, |&step| step as usize);
        if !self.keyframes.is_sorted() || last >= self.steps.len() {
            return Err("the keyframes are not steps in ascending order");
        }
        if self.actions.len() != self.keyframes.len() {
            return Err("there is not one action per keyframe");
        }
        Ok(())
    }
}
