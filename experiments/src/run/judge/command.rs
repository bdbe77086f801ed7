//! The command `mirror judge`.

use std::path::PathBuf;

use clap::Args;
use sim::episode::split::Split;

use super::report::JudgeReport;
use super::rows;
use crate::cli::flags::{DeviceFlag, Workers, one_of};
use crate::cli::output::Output;
use crate::run::evaluate::CheckpointFlag;
use crate::run::train::Pairs;
use crate::run::train::judge;
use crate::store::row_file;

/// Arguments of `mirror judge`.
#[derive(Args, Clone, Debug)]
pub struct JudgeArguments {
    /// Folder of a trained run
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Demonstrations of which split; they are collected where they are missing
    #[arg(long, value_name = "SPLIT", default_value = "val", value_parser = one_of::<Split>(&Split::ALL.map(Split::name)))]
    split: Split,
    /// Dataset to judge on, instead of a split's
    #[arg(long, value_name = "DIR", conflicts_with = "split")]
    data: Option<PathBuf>,
    /// File for a row of each keyframe: .csv or .json
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    checkpoint: CheckpointFlag,
    #[command(flatten)]
    workers: Workers,
    #[command(flatten)]
    device: DeviceFlag,
}

/// Judges a run on demonstrations and prints hits by task and token.
///
/// # Errors
/// Names what is missing of the run, or the file that cannot be written.
pub fn run(arguments: &JudgeArguments, output: &Output) -> anyhow::Result<()> {
    if let Some(path) = &arguments.out {
        row_file::check(path)?;
    }
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let policy = arguments.checkpoint.load(&arguments.run, &device)?;
    let pairs = match &arguments.data {
        Some(folder) => {
            let words = policy.models.vocabulary.as_ref();
            Pairs::open(folder, &policy.config, &policy.shape, words)?
        }
        None => policy.demonstrations(arguments.split, None, &device)?,
    };
    let judged = judge::keyframes(&policy.models, &pairs, &policy.config)?;
    if let Some(path) = &arguments.out {
        rows::write(path, &judged, &pairs)?;
    }
    output.print(&JudgeReport::new(&policy.config, &judged)?)
}
