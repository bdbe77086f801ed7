//! Batches of training pairs, made from a dataset on the host.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use agents::alignment::{Episode, Label, Labels, Pair, Pairing, Sampler};
use agents::nn::text::Vocabulary;
use agents::nn::weights::Noise;
use agents::policy;
use agents::policy::{Preprocessor, Workspace};
use agents::presets::Preset;
use agents::video::{Clip, segments};
use anyhow::Context as _;
use rand::RngExt as _;
use rayon::prelude::*;
use sim::tasks;

use crate::cli::machine::memory_available_bytes;
use crate::data::loader::{Loader, LoaderOptions, Transition};
use crate::run::config::Config;
use crate::run::models;
use crate::run::models::{Instruction, Instructions};
use crate::store::dataset::DemonstrationRow;

/// Batches that wait while a step runs.
const AHEAD: usize = 2;

/// Bytes of observations that stay in memory at the most: 5 GiB, 11,000 keyframes, more than 100
/// demonstrations of each task have.
const KEPT: u64 = 5 << 30;
/// Share of the free memory that they may take: eight runs fit beside each other.
const SHARE: u64 = 8;

/// A dataset as the models of one run read it.
pub struct Pairs {
    /// The dataset.
    pub loader: Loader,
    /// What is said.
    pub instructions: Instructions,
    /// Instruction of every episode.
    pub episode_instructions: Vec<Instruction>,
    preprocessor: Preprocessor,
    shape: Preset,
    config: Config,
}

/// One step's pairs.
#[derive(Clone)]
pub struct Batch {
    /// What was seen: one clip of the preset's size for each pair; none where the video encoder does not
    /// learn.
    pub clips: Vec<Clip>,
    /// What is said of each clip.
    pub texts: Vec<String>,
    /// The instruction of each clip as a number.
    pub ids: Vec<usize>,
    /// What was done; none where the policy does not learn.
    pub policy: Option<policy::Batch>,
    /// What is known about both sides.
    pub labels: Labels,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepPosition {
    /// Number that no other step of the run has; all randomness hangs on it.
    pub key: u64,
    /// Share of its phase that is done.
    pub progress: f64,
}

impl Pairs {
    /// Opens a dataset for models that know this vocabulary.
    pub fn open(
        folder: &std::path::Path,
        config: &Config,
        shape: &Preset,
        vocabulary: Option<&Vocabulary>,
    ) -> anyhow::Result<Self> {
        let clip_side = shape.video.size as u32;
        let kept = KEPT.min(memory_available_bytes() / SHARE) as usize;
        let options = LoaderOptions { clip_side, kept, ..LoaderOptions::default() };
        let loader = Loader::open(folder, options)?;
        let instructions = Instructions::new(shape, config.data.rules, config.told, vocabulary)?;
        let episode_instructions =
            loader.rows().iter().map(instruction).collect::<anyhow::Result<_>>()?;
        let preprocessor = Preprocessor::new(&shape.policy, Workspace::default());
        Ok(Self {
            loader,
            instructions,
            episode_instructions,
            preprocessor,
            shape: shape.clone(),
            config: config.clone(),
        })
    }

    /// Draws pairs of this dataset.
    pub fn sampler(&self, pairing: Pairing) -> anyhow::Result<Sampler> {
        let episodes =
            self.loader.rows().iter().zip(&self.episode_instructions).map(|(row, &said)| Episode {
                task: said.task,
                instruction: self.instructions.number(said),
                keyframes: row.keyframes.len(),
            });
        Ok(Sampler::new(episodes.collect(), pairing, self.config.align.outer)?)
    }

    /// What is known of an episode.
    pub fn label(&self, episode: usize) -> Label {
        let said = self.episode_instructions[episode];
        Label { episode, instruction: self.instructions.number(said), task: said.task }
    }

    /// What prepares observations for the policy.
    pub fn preprocessor(&self) -> &Preprocessor {
        &self.preprocessor
    }

    /// The pairs of a step.
    pub fn batch(&self, sampler: &Sampler, at: StepPosition) -> anyhow::Result<Batch> {
        let (seed, train) = (self.config.seed, &self.config.train);
        let pairs = sampler.batch(seed, at.key, train.batch);
        let noise = Noise::new(seed, at.key);
        let sides: Vec<_> = pairs
            .par_iter()
            .enumerate()
            .map(|(sample, pair)| self.sides(sample, pair, &noise))
            .collect::<anyhow::Result<_>>()?;
        let policy = match train.towers.policy() {
            true => Some(self.transitions(&sides, at, &noise)?),
            false => None,
        };
        let ids =
            pairs.iter().map(|pair| self.instructions.number(self.episode_instructions[pair.clip]));
        Ok(Batch {
            ids: ids.collect(),
            labels: sampler.labels(&pairs),
            policy,
            texts: sides.iter().map(|side| side.said.clone()).collect(),
            clips: sides.into_iter().filter_map(|side| side.clip).collect(),
        })
    }

