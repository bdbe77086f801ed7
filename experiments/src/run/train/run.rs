//! A run from its first step to its last, through any number of interruptions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use agents::alignment::Pairing;
use agents::presets::Preset;
use anyhow::Context as _;
use burn::module::Module as _;
use burn::tensor::Device;
use sim::tasks;

use super::alignment_score::{AlignmentScore, LabelledFeature, alignment_scores};
use super::checkpoint::{Best, Checkpoint};
use super::ema::Ema;
use super::judge;
use super::judge::JudgedKeyframe;
use super::learner::Learner;
use super::metrics::{Entry, Extent, Journal, MetricsLog, TaskCounts, TrainProgress};
use super::pairs::{BatchPrefetcher, Pairs};
use super::schedule::Phase;
use crate::run::config::Config;
use crate::run::models::Models;
use crate::run::weights;
use crate::store::file;
use crate::store::lock::Lock;
use crate::store::run_folder::{RunFolder, WEIGHTS};
use crate::store::tables::names;

/// Where a run's data lies.
#[derive(Clone, Debug)]
pub struct TrainingData {
    /// Dataset to learn from.
    pub train: PathBuf,
    /// Dataset that chooses weights.
    pub val: PathBuf,
}

/// What bounds a run besides its settings.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Where tensors live.
    pub device: &'a Device,
    /// When to stop, with a checkpoint.
    pub deadline: Option<Instant>,
    /// Folder for TensorBoard's event files, where they are asked for.
    pub tensorboard: Option<&'a Path>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// All steps are done.
    Complete(Journal),
    /// Time was up at this step of this phase; the same command goes on.
    Stopped(Phase, u64),
}

/// Trains in `folder` whatever of the phases is not done yet. `start` are the weights that the towers
/// begin with, instead of fresh ones: another run's, with the hash of its settings.
pub(super) fn train(
    folder: &RunFolder,
    config: &Config,
    phases: &[Phase],
    start: Option<(&RunFolder, &str)>,
    data: &TrainingData,
    limits: Limits<'_>,
) -> anyhow::Result<End> {
    if let Some(journal) = finished(folder, config, phases)? {
        return Ok(End::Complete(journal));
    }
    file::create_folder(folder.path())?;
    let _lock = Lock::take(&folder.lock())?;
    claim(folder, config)?;
    file::remove_temporary(folder.path())?;
    let shape = config.shape().map_err(anyhow::Error::msg)?;
    let device = limits.device.clone().autodiff();
    let mut run = Run::begin(folder, config, &shape, phases, start, &device, limits.tensorboard)?;
    let words = run.learner.models.vocabulary.as_ref();
    let pairs = Arc::new(Pairs::open(&data.train, config, &shape, words)?);
    let val = Pairs::open(&data.val, config, &shape, words)?;
    for &phase in phases.iter().filter(|&&phase| phase.steps(config) > 0) {
        if phase < run.phase {
            continue;
        }
        if phase > run.phase {
            run.phase = phase;
            run.done = 0;
            run.learner.restart();
        }
        if let Some(end) = run.work(&pairs, &val, limits)? {
            return Ok(end);
        }
    }
    run.finish()?;
    Ok(End::Complete(run.metrics.extent()?.journal(&folder.metrics())?))
}

/// What a run measured that is finished and has its weights. Nothing is locked for it: several runs that
/// share a stage may look at the same time.
pub(super) fn finished(
    folder: &RunFolder,
    config: &Config,
    phases: &[Phase],
) -> anyhow::Result<Option<Journal>> {
    let found = Checkpoint::find(&folder.checkpoint(), &config.hash()?)?;
    let last = phases.iter().rfind(|phase| phase.steps(config) > 0);
    let over = |found: &Checkpoint| {
        last.is_some_and(|&last| found.phase == last && found.done >= last.steps(config))
            && folder.trained()
            && folder.weights().exists()
    };
    found.filter(over).map(|found| found.metrics.journal(&folder.metrics())).transpose()
}

