//! The command `mirror train`: what it is asked for, and what it says at the end.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::metrics::{Scores, write_tables};
use super::pipeline::{Pipeline, with_dataset};
use super::run::End;
use crate::cli::flags::{DeviceFlag, TimeFlag, Workers};
use crate::cli::output::Output;
use crate::cli::usage::UsageError;
use crate::run::config::ConfigFlags;
use crate::store::home_folder::HomeFolder;
use crate::store::run_folder::{RunFolder, WEIGHTS};

/// Flags of `mirror train`.
#[derive(Args, Clone, Debug)]
pub struct TrainArguments {
    /// What the run is.
    #[command(flatten)]
    pub config: ConfigFlags,
    /// Dataset to learn from; without it the one that the settings describe is collected
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Folder of the run [default: MIRROR_HOME/runs/HASH]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Go on with a run that exists, and fail if there is none
    #[arg(long)]
    pub resume: bool,
    /// Also write what is measured as TensorBoard's event files, into `tensorboard/` in the run's folder
    #[arg(long)]
    pub tensorboard: bool,
    /// Threads.
    #[command(flatten)]
    pub workers: Workers,
    /// Where tensors live.
    #[command(flatten)]
    pub device: DeviceFlag,
    /// Time.
    #[command(flatten)]
    pub time: TimeFlag,
}

/// Trains a run, or what is missing of it.
pub fn run(arguments: &TrainArguments, output: &Output) -> anyhow::Result<()> {
    let deadline = arguments.time.deadline()?;
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let config = with_dataset(arguments.config.resolve()?, arguments.data.as_deref())?;
    let home = HomeFolder::find()?;
    let name = config.hash()?;
    let folder = arguments.out.clone().map_or_else(|| home.run(&name), RunFolder::new);
    if arguments.resume && !folder.begun() {
        let line = format!("--resume: there is no run in {}", folder.path().display());
        return Err(UsageError(line).into());
    }
    let path = folder.path().display().to_string();
    let mut pipeline = Pipeline::new(&config, &home, arguments.data.as_deref(), &device, deadline);
    if arguments.tensorboard {
        pipeline = pipeline.with_tensorboard(folder.tensorboard());
    }
    let report = match pipeline.train(&folder)? {
        End::Stopped(phase, step) => TrainReport {
            path,
            run: name,
            complete: false,
            stopped: Some(format!("{} step {step}", phase.name())),
            validation: None,
        },
        End::Complete(journal) => {
            write_tables(&folder, &config, &journal)?;
            let validation = journal.last_validation().map(Scores::of);
            TrainReport { path, run: name, complete: true, stopped: None, validation }
        }
    };
    output.print(&report)
}

/// How a run went.
#[derive(Clone, Debug, Serialize)]
struct TrainReport {
    path: String,
    run: String,
    complete: bool,
    stopped: Option<String>,
    validation: Option<Scores>,
}

impl fmt::Display for TrainReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stopped) = &self.stopped {
            writeln!(f, "{}: stopped at {stopped}", self.path)?;
            return write!(f, "Run the same command again to go on.");
        }
        if let Some(validation) = &self.validation {
            writeln!(f, "{validation}")?;
        }
        writeln!(f, "Weights: {}/{WEIGHTS}", self.path)?;
        write!(f, "Closed loop: mirror eval --run {}", self.path)
    }
}
