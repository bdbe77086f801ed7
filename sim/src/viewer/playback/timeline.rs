//! All that is known of an episode so far.

use std::sync::Arc;

use super::heat::Thought;
use super::still::{Still, blend};
use super::tape::Event;
use crate::episode::scene_file::SceneFile;
use crate::robot::action::Outcome;
use crate::scene::frame::Pose;
use crate::world::StateHash;
use crate::world::solver::CONTROL_PERIOD;

/// How an episode ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Why.
    pub outcome: Outcome,
    /// In which state.
    pub hash: StateHash,
}

/// An episode, moment by moment; it grows while the episode runs.
#[derive(Clone, Debug)]
pub struct Timeline {
    file: Arc<SceneFile>,
    actor: String,
    stills: Vec<Still>,
    keyframes: Vec<usize>,
    thoughts: Vec<Thought>,
    ending: Option<Ending>,
    failure: Option<String>,
}

impl Timeline {
    /// An episode that is about to begin.
    pub fn new(file: Arc<SceneFile>, actor: String) -> Self {
        let (stills, keyframes, thoughts) = (Vec::new(), Vec::new(), Vec::new());
        Self { file, actor, stills, keyframes, thoughts, ending: None, failure: None }
    }

    /// Adds what happened next; the beginning of an episode is not for here.
    pub fn add(&mut self, event: Event) {
        match event {
            Event::Begun(..) => {}
            Event::Still(still) => self.stills.push(*still),
            Event::Keyframe(step) => self.keyframes.push(step),
            Event::Thought(thought) => self.thoughts.push(*thought),
            Event::Ended(ending) => self.ending = Some(ending),
            Event::Failed(reason) => self.failure = Some(reason),
        }
    }

    /// Its scene.
    pub fn file(&self) -> &SceneFile {
        &self.file
    }

    /// Who acts.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// Number of the last step known; none before the first moment is there.
    pub fn last(&self) -> Option<usize> {
        self.stills.len().checked_sub(1)
    }

    /// Whether nothing more will come.
    pub fn complete(&self) -> bool {
        self.ending.is_some() || self.failure.is_some()
    }

    /// A moment, or the last one known before it.
    pub fn still(&self, step: usize) -> Option<&Still> {
        self.stills.get(step).or(self.stills.last())
    }

    /// All moments known.
    pub fn stills(&self) -> &[Still] {
        &self.stills
    }

    /// Steps of the keyframes, ascending.
    pub fn keyframes(&self) -> &[usize] {
        &self.keyframes
    }

    /// What the policy thought last at a step.
    pub fn thought(&self, step: usize) -> Option<&Thought> {
        self.thoughts.iter().rev().find(|thought| thought.step <= step)
    }

    /// How it ended, once it has.
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    /// Why it cannot be shown any further.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Poses at a place between two steps, as the eye would see them: bodies, then links.
    pub fn poses(&self, place: f64) -> Vec<Pose> {
        let step = place.max(0.0) as usize;
        let Some(now) = self.still(step) else { return Vec::new() };
        let share = (place - step as f64) as f32;
        match self.stills.get(step + 1) {
            Some(next) if share > 0.0 => {
                let pairs = now.moment.poses().iter().zip(next.moment.poses());
                pairs.map(|(a, b)| if a == b { *a } else { blend(*a, *b, share) }).collect()
            }
            _ => now.moment.poses().to_vec(),
        }
    }

    /// Pose of the tip at a place between two steps.
    pub fn tip(&self, place: f64) -> Option<Pose> {
        let step = place.max(0.0) as usize;
        let now = self.still(step)?.moment.tip();
        let next = self.stills.get(step + 1).map_or(now, |still| still.moment.tip());
        Some(blend(now, next, (place - step as f64) as f32))
    }

    /// Seconds from the beginning to a step.
    pub fn seconds(step: usize) -> f32 {
        step as f32 * CONTROL_PERIOD
    }
}