struct Run {
    folder: RunFolder,
    name: String,
    config: Config,
    shape: Preset,
    learner: Learner,
    ema: Ema,
    phase: Phase,
    done: u64,
    best: Option<Best>,
    metrics: MetricsLog,
}

impl Run {
    fn begin(
        folder: &RunFolder,
        config: &Config,
        shape: &Preset,
        phases: &[Phase],
        start: Option<(&RunFolder, &str)>,
        device: &Device,
        tensorboard: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let name = config.hash()?;
        let mut models = Models::new(config, shape, device)?;
        let path = folder.checkpoint();
        let found = Checkpoint::find(&path, &name)?;
        if let (None, Some((start, run))) = (&found, start) {
            models = models.load_towers(&weights::open(start, run)?)?;
        }
        if let Some(found) = &found {
            models = models.from_bytes(&path, found.weights.clone())?;
        }
        let extent = found.as_ref().map_or_else(Extent::default, |found| found.metrics);
        let ema = Ema::new(&models, config.train.ema);
        let first = *phases.first().context("no phase")?;
        let mut run = Self {
            folder: folder.clone(),
            name,
            config: config.clone(),
            shape: shape.clone(),
            learner: Learner::new(models, config, shape, device)?,
            ema,
            phase: first,
            done: 0,
            best: None,
            metrics: MetricsLog::open(&folder.metrics(), &extent, tensorboard)?,
        };
        if let Some(found) = found {
            (run.phase, run.done) = (found.phase, found.done);
            run.learner.resume(found.optimisers)?;
            run.ema.resume(found.mean, &run.learner.models, &path)?;
            run.best = found.best;
        }
        Ok(run)
    }

