//! `mirror eval`: success in closed loop, and recognition of videos.

mod closed;
mod record;
mod report;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use burn::tensor::Device;
use clap::Args;
use sim::split::{BASE_SEEDS, Split};

pub use closed::{Played, cameras, instruction, play};
pub use record::record;
pub use report::{Report, Row};

use crate::config::Config;
use crate::flags::{DeviceFlag, Seed, SplitFlag, TasksFlag, Workers};
use crate::output::Output;
use crate::rollout::jobs;
use crate::towers::{Speech, Towers};
use crate::train::judge::{self, Recognised};
use crate::train::{CONFIG, Pairs, Place, Stages, WEIGHTS};

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
}

/// Judges a run and prints how it did.
///
/// # Errors
/// Names what is missing of the run.
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let config = load(&arguments.run)?;
    let known = config.tasks();
    let chosen = &arguments.tasks.tasks.0;
    let chosen: Vec<_> = chosen.iter().copied().filter(|task| known.contains(&task.name)).collect();
    anyhow::ensure!(!chosen.is_empty(), "--tasks: the run knows none of them");
    let episodes = arguments.episodes.unwrap_or_else(|| config.eval.episodes.into());
    let jobs = jobs(&chosen, episodes, arguments.split.split, arguments.seed.seed)?;
    let shape = config.shape().map_err(anyhow::Error::msg)?;
    let towers = weights(&arguments.run, &config, &device)?;
    let speech = Speech::new(&shape, config.data.rules, config.told)?;
    let played = play(&towers, &speech, &config, &shape, &jobs)?;
    let seen = recognised(&towers, &config, &device, arguments.split.split)?;
    output.print(&Report::new(config.hash()?, config.arm(), &played, &seen, &speech))
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

/// What the videos of a split are taken for; they are collected where they are missing.
pub fn recognised(
    towers: &Towers,
    config: &Config,
    device: &Device,
    split: Split,
) -> anyhow::Result<Vec<Recognised>> {
    let shape = config.shape().map_err(anyhow::Error::msg)?;
    let place = Place::new(None)?;
    let data = Stages::new(config, &place, device, None).data(split)?;
    let data = data.context("the videos could not be collected")?;
    judge::recognise(towers, &Pairs::open(&data, config, &shape)?, &shape)
}
