//! `mirror eval`: success in closed loop, and recognition of videos.

mod closed;
mod film;
mod info;
mod policy;
mod record;
mod report;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use burn::tensor::Device;
use clap::Args;
use sim::split::{BASE_SEEDS, Split};

pub use closed::{Asked, Conditions, Played, play};
pub use policy::{Policy, load};
pub use record::{Evaluation, record};
pub use report::{Report, Row};

use crate::dataset::{self, Lock};
use crate::flags::{DeviceFlag, RendererFlag, Seed, SplitFlag, TasksFlag, Workers};
use crate::output::Output;
use crate::rollout::jobs;
use crate::train::judge;
use crate::train::{Pairs, Place, Stages};

/// Folder of evaluations in the folder of a run.
const EVAL: &str = "eval";

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
    /// Film the first N failures of each task, with what the policy predicted drawn in
    #[arg(long, value_name = "N", default_value_t = 0)]
    films: usize,
    /// Folder for tables, eval_info.json and films [default: eval/SPLIT-SEED in that of the run]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    split: SplitFlag,
    #[command(flatten)]
    seed: Seed,
    #[command(flatten)]
    workers: Workers,
    #[command(flatten)]
    device: DeviceFlag,
    #[command(flatten)]
    renderer: RendererFlag,
}

/// Judges a run, writes down what came of it, and prints how it did.
///
/// # Errors
/// Names what is missing of the run, or where nothing can be written.
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let renderer = arguments.renderer.renderer;
    renderer.available()?;
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let policy = Policy::load(&arguments.run, &device)?;
    let config = &policy.config;
    let chosen = policy.known(&arguments.tasks.tasks.0)?;
    let episodes = arguments.episodes.unwrap_or_else(|| config.eval.episodes.into());
    let jobs = jobs(&chosen, episodes, arguments.split.split, arguments.seed.seed)?;
    let name = format!("{}-{}", arguments.split.split.name(), arguments.seed.seed);
    let folder = arguments.out.clone().unwrap_or_else(|| arguments.run.join(EVAL).join(name));
    dataset::create_folder(&folder)?;
    let _lock = Lock::take(&folder.join("lock"))?;
    let begun = Instant::now();
    let played = play(&policy, &jobs, policy.conditions(renderer), None)?;
    let played = played.context("stopped, though no time was set")?;
    let took = begun.elapsed();
    let videos = videos(&policy, &device, arguments.split.split)?;
    let seen = judge::recognise(&policy.towers, &videos, &policy.shape)?;
    let films = film::films(&folder, &played, config, &policy.speech, arguments.films)?;
    let evaluation = Evaluation { played, films, seen, videos: &videos.loader, took: Some(took) };
    record(&folder, config, &evaluation, &policy.speech)?;
    output.print(&Report::new(config, &evaluation, &policy.speech, &folder)?)
}

/// The videos of a split; they are collected where they are missing.
fn videos(policy: &Policy, device: &Device, split: Split) -> anyhow::Result<Pairs> {
    let Policy { config, shape, .. } = policy;
    let place = Place::new(None)?;
    let data = Stages::new(config, &place, device, None).data(split)?;
    Pairs::open(&data.context("the videos could not be collected")?, config, shape)
}