    /// What is left of the current phase.
    fn work(
        &mut self,
        pairs: &Arc<Pairs>,
        val: &Pairs,
        limits: Limits<'_>,
    ) -> anyhow::Result<Option<End>> {
        let (phase, config) = (self.phase, self.config.clone());
        let steps = phase.steps(&config);
        // Solo steps and the baseline's draw pairs by instruction, so that all arms see the same clips.
        let aligned = config.align.enabled && phase != Phase::Solo;
        let pairing = if aligned { config.align.pairing } else { Pairing::default() };
        let positions = (self.done..steps).map(|step| phase.position(&config, step)).collect();
        let mut ahead =
            BatchPrefetcher::start(Arc::clone(pairs), pairs.sampler(pairing)?, positions);
        let mut progress = TrainProgress::new(phase, self.done, steps, config.train.batch);
        while self.done < steps {
            if limits.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                self.store()?;
                return Ok(Some(End::Stopped(phase, self.done)));
            }
            let batch = ahead.next()?;
            let every = config.train.angle;
            let angle = every > 0 && self.done.is_multiple_of(every);
            let readings =
                self.learner.step(batch, &pairs.instructions, phase, self.done, angle)?;
            let readings = Entry::readings(phase, self.done, readings);
            self.metrics.append(&readings)?;
            self.done += 1;
            self.ema.update(&self.learner.models, self.done);
            progress.step(&readings);
            let due = |every: u64| every > 0 && self.done.is_multiple_of(every);
            let last = self.done == steps;
            if phase != Phase::Warm && (last || due(config.train.validate)) {
                progress.validated(&self.validate(val)?);
            }
            if last || self.done.is_multiple_of(config.train.checkpoint) {
                self.store()?;
            }
        }
        Ok(None)
    }

    /// The weights to judge: the running mean where one is kept.
    fn judged(&self) -> Models {
        let models = self.ema.models().unwrap_or(&self.learner.models);
        models.with(models.video.valid(), models.policy.valid(), models.alignment.valid())
    }

    fn validate(&mut self, val: &Pairs) -> anyhow::Result<Entry> {
        let models = self.judged();
        // A tower that does not learn would only be seen guessing.
        let towers = self.config.train.towers;
        let judged = match towers.policy() {
            true => judge::keyframes(&models, val, &self.config)?,
            false => Vec::new(),
        };
        let (recognised, clips) = match towers.video() {
            true => judge::recognise_and_tap(&models, val, &self.shape, self.config.align.tap_u)?,
            false => (Vec::new(), Vec::new()),
        };
        if self.config.align.enabled && self.phase == Phase::Joint {
            let device = models.policy.device();
            let tapped = |one: &JudgedKeyframe| LabelledFeature {
                label: val.label(one.episode),
                tap: one.tap.clone(),
            };
            let done: Vec<_> = judged.iter().map(tapped).collect();
            self.note(&alignment_scores(&models.alignment, &clips, &done, &device))?;
        }
        let shown: BTreeSet<usize> =
            val.episode_instructions.iter().map(|said| said.task).collect();
        let counts = shown.into_iter().map(|task| {
            let hits = judge::Hits::of(judged.iter().filter(|one| one.task == task));
            let of_task = || recognised.iter().filter(|one| one.truth.task == task);
            let right = of_task().filter(|one| val.instructions.same(one.truth, one.guess)).count();
            let judge::Hits { transitions, position, rotation, gripper, collision, all } = hits;
            let (clips, recognised) = (of_task().count() as i64, right as i64);
            let task = tasks::ALL[task].name.into();
            TaskCounts {
                task,
                transitions,
                position,
                rotation,
                gripper,
                collision,
                all,
                clips,
                recognised,
            }
        });
        let entry = Entry::validation(self.phase, self.done, counts.collect());
        self.metrics.append(&entry)?;
        let tasks = &entry.validation;
        let scores = tasks.iter().map(|task| 0.5 * (task.hit_rate() + task.recognition()));
        let score = scores.sum::<f64>() / tasks.len().max(1) as f64;
        // Phases compete apart: the maps of an earlier phase know nothing of the later one's towers.
        let best = self.best.as_ref().filter(|best| best.phase == self.phase);
        if best.is_none_or(|best| score > best.score) {
            let (phase, done, weights) = (self.phase, self.done, models.to_bytes()?);
            self.best = Some(Best { score, phase, done, weights });
        }
        Ok(entry)
    }

    /// Writes scores down under the step that was done last.
    fn note(&mut self, scores: &[AlignmentScore]) -> anyhow::Result<()> {
        let named = scores.iter().flat_map(|AlignmentScore { task, recall, closeness }| {
            let name = tasks::ALL[*task].name;
            let named = [(names::RECALL_TASK, recall), (names::CLOSENESS_TASK, closeness)];
            named.map(|(prefix, value)| (format!("{prefix}{name}"), *value))
        });
        self.metrics.append(&Entry::readings(self.phase, self.done.saturating_sub(1), named))
    }

    fn store(&self) -> anyhow::Result<()> {
        let weights = self.learner.models.to_bytes()?;
        let mut checkpoint = Checkpoint::new(self.name.clone(), self.phase, self.done, weights);
        checkpoint.optimisers = self.learner.state()?;
        checkpoint.mean = self.ema.models().map(Models::to_bytes).transpose()?;
        checkpoint.best = self.best.clone();
        checkpoint.metrics = self.metrics.extent()?;
        checkpoint.store(&self.folder.checkpoint())
    }

    /// Puts down the weights that did best.
    fn finish(&self) -> anyhow::Result<()> {
        let best = self.best.as_ref().context("a run without a step to judge")?;
        self.folder.finish(self.name.clone(), &[(WEIGHTS, &best.weights)])
    }
}

/// Writes down which run the folder belongs to; refuses another one's.
pub(super) fn claim(folder: &RunFolder, config: &Config) -> anyhow::Result<()> {
    if belongs(folder, config)? {
        return Ok(());
    }
    file::create_folder(folder.path())?;
    file::write(&folder.config(), config.to_json()?.as_bytes())
}

/// Whether the folder belongs to this run already.
///
/// # Errors
/// When it belongs to another one.
fn belongs(folder: &RunFolder, config: &Config) -> anyhow::Result<bool> {
    if !folder.begun() {
        return Ok(false);
    }
    let path = folder.config();
    let same = Config::load(&path)?.hash()? == config.hash()?;
    anyhow::ensure!(same, "{}: the folder holds a run with other settings", path.display());
    Ok(true)
}
