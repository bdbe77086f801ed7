//! Studies: `mirror sweep` runs every cell of one, through any number of interruptions.

pub mod cell;
mod forecast;
mod left;
pub mod plan;
mod study;
mod work;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::json;

pub use study::Study;

use crate::cli::flags::{DeviceFlag, TimeFlag};
use crate::cli::home;
use crate::cli::output::Output;
use crate::cli::table::Table;
use crate::cli::usage::UsageError;
use crate::run::export;
use crate::run::train::{CONFIG, Place};
use crate::store::dataset;
use crate::store::dataset::Lock;
use crate::study::report;
use plan::{FAILED, PLAN};

/// Arguments of `mirror sweep`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
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
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let study = Study::read(&arguments.file)?;
    let folder = arguments.out.clone().map_or_else(|| default_folder(&study), Ok)?;
    let jobs = arguments.jobs.map_or_else(|| arguments.device.jobs(), std::num::NonZeroUsize::get);
    if arguments.dry_run {
        return output.print(&forecast::Forecast::of(&study, &folder, jobs));
    }
    if arguments.status {
        return output.print(&Status::of(&study, &folder)?);
    }
    let chosen = chosen(&study, arguments.only.as_deref())?;
    let deadline = arguments.time.deadline()?;
    arguments.device.check()?;
    dataset::create_folder(&folder)?;
    let _lock = Lock::take(&folder.join("lock"))?;
    claim(&study, &folder)?;
    let options = work::Options {
        jobs,
        device: arguments.device,
        deadline,
        retry_failed: arguments.retry_failed,
    };
    let failed = work::run(&study, &folder, &chosen, options)?;
    if let Some(exports) = &arguments.export {
        export_done(&study, &folder, &chosen, exports)?;
    }
    if deadline.is_some_and(|deadline| Instant::now() >= deadline)
        && let Some(left) = left::left(&study, &folder, &chosen, &Place::new(None)?)?
    {
        tracing::warn!("time is up: {left}; the same command goes on");
    }
    let status = Status::of(&study, &folder)?;
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
    let hash = blake3::hash(serde_json::to_string(&study.plan)?.as_bytes()).to_hex();
    Ok(home::home()?.join("sweeps").join(format!("{}-{}", study.plan.study, &hash[..8])))
}

/// Exports the finished cells that are not there yet.
fn export_done(
    study: &Study,
    folder: &Path,
    chosen: &[usize],
    exports: &Path,
) -> anyhow::Result<()> {
    dataset::create_folder(exports)?;
    for &index in chosen {
        let cell = &study.plan.cells[index];
        let (run, out) = (cell.folder(folder), exports.join(&cell.id));
        if !out.exists() && cell::is_done(&run)? {
            export::export(&run, &out)?;
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
    let (path, text) = (folder.join(PLAN), serde_json::to_string_pretty(&study.plan)? + "\n");
    if path.exists() {
        let same = dataset::read(&path)? == text.as_bytes();
        anyhow::ensure!(same, "{}: the folder holds another study", path.display());
    } else {
        dataset::write(&path, text.as_bytes())?;
    }
    for (cell, config) in study.plan.cells.iter().zip(&study.configs) {
        let folder = cell.folder(folder);
        dataset::create_folder(&folder)?;
        if !folder.join(CONFIG).exists() {
            dataset::write(&folder.join(CONFIG), config.to_json()?.as_bytes())?;
        }
    }
    Ok(())
}

/// What became of the cells of a study.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Status {
    path: String,
    cells: Vec<State>,
}

#[derive(Clone, Debug, serde::Serialize)]
struct State {
    cell: String,
    arm: String,
    seed: i64,
    axes: serde_json::Value,
    state: &'static str,
    reason: String,
}

impl Status {
    fn of(study: &Study, folder: &Path) -> anyhow::Result<Self> {
        let mut cells = Vec::with_capacity(study.plan.cells.len());
        for cell in &study.plan.cells {
            let place = cell.folder(folder);
            let failed = place.join(FAILED);
            let (state, reason) = if cell::is_done(&place)? {
                ("done", String::new())
            } else if failed.exists() {
                let found: work::Failed = plan::read(&failed)?;
                ("failed", found.reason)
            } else if place.join("checkpoint").exists() {
                ("begun", String::new())
            } else {
                ("waiting", String::new())
            };
            cells.push(State {
                cell: cell.id.clone(),
                arm: cell.arm.clone(),
                seed: cell.seed,
                axes: json!(cell.axes),
                state,
                reason,
            });
        }
        Ok(Self { path: folder.display().to_string(), cells })
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut table = Table::new().right(2);
        table.row(["cell", "arm", "seed", "state", "reason"]);
        for State { cell, arm, seed, state, reason, .. } in &self.cells {
            table.row([cell, arm, &seed.to_string(), state, reason]);
        }
        writeln!(f, "{}", self.path)?;
        write!(f, "{table}")
    }
}