    /// The policy's half of a batch.
    fn transitions(
        &self,
        sides: &[Sides],
        at: StepPosition,
        noise: &Noise,
    ) -> anyhow::Result<policy::Batch> {
        let observed = sides.iter().filter_map(|side| {
            let transition = side.transition.as_ref()?;
            let (seen, timed) = (&transition.observation, self.config.time_in_state);
            let told = self.instructions.tell(&side.told);
            Some(policy::Transition {
                observation: models::observation(seen, told, timed, transition.number),
                action: models::target(&transition.action),
            })
        });
        let transitions: Vec<_> = observed.collect();
        let augment = &self.config.augment;
        Ok(self.preprocessor.batch(&transitions, augment, at.progress as f32, noise)?)
    }

    fn sides(&self, sample: usize, pair: &Pair, noise: &Noise) -> anyhow::Result<Sides> {
        let length = self.loader.rows()[pair.clip].length as usize;
        let mut rng = noise.stream(sample, "frames");
        let steps = segments(length, self.shape.video.frames, &mut rng);
        let towers = self.config.train.towers;
        Ok(Sides {
            clip: towers.video().then(|| self.clip(pair.clip, steps)).transpose()?,
            said: self.sentence(pair.clip, sample, noise, "said")?,
            told: self.sentence(pair.transition, sample, noise, "told")?,
            transition: towers
                .policy()
                .then(|| self.loader.transition(pair.transition, pair.keyframe))
                .transpose()?,
        })
    }

    /// Some frames of an episode as the video encoder reads them.
    pub fn clip(&self, episode: usize, steps: Vec<usize>) -> anyhow::Result<Clip> {
        let drawn = self.loader.clip(episode, steps)?;
        let side = drawn.side as usize;
        Ok(Clip::from_bytes(&[drawn.steps.len(), side, side, 3], &drawn.rgb)?)
    }

    fn sentence(
        &self,
        episode: usize,
        sample: usize,
        noise: &Noise,
        purpose: &str,
    ) -> anyhow::Result<String> {
        let choices = self.instructions.paraphrases(self.episode_instructions[episode]);
        let choice = match self.config.train.paraphrases {
            true => noise.stream(sample, purpose).random_range(0..choices.len()),
            false => 0,
        };
        choices.get(choice).cloned().context("an instruction without a sentence")
    }
}

/// What a pair is made of, as far as a tower learns from it.
struct Sides {
    clip: Option<Clip>,
    said: String,
    told: String,
    transition: Option<Arc<Transition>>,
}

/// The instruction of an episode.
fn instruction(row: &DemonstrationRow) -> anyhow::Result<Instruction> {
    let task = tasks::ALL.iter().position(|task| task.name == row.task);
    let task = task.with_context(|| format!("{}: no task is called {}", row.id, row.task))?;
    let variation = row.variation as usize;
    anyhow::ensure!(
        variation < tasks::ALL[task].variations,
        "{}: {} has no variation {variation}",
        row.id,
        row.task
    );
    Ok(Instruction { task, variation })
}

/// Batches in order: made ahead on another thread, or where there is one thread only, when they are asked
/// for. Dropping it ends the thread.
pub(super) enum BatchPrefetcher {
    /// On another thread.
    Ahead { batches: Option<Receiver<anyhow::Result<Batch>>>, thread: Option<JoinHandle<()>> },
    /// On this one.
    Alone { pairs: Arc<Pairs>, sampler: Sampler, positions: std::vec::IntoIter<StepPosition> },
}

impl BatchPrefetcher {
    /// The batches of these positions.
    pub(super) fn start(pairs: Arc<Pairs>, sampler: Sampler, positions: Vec<StepPosition>) -> Self {
        if rayon::current_num_threads() == 1 {
            return Self::Alone { pairs, sampler, positions: positions.into_iter() };
        }
        let (send, batches) = sync_channel(AHEAD);
        let work = move || {
            for at in positions {
                let batch = pairs.batch(&sampler, at);
                let failed = batch.is_err();
                if send.send(batch).is_err() || failed {
                    return;
                }
            }
        };
        Self::Ahead { batches: Some(batches), thread: Some(std::thread::spawn(work)) }
    }

    /// The next one.
    pub(super) fn next(&mut self) -> anyhow::Result<Batch> {
        match self {
            Self::Ahead { batches, .. } => {
                let batches = batches.as_ref().context("no more batches")?;
                batches.recv().context("the thread that makes batches is gone")?
            }
            Self::Alone { pairs, sampler, positions } => {
                pairs.batch(sampler, positions.next().context("no more batches")?)
            }
        }
    }
}

impl Drop for BatchPrefetcher {
    fn drop(&mut self) {
        if let Self::Ahead { batches, thread } = self {
            // Without a receiver the thread's next send fails.
            *batches = None;
            if let Some(thread) = thread.take() {
                thread.join().ok();
            }
        }
    }
}
