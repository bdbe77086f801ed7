//! The command `mirror train`: what it is asked for, and what it says at the end.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sim::tasks;

use super::pipeline::{Pipeline, with_dataset};
use super::run::End;
use super::tables;
use crate::cli::flags::{DeviceFlag, TimeFlag, Workers};
use crate::cli::output::Output;
use crate::cli::usage::UsageError;
use crate::run::config::ConfigFlags;
use crate::statistics::Wilson;
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
    let pipeline = Pipeline::new(&config, &home, arguments.data.as_deref(), &device, deadline);
    let report = match pipeline.train(&folder)? {
        End::Stopped(phase, step) => TrainReport {
            path,
            run: name,
            complete: false,
            stopped: Some(format!("{} step {step}", phase.name())),
            tasks: Vec::new(),
        },
        End::Complete(journal) => {
            tables::write(&folder, &config, &journal)?;
            let tasks = journal.last().map(|(_, _, task, counts)| TaskReport::of(*task, counts));
            TrainReport { path, run: name, complete: true, stopped: None, tasks: tasks.collect() }
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
    tasks: Vec<TaskReport>,
}

/// Offline judgement of a task on `val`.
#[derive(Clone, Debug, Serialize)]
struct TaskReport {
    task: &'static str,
    transitions: i64,
    hits: i64,
    low: f64,
    high: f64,
    clips: i64,
    recognised: i64,
}

impl TaskReport {
    fn of(task: usize, counts: &[i64; 8]) -> Self {
        let [transitions, _, _, _, _, hits, clips, recognised] = *counts;
        let Wilson { low, high } = Wilson::of(hits as usize, transitions as usize);
        Self { task: tasks::ALL[task].name, transitions, hits, low, high, clips, recognised }
    }
}

impl fmt::Display for TrainReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stopped) = &self.stopped {
            writeln!(f, "{}: stopped at {stopped}", self.path)?;
            return write!(f, "Run the same command again to go on.");
        }
        writeln!(f, "On val, at the last validation:")?;
        for TaskReport { task, transitions, hits, low, high, clips, recognised } in &self.tasks {
            let (low, high) = (100.0 * low, 100.0 * high);
            writeln!(
                f,
                "  {task:<28} keyframes {hits}/{transitions} ({low:.0}-{high:.0} %), videos {recognised}/{clips}"
            )?;
        }
        writeln!(f, "Weights: {}/{WEIGHTS}", self.path)?;
        write!(f, "Closed loop: mirror eval --run {}", self.path)
    }
}
