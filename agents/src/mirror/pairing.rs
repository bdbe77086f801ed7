//! Which clip meets which transition: index arithmetic over a list of episodes.

use std::collections::BTreeMap;

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::labels::{Label, Labels, Level};
use crate::weights::stream;

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
mod tests {
    use super::*;

    /// Variations of the 18 tasks.
    const VARIATIONS: [usize; 18] = [3, 4, 2, 2, 2, 3, 20, 20, 60, 20, 3, 3, 9, 5, 50, 20, 20, 3];

    /// Four episodes of each variation of each task.
    fn episodes() -> Vec<Episode> {
        let mut all = Vec::new();
        let mut instruction = 0;
        for (task, variations) in VARIATIONS.into_iter().enumerate() {
            for _ in 0..variations {
                all.extend((0..4).map(|i| Episode { task, instruction, keyframes: 2 + i }));
                instruction += 1;
            }
        }
        all
    }

    fn sampler(pairing: Pairing, outer: Outer) -> Sampler {
        Sampler::new(episodes(), pairing, outer).unwrap()
    }

    #[test]
    fn tasks_and_instructions_are_drawn_evenly() {
        for outer in [Outer::Instruction, Outer::Episode] {
            let sampler = sampler(Pairing::Instruction, outer);
            let labels = sampler.labels(&sampler.batch(1, 0, 18_000));
            let mut tasks = [0.0; 18];
            let mut instructions = vec![0.0; VARIATIONS.iter().sum()];
            for label in &labels.seen {
                tasks[label.task] += 1.0;
                instructions[label.instruction] += 1.0;
            }
            let chi: f64 = tasks.iter().map(|n| (n - 1000.0_f64).powi(2) / 1000.0).sum();
            // 17 degrees of freedom: the 99.9 % quantile.
            assert!(chi < 40.8, "{chi}");
            let expected = VARIATIONS.iter().flat_map(|&v| vec![1000.0 / v as f64; v]);
            let chi: f64 =
                instructions.iter().zip(expected).map(|(n, e)| (n - e).powi(2) / e).sum();
            // 248 degrees of freedom less the 17 above: about 231 + 3.1 sqrt(2 * 231) at 99.9 %.
            assert!(chi < 231.0 + 67.0 + 40.8, "{chi}");
        }
    }

    #[test]
    fn two_draws_share_labels_as_often_as_the_specification_says() {
        let sampler = sampler(Pairing::Instruction, Outer::Instruction);
        let labels = sampler.labels(&sampler.batch(2, 0, 1000)).seen;
        let pairs =
            || labels.iter().enumerate().flat_map(|(i, a)| labels[..i].iter().map(move |b| (a, b)));
        let share = |same: fn(&Label, &Label) -> bool| {
            pairs().filter(|(a, b)| same(a, b)).count() as f64 / pairs().count() as f64
        };
        let instruction = share(|a, b| a.instruction == b.instruction);
        let task = share(|a, b| a.task == b.task);
        assert!((instruction - 0.01239).abs() < 0.0015, "{instruction}");
        assert!((task - 1.0 / 18.0).abs() < 0.003, "{task}");
    }

    #[test]
    fn pairs_share_what_they_are_paired_by() {
        let episode = sampler(Pairing::Episode, Outer::Instruction).batch(1, 7, 500);
        assert!(episode.iter().all(|pair| pair.clip == pair.transition));
        let by_instruction = sampler(Pairing::Instruction, Outer::Episode);
        let labels = by_instruction.labels(&by_instruction.batch(1, 7, 500));
        for (seen, done) in labels.seen.iter().zip(&labels.done) {
            assert!(seen.instruction == done.instruction && seen.episode != done.episode);
        }
        let by_task = sampler(Pairing::Task, Outer::Instruction);
        let labels = by_task.labels(&by_task.batch(1, 7, 500));
        let pairs = || labels.seen.iter().zip(&labels.done);
        assert!(pairs().all(|(seen, done)| seen.task == done.task));
        assert!(pairs().any(|(seen, done)| seen.instruction != done.instruction));
        let keyframes = episodes();
        assert!(episode.iter().all(|pair| pair.keyframe < keyframes[pair.transition].keyframes));
        let last = |pair: &&Pair| pair.keyframe + 1 == keyframes[pair.transition].keyframes;
        assert!(episode.iter().filter(last).count() > 50);
    }

    #[test]
    fn the_other_episode_is_any_other() {
        let three = [Episode { task: 0, instruction: 0, keyframes: 1 }; 3];
        let sampler = Sampler::new(three.into(), Pairing::Instruction, Outer::Instruction).unwrap();
        let mut counts = [[0; 3]; 3];
        for pair in sampler.batch(4, 0, 6000) {
            counts[pair.clip][pair.transition] += 1;
        }
        for (clip, row) in counts.iter().enumerate() {
            for (transition, &count) in row.iter().enumerate() {
                // Binomial(6000, 1/6): standard deviation 29.
                let fair =
                    if clip == transition { count == 0 } else { (880..1120).contains(&count) };
                assert!(fair, "{counts:?}");
            }
        }
        let one = Sampler::new(three[..1].into(), Pairing::Instruction, Outer::Instruction);
        assert_eq!(one.unwrap().batch(4, 0, 1)[0].transition, 0);
    }

    #[test]
    fn the_same_seed_and_step_give_the_same_pairs() {
        let sampler = sampler(Pairing::Instruction, Outer::Instruction);
        assert_eq!(sampler.batch(1, 2, 64), sampler.batch(1, 2, 64));
        assert_eq!(sampler.batch(1, 2, 64)[..8], sampler.batch(1, 2, 8));
        assert_ne!(sampler.batch(1, 2, 64), sampler.batch(1, 3, 64));
        assert_ne!(sampler.batch(1, 2, 64), sampler.batch(2, 2, 64));
    }

    #[test]
    fn lists_that_cannot_be_sampled_are_refused() {
        let refuse = |episodes: &[Episode]| {
            Sampler::new(episodes.into(), Pairing::Episode, Outer::Episode).unwrap_err()
        };
        let good = Episode { task: 0, instruction: 0, keyframes: 1 };
        assert_eq!(refuse(&[]), PairingError::Empty);
        assert_eq!(refuse(&[good, Episode { keyframes: 0, ..good }]), PairingError::NoKeyframes(1));
        assert_eq!(refuse(&[good, Episode { task: 1, ..good }]), PairingError::Crossed(1));
    }
}
