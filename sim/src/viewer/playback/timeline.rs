//! All that is known of an episode so far.

use std::sync::Arc;

use super::decision::PolicyDecision;
use super::event::{Ending, Event};
use super::step_state::{StepState, blend};
use crate::episode::scene_file::SceneFile;
use crate::scene::frame::Pose;
use crate::world::solver::CONTROL_PERIOD;

/// An episode, step by step; it grows while the episode runs.
#[derive(Clone, Debug)]
pub struct Timeline {
    file: Arc<SceneFile>,
    actor: String,
    states: Vec<StepState>,
    keyframes: Vec<usize>,
    decisions: Vec<PolicyDecision>,
    ending: Option<Ending>,
    failure: Option<String>,
}

impl Timeline {
    /// An episode that is about to begin.
    pub fn new(file: Arc<SceneFile>, actor: String) -> Self {
        let (states, keyframes, decisions) = (Vec::new(), Vec::new(), Vec::new());
        Self { file, actor, states, keyframes, decisions, ending: None, failure: None }
    }

    /// Adds what happened next; the beginning of an episode is not for here.
    pub fn add(&mut self, event: Event) {
        match event {
            Event::Begun(..) => {}
            Event::State(state) => self.states.push(*state),
            Event::Keyframe(step) => self.keyframes.push(step),
            Event::Decision(decision) => self.decisions.push(*decision),
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

    /// Number of the last step known; none before the first one is there.
    pub fn last(&self) -> Option<usize> {
        self.states.len().checked_sub(1)
    }

    /// Whether nothing more will come.
    pub fn complete(&self) -> bool {
        self.ending.is_some() || self.failure.is_some()
    }

    /// A step, or the last one known before it.
    pub fn state(&self, step: usize) -> Option<&StepState> {
        self.states.get(step).or(self.states.last())
    }

    /// All steps known.
    pub fn states(&self) -> &[StepState] {
        &self.states
    }

    /// Steps of the keyframes, ascending.
    pub fn keyframes(&self) -> &[usize] {
        &self.keyframes
    }

    /// What the policy decided last at a step.
    pub fn decision(&self, step: usize) -> Option<&PolicyDecision> {
        self.decisions.iter().rev().find(|decision| decision.step <= step)
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
        let Some(now) = self.state(step) else { return Vec::new() };
        let share = (place - step as f64) as f32;
        match self.states.get(step + 1) {
            Some(next) if share > 0.0 => {
                let pairs = now.snapshot.poses().iter().zip(next.snapshot.poses());
                pairs.map(|(a, b)| if a == b { *a } else { blend(*a, *b, share) }).collect()
            }
            _ => now.snapshot.poses().to_vec(),
        }
    }

    /// Pose of the tip at a place between two steps.
    pub fn tip(&self, place: f64) -> Option<Pose> {
        let step = place.max(0.0) as usize;
        let now = self.state(step)?.snapshot.tip();
        let next = self.states.get(step + 1).map_or(now, |state| state.snapshot.tip());
        Some(blend(now, next, (place - step as f64) as f32))
    }

    /// Seconds from the beginning to a step.
    pub fn seconds(step: usize) -> f32 {
        step as f32 * CONTROL_PERIOD
    }
}
