//! An episode in progress: a scene file loaded into a work cell, with its goals followed.

use serde::{Deserialize, Serialize};

use crate::episode::scene_file::SceneFile;
use crate::robot::GraspMode;
use crate::robot::action::{Action, Outcome};
use crate::robot::cell::{Cell, Flow, Phase};
use crate::task::goal::GoalTracker;
use crate::world::BadScene;

/// Actions an episode may take unless told otherwise (25 for every task: RLBench evaluation protocol).
pub const ACTION_LIMIT: u32 = 25;

/// An episode in progress.
#[derive(Serialize, Deserialize)]
pub struct Episode {
    file: SceneFile,
    cell: Cell,
    tracker: GoalTracker,
    actions: u32,
    action_limit: u32,
    outcome: Option<Outcome>,
}

impl Episode {
    /// Loads a scene file, robot at home, everything settled; up to [`ACTION_LIMIT`] actions.
    ///
    /// # Errors
    /// When physics cannot be built from the scene.
    pub fn new(file: &SceneFile, grasp: GraspMode) -> Result<Self, BadScene> {
        let cell = Cell::new(&file.scene, grasp, file.seed)?;
        let mut tracker = GoalTracker::new(&file.success);
        tracker.update(&cell);
        Ok(Self {
            file: file.clone(),
            cell,
            tracker,
            actions: 0,
            action_limit: ACTION_LIMIT,
            outcome: None,
        })
    }

    /// Changes how many actions it may take (default [`ACTION_LIMIT`]).
    pub fn set_action_limit(&mut self, limit: u32) {
        self.action_limit = limit;
    }

    /// The scene file it runs.
    pub fn file(&self) -> &SceneFile {
        &self.file
    }

    /// The work cell.
    pub fn cell(&self) -> &Cell {
        &self.cell
    }

    /// Each part of success with whether it holds now.
    pub fn parts(&self) -> impl Iterator<Item = (&str, bool)> {
        self.tracker.parts()
    }

    /// Whether all parts of success held at the last control step.
    pub fn success(&self) -> bool {
        self.tracker.success()
    }

    /// Actions taken so far.
    pub fn actions(&self) -> u32 {
        self.actions
    }

    /// How it ended, once it has.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Takes one action; motion stops as soon as the task is done. An ended episode stays as it is.
    pub fn act(&mut self, action: &Action, watch: &mut dyn FnMut(&Cell, Phase)) -> Option<Outcome> {
        if self.outcome.is_some() {
            return self.outcome;
        }
        self.actions += 1;
        let tracker = &mut self.tracker;
        let done = self.cell.perform(action, &mut |cell, phase| {
            watch(cell, phase);
            if tracker.update(cell) { Flow::Stop } else { Flow::Continue }
        });
        self.outcome = match done {
            Err(reason) => Some(reason),
            Ok(_) if self.tracker.update(&self.cell) => Some(Outcome::Success),
            Ok(_) if self.actions >= self.action_limit => Some(Outcome::Steps),
            Ok(_) => None,
        };
        self.outcome
    }

    /// Ends the episode from outside, for a policy that has nothing more to say.
    pub fn give_up(&mut self) -> Outcome {
        *self.outcome.get_or_insert(Outcome::Steps)
    }

    /// The parts the expert drives by hand.
    pub(crate) fn drive(&mut self) -> (&SceneFile, &mut Cell, &mut GoalTracker) {
        (&self.file, &mut self.cell, &mut self.tracker)
    }

    pub(crate) fn end(&mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }
}
