//! What an episode hands over while it runs.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::decision::PolicyDecision;
use super::step_state::StepState;
use crate::episode::scene_file::SceneFile;
use crate::robot::action::Outcome;
use crate::robot::cell::{Cell, Phase};
use crate::task::goal::GoalTracker;
use crate::world::StateHash;

/// How an episode ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Why.
    pub outcome: Outcome,
    /// In which state.
    pub hash: StateHash,
}

/// Something that happened in an episode.
#[derive(Clone, Debug)]
pub enum Event {
    /// It is about to begin: its scene, and who acts.
    Begun(Arc<SceneFile>, String),
    /// The settled start, then one control step after the other.
    State(Box<StepState>),
    /// A control step turned out to be a keyframe.
    Keyframe(usize),
    /// A policy decided what to do next.
    Decision(Box<PolicyDecision>),
    /// It is over.
    Ended(Ending),
    /// It cannot be shown, or not any further; one line that says why.
    Failed(String),
}

/// Where an episode sends its events from; it may be on any thread.
pub struct EventSender {
    sender: Sender<Event>,
    tracker: Option<GoalTracker>,
    states: usize,
    watched: bool,
}

impl EventSender {
    /// A sender, and the receiver that the watcher keeps.
    pub fn new() -> (Self, Receiver<Event>) {
        let (sender, receiver) = channel();
        (Self { sender, tracker: None, states: 0, watched: true }, receiver)
    }

    /// Whether anyone still watches; where not, the episode may be left alone.
    pub fn watched(&self) -> bool {
        self.watched
    }

    /// Number of the last control step; 0 is the settled start.
    pub fn last_step(&self) -> usize {
        self.states.saturating_sub(1)
    }

    /// The scene of the episode, before its first step, and who acts.
    pub fn begin(&mut self, file: &SceneFile, actor: String) {
        self.tracker = Some(GoalTracker::new(&file.success));
        self.send(Event::Begun(Arc::new(file.clone()), actor));
    }

    /// The state after a control step: the watcher of a motion.
    pub fn step(&mut self, cell: &Cell, phase: Phase) {
        let Some(tracker) = &mut self.tracker else { return };
        tracker.update(cell);
        let parts = tracker.parts().map(|(_, met)| met).collect();
        self.state(StepState::of(cell, phase, parts));
    }

    /// A step that was looked at elsewhere.
    pub fn state(&mut self, state: StepState) {
        self.states += 1;
        self.send(Event::State(Box::new(state)));
    }

    /// A step so far was a keyframe.
    pub fn keyframe(&mut self, step: usize) {
        self.send(Event::Keyframe(step));
    }

    /// What a policy decided.
    pub fn decision(&mut self, decision: PolicyDecision) {
        self.send(Event::Decision(Box::new(decision)));
    }

    /// How the episode ended.
    pub fn end(&mut self, ending: Ending) {
        self.send(Event::Ended(ending));
    }

    /// Why there is no more to see.
    pub fn fail(&mut self, reason: String) {
        self.send(Event::Failed(reason));
    }

    fn send(&mut self, event: Event) {
        self.watched &= self.sender.send(event).is_ok();
    }
}
