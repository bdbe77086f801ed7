//! The command `mirror sweep`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::remaining::remaining;
use super::status::SweepStatus;
use super::study::Study;
use super::{cell, forecast, workers};
use crate::cli::flags::{DeviceFlag, TimeFlag};
use crate::cli::output::Output;
use crate::cli::usage::UsageError;
use crate::run::export;
use crate::store::file;
use crate::store::home_folder::HomeFolder;
use crate::store::lock::Lock;
use crate::study::plan;
use crate::study::plan::{PLAN, Plan};
use crate::study::report;

/// Arguments of `mirror sweep`.
#[derive(Args, Clone, Debug)]
pub struct SweepArguments {
    /// The study
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
    /// Folder of the study [default: MIRROR_HOME/sweeps/NAME-HASH]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Cells at a time, each in a process of its own [default: all cores; 1 on a graphics processor]
    #[arg(long, value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,
    /// Print the plan with time, disk and the smallest effect it can show; do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print what became of each cell; do nothing
    #[arg(long)]
    status: bool,
    /// Only this cell, by its hash or the name of its arm
    #[arg(long, value_name = "CELL")]
    only: Option<String>,
    /// Also run the cells again that failed
    #[arg(long)]
    retry_failed: bool,
    /// Also export the weights of every finished cell, into DIR/CELL
    #[arg(long, value_name = "DIR")]
    export: Option<PathBuf>,
    #[command(flatten)]
    device: DeviceFlag,
    #[command(flatten)]
    time: TimeFlag,
}

/// Runs a study, or what is missing of it, and reports.
pub fn run(arguments: &SweepArguments, output: &Output) -> anyhow::Result<()> {
    let study = Study::read(&arguments.file)?;
    let folder = arguments.out.clone().map_or_else(|| default_folder(&study), Ok)?;
    let jobs = arguments.jobs.map_or_else(|| arguments.device.jobs(), std::num::NonZeroUsize::get);
    if arguments.dry_run {
        return output.print(&forecast::Forecast::of(&study, &folder, jobs));
    }
    if arguments.status {
        return output.print(&SweepStatus::of(&study.plan, &folder, &HomeFolder::find()?)?);
    }
    let chosen = chosen(&study, arguments.only.as_deref())?;
    let deadline = arguments.time.deadline()?;
    arguments.device.check()?;
    file::create_folder(&folder)?;
    let _lock = Lock::take(&folder.join("lock"))?;
    claim(&study, &folder)?;
    let options = workers::SweepOptions {
        jobs,
        device: arguments.device,
        deadline,
        retry_failed: arguments.retry_failed,
    };
    let failed = workers::run(&study, &folder, &chosen, options)?;
    if let Some(exports) = &arguments.export {
        export_done(&study, &folder, &chosen, exports)?;
    }
    if deadline.is_some_and(|deadline| Instant::now() >= deadline)
        && let Some(left) = remaining(&study, &folder, &chosen, &HomeFolder::find()?)?
    {
        tracing::warn!("time is up: {left}; the same command goes on");
    }
    let status = SweepStatus::of(&study.plan, &folder, &HomeFolder::find()?)?;
    if status.cells.iter().any(|cell| cell.state == "done") {
        report::run(&report::ReportArguments::of(folder.clone()), output)?;
    } else {
        output.print(&status)?;
    }
    if failed == 0 {
        return Ok(());
    }
    let first = status.cells.iter().find(|cell| cell.state == "failed");
    let first = first.map_or_else(String::new, |cell| format!("; {}: {}", cell.arm, cell.reason));
    let (all, file) = (chosen.len(), arguments.file.display());
    anyhow::bail!("{failed} of {all} cells failed (mirror sweep {file} --status){first}")
}

fn default_folder(study: &Study) -> anyhow::Result<PathBuf> {
    Ok(HomeFolder::find()?.sweep(&study.plan.study, &study.plan.identity()?[..8]))
}

/// Exports the finished cells that are not there yet.
fn export_done(
    study: &Study,
    folder: &Path,
    chosen: &[usize],
    exports: &Path,
) -> anyhow::Result<()> {
    file::create_folder(exports)?;
    for &index in chosen {
        let cell = &study.plan.cells[index];
        let (run, out) = (cell.folder(folder), exports.join(&cell.id));
        if !out.exists() && cell::is_done(&run)? {
            export::export(run.path(), &out)?;
        }
    }
    Ok(())
}

/// The places of the cells to run in the plan: seed after seed, so that a study that is stopped early
/// has every arm of the first seed rather than the first arm of every seed.
fn chosen(study: &Study, only: Option<&str>) -> anyhow::Result<Vec<usize>> {
    let cells = study.plan.cells.iter().enumerate();
    let wanted = |cell: &plan::Cell| only.is_none_or(|name| cell.id == name || cell.arm == name);
    let mut chosen: Vec<usize> = cells.filter(|(_, cell)| wanted(cell)).map(|(i, _)| i).collect();
    chosen.sort_by_key(|&index| study.plan.cells[index].seed);
    if chosen.is_empty() {
        let arms: Vec<&str> = study.plan.cells.iter().map(|cell| cell.arm.as_str()).collect();
        let line = format!("--only {}: is none of {}", only.unwrap_or(""), arms.join(", "));
        return Err(UsageError(line).into());
    }
    Ok(chosen)
}

/// Writes the plan and the settings of every cell; refuses the folder of another study.
fn claim(study: &Study, folder: &Path) -> anyhow::Result<()> {
    let path = folder.join(PLAN);
    if path.exists() {
        let same = Plan::read(folder)?.identity()? == study.plan.identity()?;
        anyhow::ensure!(same, "{}: the folder holds another study", path.display());
    } else {
        let text = serde_json::to_string_pretty(&study.plan)? + "\n";
        file::write(&path, text.as_bytes())?;
    }
    for (cell, config) in study.plan.cells.iter().zip(&study.configs) {
        let run = cell.folder(folder);
        file::create_folder(run.path())?;
        if !run.begun() {
            file::write(&run.config(), config.to_json()?.as_bytes())?;
        }
    }
    Ok(())
}
