//! `mirror bench`: what can be measured.

use std::str::FromStr as _;

use clap::{Args, ValueEnum};

use super::{collect, learn, physics, render, train, viewer};
use crate::cli::flags::Workers;
use crate::cli::output::Output;
use crate::cli::usage::UsageError;
use crate::run::config::{ConfigFlags, Setting};

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BenchTarget {
    /// Speed and accuracy of the simulator, slips in the hand, and MuJoCo beside it
    Physics,
    /// Camera frames per second on one core, beside Bevy and MuJoCo's renderer where they are there
    Render,
    /// Demonstrations made and stored, and training samples read, per second
    Collect,
    /// Training pairs per second on one core and where the time goes, beside PyTorch where that is installed
    Train,
    /// What a run learns from its budget, trained and judged: success in closed loop, hits by token and task,
    /// samples, arithmetic and processor time; with --against beside a second run
    Learn,
    /// Time and draw calls of a frame of the viewer, which needs a display
    Viewer,
}

/// Arguments of `mirror bench`.
#[derive(Args, Clone, Debug)]
pub struct BenchArguments {
    /// What to measure
    pub target: BenchTarget,
    /// Interleaved repeats of everything that `physics` and `train` time
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    pub repeats: u16,
    /// Sizes of the networks that `train` trains
    #[arg(long, value_name = "NAME", default_value = "tiny")]
    pub preset: String,
    /// The run of `learn`.
    #[command(flatten)]
    pub config: ConfigFlags,
    /// A setting of a second run of `learn`, which else is the same; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = Setting::from_str)]
    pub against: Vec<Setting>,
    /// Threads.
    #[command(flatten)]
    pub workers: Workers,
}

/// Measures, and prints the figures with the machine named.
///
/// # Errors
/// When the measurement fails or stdout cannot be written.
pub fn run(arguments: &BenchArguments, output: &Output) -> anyhow::Result<()> {
    let BenchArguments { target, config, against, workers, .. } = arguments;
    let described = config.config.is_some() || !config.set.is_empty() || !against.is_empty();
    if *target != BenchTarget::Learn && (described || workers.workers.is_some()) {
        let line = "--config, --set, --against and --workers are for `bench learn`";
        return Err(UsageError(line.into()).into());
    }
    output.print(&match arguments.target {
        BenchTarget::Physics => physics::run(arguments.repeats.into())?,
        BenchTarget::Render => render::run()?,
        BenchTarget::Collect => collect::run()?,
        BenchTarget::Train => train::run(&arguments.preset, arguments.repeats.into())?,
        BenchTarget::Learn => {
            workers.everywhere()?;
            learn::run(config, against)?
        }
        BenchTarget::Viewer => viewer::run()?,
    })
}
