//! `mirror bench`: what can be measured.

use clap::{Args, ValueEnum};

use super::{collect, physics, render, train, viewer};
use crate::cli::output::Output;

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
}

/// Measures, and prints the figures with the machine named.
///
/// # Errors
/// When the measurement fails or stdout cannot be written.
pub fn run(arguments: &BenchArguments, output: &Output) -> anyhow::Result<()> {
    output.print(&match arguments.target {
        BenchTarget::Physics => physics::run(arguments.repeats.into())?,
        BenchTarget::Render => render::run()?,
        BenchTarget::Collect => collect::run()?,
        BenchTarget::Train => train::run(&arguments.preset, arguments.repeats.into())?,
        BenchTarget::Viewer => viewer::run()?,
    })
}
