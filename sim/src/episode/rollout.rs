//! Agents that need no learning, and headless episodes of them.

use core::str::FromStr;

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::episode::environment::Episode;
use crate::episode::expert::demonstrate;
use crate::episode::sample::SceneError;
use crate::episode::scene_file::SceneFile;
use crate::episode::stream::stream;
use crate::robot::GraspMode;
use crate::robot::action::{Action, Outcome};
use crate::robot::cell::{Cell, Phase};
use crate::scene::frame::{ACTION_MAX, ACTION_MIN, Pose, Vec3, down};
use crate::task::{Rules, Task};
use crate::world::{BadScene, StateHash};

/// An agent without learning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agent {
    /// Plays the task's script.
    Expert,
    /// Sends the keyframes of the expert's own episode through the action interface.
    Replay,
    /// Uniform poses in the action box, tool down, any yaw, gripper at random.
    Random,
    /// Stays where it is.
    Idle,
}

impl Agent {
    /// All of them, in the order help lists them.
    pub const ALL: [Self; 4] = [Self::Expert, Self::Replay, Self::Random, Self::Idle];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expert => "expert",
            Self::Replay => "replay",
            Self::Random => "random",
            Self::Idle => "idle",
        }
    }

    /// Plays an episode to its end; `watch` sees every control step. Returns the control steps at which
    /// the expert's keyframes were taken, or at which an action was over.
    ///
    /// # Errors
    /// When physics cannot be built from the scene a second time, for a rehearsal.
    pub fn play(
        self,
        episode: &mut Episode,
        watch: &mut dyn FnMut(&Cell, Phase),
    ) -> Result<Vec<u32>, BadScene> {
        let mut ends = Vec::new();
        let mut act = |episode: &mut Episode, action: &Action| {
            let ended = episode.act(action, watch).is_some();
            ends.push(episode.cell().steps());
            ended
        };
        match self {
            Self::Expert => {
                let demo = demonstrate(episode, watch);
                return Ok(demo.keyframes.iter().map(|&frame| demo.frames[frame].step).collect());
            }
            Self::Replay => {
                for action in rehearsed(episode)? {
                    if act(episode, &action) {
                        break;
                    }
                }
            }
            Self::Random => {
                let SceneFile { variation, seed, .. } = *episode.file();
                let mut rng = stream("random agent", variation, seed);
                while !act(episode, &random_action(&mut rng)) {}
            }
            Self::Idle => {
                let stay = Action::to(episode.cell().tip(), true, false);
                while !act(episode, &stay) {}
            }
        }
        Ok(ends)
    }
}

impl FromStr for Agent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|a| a.name() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("`{text}` is none of {names}")
        })
    }
}

/// What an episode is to be.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// The task.
    pub task: &'static Task,
    /// Its variation.
    pub variation: usize,
    /// Seed of the scene.
    pub seed: u64,
}

/// What came of an episode.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// How it ended.
    pub outcome: Outcome,
    /// Actions taken; for the expert, keyframes.
    pub actions: u32,
    /// Layouts refused before the scene.
    pub rejected: u32,
    /// Each part of success with whether it held at the end.
    pub parts: Vec<(String, bool)>,
    /// Final state.
    pub hash: StateHash,
}

impl Record {
    /// Of an episode as it is now; one that has not ended is given up.
    pub fn of(episode: &Episode) -> Self {
        Self {
            outcome: episode.outcome().unwrap_or(Outcome::Steps),
            actions: episode.actions(),
            rejected: episode.file().rejected,
            parts: episode.parts().map(|(name, met)| (name.to_owned(), met)).collect(),
            hash: episode.cell().state_hash(),
        }
    }
}

/// An episode that could not begin.
#[derive(Debug, thiserror::Error)]
pub enum RolloutError {
    /// No scene.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// No physics.
    #[error(transparent)]
    Physics(#[from] BadScene),
}

/// Runs one episode of an agent.
///
/// # Errors
/// When the scene cannot be drawn or built.
pub fn rollout(
    job: Job,
    agent: Agent,
    rules: Rules,
    grasp: GraspMode,
) -> Result<Record, RolloutError> {
    let mut episode = begin(job, rules, grasp)?;
    let actions = agent.play(&mut episode, &mut |_, _| {})?.len() as u32;
    Ok(Record { actions, ..Record::of(&episode) })
}

/// Runs one episode in which the keyframes of the expert's own go through `translate` on their way to
/// the action interface: [`Agent::Replay`] where it changes nothing.
///
/// # Errors
/// When the scene cannot be drawn or built.
pub fn replay_through(
    job: Job,
    rules: Rules,
    grasp: GraspMode,
    translate: &dyn Fn(&Action) -> Action,
) -> Result<Record, RolloutError> {
    let mut episode = begin(job, rules, grasp)?;
    for action in rehearsed(&episode)? {
        if episode.act(&translate(&action), &mut |_, _| {}).is_some() {
            break;
        }
    }
    Ok(Record::of(&episode))
}

fn begin(job: Job, rules: Rules, grasp: GraspMode) -> Result<Episode, RolloutError> {
    let file = SceneFile::sample(job.task, job.variation, job.seed, rules)?;
    Ok(Episode::new(&file, grasp)?)
}

/// What the expert does in the episode's scene, as actions.
fn rehearsed(episode: &Episode) -> Result<Vec<Action>, BadScene> {
    let mut rehearsal = Episode::new(episode.file(), episode.cell().gripper().mode())?;
    Ok(demonstrate(&mut rehearsal, &mut |_, _| {}).actions())
}

/// Runs many episodes on all threads of the current rayon pool; results come in the order of jobs
/// and do not depend on the number of threads, `run` being called in any order.
pub fn rollouts(
    jobs: &[Job],
    run: &(dyn Fn(Job) -> Result<Record, RolloutError> + Sync),
) -> Vec<Result<Record, RolloutError>> {
    jobs.par_iter().map(|job| run(*job)).collect()
}

fn random_action(rng: &mut ChaCha8Rng) -> Action {
    let mut along = |i: usize| {
        let margin = 1e-3;
        rng.random_range(ACTION_MIN[i] + margin..ACTION_MAX[i] - margin)
    };
    let place = Vec3::new(along(0), along(1), along(2));
    let turn = down(rng.random_range(-core::f32::consts::PI..core::f32::consts::PI));
    let open = rng.random_bool(0.5);
    let ignore = rng.random_bool(0.5);
    Action::to(Pose::from_parts(place, turn), open, ignore)
}
