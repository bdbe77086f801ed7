//! Which clip meets which transition: index arithmetic over a list of episodes.

use std::collections::BTreeMap;

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::labels::{Label, Labels, Level};
use crate::nn::weights::stream;

/// What the sampler has to know of an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Its task.
    pub task: usize,
    /// Its instruction, unique over all tasks.
    pub instruction: usize,
    /// Its keyframes, at least one; each is the target of one transition.
    pub keyframes: usize,
}

/// What a clip and a transition must share to be a pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pairing {
    /// The episode.
    Episode,
    /// The instruction, but not the episode where there is another one.
    #[default]
    Instruction,
    /// The task only.
    Task,
}

impl Pairing {
    /// The level at which these pairs belong together.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Episode => Level::Episode,
            Self::Instruction => Level::Instruction,
            Self::Task => Level::Task,
        }
    }
}

/// How an episode is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outer {
    /// A task, one of its instructions, one of its episodes, each uniformly.
    #[default]
    Instruction,
    /// A task, one of its episodes, each uniformly, as the published policy is trained.
    Episode,
}

/// A clip and a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Episode of the clip.
    pub clip: usize,
    /// Episode of the transition.
    pub transition: usize,
    /// Which keyframe of that episode is the transition's target.
    pub keyframe: usize,
}

/// Why a list of episodes cannot be sampled.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PairingError {
    /// Nothing to sample.
    #[error("there are no episodes")]
    Empty,
    /// Nothing to do in it.
    #[error("episode {0} has no keyframes")]
    NoKeyframes(usize),
    /// Labels contradict each other.
    #[error("episode {0} has an instruction of another task")]
    Crossed(usize),
}

/// Draws pairs. The same list, seed and step give the same pairs.
#[derive(Clone, Debug)]
pub struct Sampler {
    episodes: Vec<Episode>,
    /// Task, instruction, and the episodes of it, in ascending order.
    tasks: Vec<Vec<Vec<usize>>>,
    pairing: Pairing,
    outer: Outer,
}

impl Sampler {
    /// Sorts the episodes by task and instruction.
    ///
    /// # Errors
    ///
    /// When there are none, one has no keyframe, or tasks share an instruction.
    pub fn new(
        episodes: Vec<Episode>,
        pairing: Pairing,
        outer: Outer,
    ) -> Result<Self, PairingError> {
        let mut tasks: BTreeMap<usize, BTreeMap<usize, Vec<usize>>> = BTreeMap::new();
        let mut owners = BTreeMap::new();
        for (index, episode) in episodes.iter().enumerate() {
            if episode.keyframes == 0 {
                return Err(PairingError::NoKeyframes(index));
            }
            if *owners.entry(episode.instruction).or_insert(episode.task) != episode.task {
                return Err(PairingError::Crossed(index));
            }
            let task = tasks.entry(episode.task).or_default();
            task.entry(episode.instruction).or_default().push(index);
        }
        if tasks.is_empty() {
            return Err(PairingError::Empty);
        }
        let tasks = tasks.into_values().map(|task| task.into_values().collect()).collect();
        Ok(Self { episodes, tasks, pairing, outer })
    }

    /// `count` pairs for step `step` of the run with seed `seed`.
    #[must_use]
    pub fn batch(&self, seed: u64, step: u64, count: usize) -> Vec<Pair> {
        let pair = |sample| self.pair(&mut stream(seed, step, sample, "pair"));
        (0..count as u64).map(pair).collect()
    }

    /// What is known about these pairs.
    #[must_use]
    pub fn labels(&self, pairs: &[Pair]) -> Labels {
        let label = |index: usize| {
            let Episode { task, instruction, .. } = self.episodes[index];
            Label { episode: index, instruction, task }
        };
        Labels {
            seen: pairs.iter().map(|pair| label(pair.clip)).collect(),
            done: pairs.iter().map(|pair| label(pair.transition)).collect(),
            level: self.pairing.level(),
        }
    }

    fn pair(&self, rng: &mut ChaCha8Rng) -> Pair {
        let task = &self.tasks[rng.random_range(0..self.tasks.len())];
        let (instruction, clip) = match self.outer {
            Outer::Instruction => {
                let instruction = rng.random_range(0..task.len());
                (instruction, one(&task[instruction], rng))
            }
            Outer::Episode => nth(task, rng.random_range(0..size(task))),
        };
        let transition = match self.pairing {
            Pairing::Episode => clip,
            Pairing::Instruction => other(&task[instruction], clip, rng),
            Pairing::Task => nth(task, rng.random_range(0..size(task))).1,
        };
        let keyframe = rng.random_range(0..self.episodes[transition].keyframes);
        Pair { clip, transition, keyframe }
    }
}

fn size(task: &[Vec<usize>]) -> usize {
    task.iter().map(Vec::len).sum()
}

fn one(episodes: &[usize], rng: &mut ChaCha8Rng) -> usize {
    episodes[rng.random_range(0..episodes.len())]
}

/// The `n`-th episode of a task, and which of its instructions it belongs to.
fn nth(task: &[Vec<usize>], mut n: usize) -> (usize, usize) {
    let mut instruction = 0;
    while n >= task[instruction].len() {
        n -= task[instruction].len();
        instruction += 1;
    }
    (instruction, task[instruction][n])
}

/// An episode of the list that is not `taken`, unless that is the only one.
fn other(episodes: &[usize], taken: usize, rng: &mut ChaCha8Rng) -> usize {
    if episodes.len() < 2 {
        return taken;
    }
    let drawn = episodes[rng.random_range(0..episodes.len() - 1)];
    // The last one stands in for the one taken.
    if drawn == taken { episodes[episodes.len() - 1] } else { drawn }
}

#[cfg(test)]
mod tests;
