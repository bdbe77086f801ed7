//! One cell, in a process of its own: train, evaluate, write down that it is done.

use std::path::PathBuf;

use clap::Args;
use sim::episode::split::Split;
use sim::tasks;

use crate::cli::flags::{DeviceFlag, Renderer, TimeFlag, Workers};
use crate::run::config::Config;
use crate::run::evaluate::{EvaluationOptions, Policy, evaluate};
use crate::run::jobs::jobs;
use crate::run::train::{End, Pairs, Pipeline, write_tables};
use crate::store::checksum::{FileEntry, RunRecord};
use crate::store::home_folder::HomeFolder;
use crate::store::run_folder::{DONE, RunFolder};
use crate::store::tables::{Episode, Recognition, Training, Validation};
use crate::study::plan::cell_folder;

/// Flags of the hidden command `mirror cell`.
#[derive(Args, Clone, Debug)]
pub struct CellArguments {
    /// Folder of the study
    study: PathBuf,
    /// Which cell
    id: String,
    /// Process of the sweep
    #[arg(long, value_name = "PID")]
    parent: Option<i32>,
    /// Only what the cell shares with others
    #[arg(long)]
    shared: bool,
    #[command(flatten)]
    workers: Workers,
    #[command(flatten)]
    device: DeviceFlag,
    #[command(flatten)]
    time: TimeFlag,
}

/// Works on a cell until it is done or time is up.
pub fn run(arguments: &CellArguments) -> anyhow::Result<()> {
    // A worker whose sweep was killed must not go on behind the back of the next one.
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    let parent = rustix::process::getppid().map(|parent| parent.as_raw_nonzero().get());
    // The sweep may have gone before this process asked to go with it.
    anyhow::ensure!(
        arguments.parent.is_none_or(|sweep| parent == Some(sweep)),
        "the sweep is gone"
    );
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let deadline = arguments.time.deadline()?;
    let folder = cell_folder(&arguments.study, &arguments.id);
    let config = Config::load(&folder.config())?;
    anyhow::ensure!(
        config.hash()? == arguments.id,
        "{}: holds other settings than cell {}",
        folder.config().display(),
        arguments.id
    );
    let home = HomeFolder::find()?;
    let pipeline = Pipeline::new(&config, &home, None, &device, deadline);
    if arguments.shared {
        for split in Split::ALL {
            if pipeline.dataset(split)?.is_none() {
                return Ok(());
            }
        }
        pipeline.solo()?;
        return Ok(());
    }
    let End::Complete(journal) = pipeline.train(&folder)? else { return Ok(()) };
    write_tables(&folder, &config, &journal)?;
    let policy = Policy::load(folder.path(), &device)?;
    let chosen: Vec<_> = config.tasks().into_iter().filter_map(tasks::find).collect();
    let jobs = jobs(&chosen, config.eval.episodes.into(), Split::Test, config.data.seed)?;
    let Some(videos) = pipeline.dataset(Split::Test)? else { return Ok(()) };
    let shown = Pairs::open(&videos, &config, &policy.shape, policy.models.vocabulary.as_ref())?;
    let options =
        EvaluationOptions { renderer: Renderer::Raster, films: 0, timed: false, deadline };
    match evaluate(&policy, &jobs, &shown, options, &folder.study_evaluation())? {
        Some(_) => record_done(&folder, config.hash()?),
        None => Ok(()),
    }
}

/// Writes the record of a finished cell, last of all.
fn record_done(folder: &RunFolder, run: String) -> anyhow::Result<()> {
    let evaluation = folder.study_evaluation();
    let made = [
        folder.weights(),
        folder.table::<Training>(),
        folder.table::<Validation>(),
        evaluation.table::<Episode>(),
        evaluation.table::<Recognition>(),
        evaluation.info(),
    ];
    let mut paths = made.map(|path| folder.relative(&path));
    paths.sort_unstable();
    let files = FileEntry::all(folder.path(), paths.iter().map(String::as_str))?;
    RunRecord { run, files }.store(&folder.done())
}

/// Whether a cell is done, and everything it made is still there and whole.
pub(super) fn is_done(folder: &RunFolder) -> anyhow::Result<bool> {
    let path = folder.done();
    if !path.exists() {
        return Ok(false);
    }
    for entry in RunRecord::load(&path)?.files {
        entry.read(folder.path(), DONE).map_err(|error| {
            anyhow::anyhow!("{error:#}; delete {} to run the cell again", path.display())
        })?;
    }
    Ok(true)
}
