//! `mirror eval`: success in closed loop, and recognition of videos.

mod closed;
mod policy;
mod record;
mod report;

use std::path::PathBuf;

use anyhow::Context as _;
use burn::tensor::Device;
use clap::Args;
use sim::split::{BASE_SEEDS, Split};

pub use closed::{Conditions, Played, play};
pub use policy::{Policy, load};
pub use record::record;
pub use report::{Report, Row};

use crate::flags::{DeviceFlag, RendererFlag, Seed, SplitFlag, TasksFlag, Workers};
use crate::output::Output;
use crate::rollout::jobs;
use crate::train::judge::{self, Recognised};
use crate::train::{Pairs, Place, Stages};

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
    #[command(flatten)]
    workers: Workers,
    #[command(flatten)]
    device: DeviceFlag,
    #[command(flatten)]
    renderer: RendererFlag,
}

/// Judges a run and prints how it did.
///
/// # Errors
/// Names what is missing of the run.
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let renderer = arguments.renderer.renderer;
    renderer.check()?;
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let policy = Policy::load(&arguments.run, &device)?;
    let config = &policy.config;
    let chosen = policy.known(&arguments.tasks.tasks.0)?;
    let episodes = arguments.episodes.unwrap_or_else(|| config.eval.episodes.into());
    let jobs = jobs(&chosen, episodes, arguments.split.split, arguments.seed.seed)?;
    let played = play(&policy, &jobs, policy.conditions(renderer), None)?;
    let played = played.context("stopped, though no time was set")?;
    let seen = recognised(&policy, &device, arguments.split.split)?;
    output.print(&Report::new(config.hash()?, config.arm(), &played, &seen, &policy.speech))
}

/// What the videos of a split are taken for; they are collected where they are missing.
fn recognised(policy: &Policy, device: &Device, split: Split) -> anyhow::Result<Vec<Recognised>> {
    let Policy { config, shape, towers, .. } = policy;
    let place = Place::new(None)?;
    let data = Stages::new(config, &place, device, None).data(split)?;
    let data = data.context("the videos could not be collected")?;
    judge::recognise(towers, &Pairs::open(&data, config, shape)?, shape)
}
