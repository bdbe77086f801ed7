//! One demonstration: tried until it holds, then filmed and stored.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail};
use rand::RngExt as _;
use sim::episode::log::{Log, record, replay};
use sim::episode::scene_file::SceneFile;
use sim::episode::split::BASE_SEEDS;
use sim::episode::stream::stream;
use sim::render::camera::{Camera, rlbench_cameras};
use sim::render::observe::Observer;
use sim::render::renderer::Renderer;
use sim::robot::action::Outcome;
use sim::task::Task;
use sim::tasks;
use sim::world::StateHash;

use crate::data::cameras::policy_cameras;
use crate::media::mp4::Writer;
use crate::store::checksum::FileEntry;
use crate::store::dataset;
use crate::store::dataset::{DatasetConfig, DemonstrationRecord, DemonstrationRow, Views};
use crate::store::file;

/// Scenes tried before an episode is given up (default 50).
const TRIES: u32 = 50;
/// Episodes of one task that have seeds of their own.
pub const MOST_EPISODES: u32 = BASE_SEEDS as u32 / TRIES;

/// Which episode to make.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// Its task.
    pub task: &'static Task,
    /// Its number among the task's episodes.
    pub index: u32,
}

impl Job {
    /// The episodes of a dataset, in the order of its table.
    pub fn all(config: &DatasetConfig) -> anyhow::Result<Vec<Self>> {
        let mut jobs = Vec::new();
        for name in &config.tasks {
            let task = tasks::find(name).with_context(|| format!("no task is called `{name}`"))?;
            jobs.extend((0..config.episodes).map(|index| Self { task, index }));
        }
        Ok(jobs)
    }

    /// Name of the episode.
    pub fn id(&self, config: &DatasetConfig) -> String {
        dataset::id(self.task.name, config.split, self.index)
    }

    /// Seed of one of the episode's tries.
    fn seed(&self, config: &DatasetConfig, attempt: u32) -> anyhow::Result<u64> {
        let number = u64::from(self.index) * u64::from(TRIES) + u64::from(attempt);
        config.split.seed(config.seed, number).context("out of seeds")
    }
}

/// An episode that is ready to be stored.
pub struct Demonstration {
    row: DemonstrationRow,
    failures: BTreeMap<String, u64>,
    files: Vec<(String, Vec<u8>)>,
}

/// Makes an episode; the result depends on nothing but the job and the configuration.
pub fn demonstrate(
    job: &Job,
    config: &DatasetConfig,
    renderer: &Renderer,
) -> anyhow::Result<Demonstration> {
    let first = job.seed(config, 0)?;
    // Drawn once: a variation that fails more often must not become rarer.
    let variation = stream(&format!("variation of {}", job.task.name), 0, first)
        .random_range(0..job.task.variations);
    let mut failures = BTreeMap::new();
    for attempt in 0..TRIES {
        let seed = job.seed(config, attempt)?;
        match attempt_scene(job.task, variation, seed, config) {
            Ok((log, replayed)) => {
                let id = job.id(config);
                let row = row(config, &id, attempt, &log, replayed);
                let files = files(config, &row, &log, renderer);
                let files = files.with_context(|| format!("episode {id}"))?;
                return Ok(Demonstration { row, failures, files });
            }
            Err(reason) => *failures.entry(reason).or_default() += 1,
        }
    }
    let reasons: Vec<String> = failures.iter().map(|(r, n)| format!("{r} {n}")).collect();
    bail!("episode {}: {TRIES} scenes failed: {}", job.id(config), reasons.join(", "))
}

/// A demonstration that succeeds, and succeeds again by its keyframes alone; else the reason.
fn attempt_scene(
    task: &Task,
    variation: usize,
    seed: u64,
    config: &DatasetConfig,
) -> Result<(Log, StateHash), String> {
    let scene = SceneFile::sample(task, variation, seed, config.rules)
        .map_err(|_| String::from("no_layout"))?;
    let log = record(&scene, config.grasp).map_err(|_| String::from("no_physics"))?;
    if log.outcome != Outcome::Success {
        return Err(format!("expert_{}", log.outcome.name()));
    }
    match replay(&log).map_err(|_| String::from("no_physics"))? {
        (Outcome::Success, end) => Ok((log, end)),
        (outcome, _) => Err(format!("replay_{}", outcome.name())),
    }
}

fn row(
    config: &DatasetConfig,
    id: &str,
    tried: u32,
    log: &Log,
    replayed: StateHash,
) -> DemonstrationRow {
    DemonstrationRow {
        id: id.into(),
        split: config.split.name().into(),
        task: log.scene.task.clone(),
        variation: log.scene.variation as u64,
        seed: log.scene.seed,
        tried: tried.into(),
        instructions: log.scene.instructions.clone(),
        length: log.steps.len() as u64,
        keyframes: log.keyframes.iter().map(|&step| step.into()).collect(),
        outcome: log.outcome.name().into(),
        start: log.start.to_string(),
        end: log.end.to_string(),
        replayed: replayed.to_string(),
        videos: config.cameras.iter().map(|camera| dataset::video_path(camera, id)).collect(),
    }
}

/// Everything that is stored of an episode, by path.
fn files(
    config: &DatasetConfig,
    row: &DemonstrationRow,
    log: &Log,
    renderer: &Renderer,
) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut files = vec![(dataset::state_path(&row.id), dataset::pack_log(log)?)];
    files.extend(row.videos.iter().cloned().zip(film(log, config, renderer)?));
    if let Some(side) = config.views {
        let views = Views::draw(log, &policy_cameras(side)?, renderer)?;
        files.push((dataset::views_path(&row.id), views.to_bytes()?));
    }
    Ok(files)
}

/// The videos of an episode: one frame per logged step, in the order of the configured cameras.
pub fn film(
    log: &Log,
    config: &DatasetConfig,
    renderer: &Renderer,
) -> anyhow::Result<Vec<Vec<u8>>> {
    let wanted = |name: &String| rlbench_cameras().into_iter().find(|c| c.name == *name);
    let cameras: Vec<Camera> = config.cameras.iter().filter_map(wanted).collect();
    let side = config.size;
    let cameras: Vec<Camera> = cameras.into_iter().map(|c| c.resized(side, side)).collect();
    let writers = cameras.iter().map(|_| Writer::new(side, side));
    let mut writers = writers.collect::<anyhow::Result<Vec<_>>>()?;
    let mut observer = Observer::by(renderer, &log.scene.scene)?;
    let mut frames = Vec::new();
    for step in &log.steps {
        let tip = log.place(&mut observer, step);
        let cameras: Vec<Camera> = cameras.iter().map(|camera| camera.resolved(tip)).collect();
        observer.draw_all(&cameras, &mut frames)?;
        for (writer, frame) in writers.iter_mut().zip(&frames) {
            writer.add(&frame.rgb)?;
        }
    }
    writers.into_iter().map(Writer::finish).collect()
}

impl Demonstration {
    /// Writes the files, then the record that they are there.
    pub fn store(self, folder: &Path) -> anyhow::Result<DemonstrationRecord> {
        let mut entries = Vec::with_capacity(self.files.len());
        for (path, content) in &self.files {
            file::write(&folder.join(path), content)?;
            entries.push(FileEntry::of(path.as_str(), content));
        }
        let record = DemonstrationRecord { row: self.row, files: entries, failures: self.failures };
        record.store(folder)?;
        Ok(record)
    }

    /// Size of all files, bytes.
    pub fn bytes(&self) -> usize {
        self.files.iter().map(|(_, content)| content.len()).sum()
    }
}
