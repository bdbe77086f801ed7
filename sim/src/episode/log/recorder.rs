//! From a running episode to its log.

use super::{FORMAT, Log, Step};
use crate::episode::environment::Episode;
use crate::episode::expert::{Demonstration, demonstrate};
use crate::episode::scene_file::SceneFile;
use crate::robot::GraspMode;
use crate::robot::action::Outcome;
use crate::robot::cell::{Cell, Phase};
use crate::scene::description::{BodyId, Motion};
use crate::world::{BadScene, StateHash};

/// Collects the steps of an episode that has just begun.
pub struct Recorder {
    moving: Vec<BodyId>,
    steps: Vec<Step>,
    start: StateHash,
}

impl Recorder {
    /// Begins with the settled start.
    pub fn new(cell: &Cell) -> Self {
        let bodies = cell.world().scene().bodies.iter().enumerate();
        let moving: Vec<BodyId> = bodies
            .filter(|(_, body)| !matches!(body.motion, Motion::Fixed))
            .map(|(index, _)| BodyId(index))
            .collect();
        let steps = vec![Step::of(cell, Phase::Settle, &moving)];
        Self { moving, steps, start: cell.state_hash() }
    }

    /// Adds the state after a control step: the watcher of a motion.
    pub fn add(&mut self, cell: &Cell, phase: Phase) {
        self.steps.push(Step::of(cell, phase, &self.moving));
    }

    /// The log of an ended demonstration.
    pub fn finish(self, episode: &Episode, demo: &Demonstration) -> Log {
        let Self { moving, mut steps, start } = self;
        // A segment ends with a frame, so the next frame tells which segment a step belongs to.
        let mut frames = demo.frames.iter().peekable();
        for (index, step) in steps.iter_mut().enumerate() {
            while frames.next_if(|frame| (frame.step as usize) < index).is_some() {}
            if let Some(frame) = frames.peek() {
                step.ignore_collisions = frame.ignore_collisions;
                step.frame = frame.step as usize == index;
            }
        }
        Log {
            format: FORMAT,
            scene: episode.file().clone(),
            grasp: episode.cell().gripper().mode(),
            moving,
            steps,
            keyframes: demo.keyframes.iter().map(|&index| demo.frames[index].step).collect(),
            actions: demo.actions(),
            outcome: demo.outcome,
            start,
            end: episode.cell().state_hash(),
        }
    }
}

/// Lets the expert play a scene and keeps everything.
///
/// # Errors
/// When physics cannot be built from the scene.
pub fn record(scene: &SceneFile, grasp: GraspMode) -> Result<Log, BadScene> {
    let mut episode = Episode::new(scene, grasp)?;
    let mut recorder = Recorder::new(episode.cell());
    let demo = demonstrate(&mut episode, &mut |cell, phase| recorder.add(cell, phase));
    Ok(recorder.finish(&episode, &demo))
}

/// Sends the keyframe actions of a log through the action interface: how that ends, and where.
///
/// # Errors
/// When physics cannot be built from the scene.
pub fn replay(log: &Log) -> Result<(Outcome, StateHash), BadScene> {
    let mut episode = Episode::new(&log.scene, log.grasp)?;
    for action in &log.actions {
        if episode.act(action, &mut |_, _| {}).is_some() {
            break;
        }
    }
    Ok((episode.give_up(), episode.cell().state_hash()))
}
