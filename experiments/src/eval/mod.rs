//! `mirror eval`: success in closed loop, and recognition of videos.

mod closed;
mod record;
mod report;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use burn::tensor::Device;
use clap::Args;
use sim::rollout::Job;
use sim::split::{BASE_SEEDS, Split};
use sim::tasks;

pub use closed::{Played, play};
pub use record::record;
pub use report::{Judged, Report, Row};

use crate::bounds::BoundsFlag;
use crate::config::Config;
use crate::dataset;
use crate::flags::{DeviceFlag, Seed, SplitFlag, TasksFlag, Workers};
use crate::output::Output;
use crate::rollout::jobs;
use crate::towers::{Instruction, Towers};
use crate::train::judge;
use crate::train::{CONFIG, Pairs, Place, Stages, WEIGHTS};

/// What trained policies are called in a file of bounds.
const POLICY: &str = "policy";

/// Arguments of `mirror eval`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Folder of a trained run
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Tasks by name, separated by commas, or `all` [default: the run's]
    #[command(flatten)]
    tasks: TasksFlag,
    /// Episodes of each task; they go through its variations in turn [default: the run's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=BASE_SEEDS))]
    episodes: Option<u64>,
    #[command(flatten)]
    split: SplitFlag,
    #[command(flatten)]
    seed: Seed,
    /// Dataset whose scenes are played and whose keyframes and videos are judged, instead of a split's
    #[arg(long, value_name = "DIR", conflicts_with_all = ["tasks", "episodes", "split", "seed"])]
    data: Option<PathBuf>,
    #[command(flatten)]
    bounds: BoundsFlag,
    #[command(flatten)]
    workers: Workers,
    #[command(flatten)]
    device: DeviceFlag,
}

/// Judges a run and prints how it did.
///
/// # Errors
/// Names what is missing of the run.
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let config = load(&arguments.run)?;
    let floor = arguments.bounds.of(POLICY)?;
    let shape = config.shape().map_err(anyhow::Error::msg)?;
    let towers = weights(&arguments.run, &config, &device)?;
    let (jobs, shown) = match &arguments.data {
        Some(folder) => {
            let shown = Pairs::open(folder, &config, &shape)?;
            (scenes(folder, &config, &shown)?, shown)
        }
        None => {
            let jobs = drawn(arguments, &config)?;
            let folder = videos(&config, &device, arguments.split.split)?;
            (jobs, Pairs::open(&folder, &config, &shape)?)
        }
    };
    let played = play(&towers, &shown.speech, &config, &shape, &jobs)?;
    let hits = judge::keyframes(&towers, &shown, &config)?;
    let seen = judge::recognise(&towers, &shown, &shape)?;
    let judged = Judged { played: &played, hits: &hits, seen: &seen };
    let report = Report::new(config.hash()?, config.arm(), judged, &shown.speech);
    output.print(&report)?;
    let found = report.tasks.iter().map(|row| (row.task, row.successes, row.episodes));
    floor.map_or(Ok(()), |floor| floor.check(found))
}

/// The scenes that the flags ask for.
fn drawn(arguments: &Arguments, config: &Config) -> anyhow::Result<Vec<Job>> {
    let known = config.tasks();
    let chosen = &arguments.tasks.tasks.0;
    let chosen: Vec<_> = chosen.iter().copied().filter(|task| known.contains(&task.name)).collect();
    anyhow::ensure!(!chosen.is_empty(), "--tasks: the run knows none of them");
    let episodes = arguments.episodes.unwrap_or_else(|| config.eval.episodes.into());
    jobs(&chosen, episodes, arguments.split.split, arguments.seed.seed)
}

/// The scenes of a dataset.
fn scenes(folder: &Path, config: &Config, shown: &Pairs) -> anyhow::Result<Vec<Job>> {
    let made = &shown.loader.manifest().config;
    let same = (made.rules, made.grasp) == (config.data.rules, config.data.grasp);
    anyhow::ensure!(same, "{}: made by other rules or grasps than the run", folder.display());
    let rows = shown.loader.rows().iter().zip(&shown.instructions);
    let job = |(row, said): (&dataset::Row, &Instruction)| Job {
        task: &tasks::ALL[said.task],
        variation: said.variation,
        seed: row.seed,
    };
    Ok(rows.map(job).collect())
}

/// The settings of a run.
pub fn load(folder: &Path) -> anyhow::Result<Config> {
    let path = folder.join(CONFIG);
    let named = || path.display().to_string();
    let text = std::fs::read_to_string(&path).with_context(named)?;
    serde_json::from_str(&text).with_context(named)
}

/// The trained models of a run, without gradients.
pub fn weights(folder: &Path, config: &Config, device: &Device) -> anyhow::Result<Towers> {
    let shape = config.shape().map_err(anyhow::Error::msg)?;
    Towers::new(config, &shape, device)?.load(&folder.join(WEIGHTS))
}

/// The demonstrations of a split, collected where they are missing.
fn videos(config: &Config, device: &Device, split: Split) -> anyhow::Result<PathBuf> {
    let place = Place::new(None)?;
    let data = Stages::new(config, &place, device, None).data(split)?;
    data.context("the demonstrations could not be collected")
}
