//! Cells in processes of their own, several at a time.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::cell::is_done;
use super::study::Study;
use crate::cli::flags::DeviceFlag;
use crate::cli::progress::Progress;
use crate::store::file;
use crate::study::plan::Cell;

/// How a sweep works.
#[derive(Clone, Copy, Debug)]
pub(super) struct SweepOptions {
    /// Processes at a time.
    pub(super) jobs: usize,
    /// Where tensors live.
    pub(super) device: DeviceFlag,
    /// When to stop.
    pub(super) deadline: Option<Instant>,
    /// Whether failed cells are run again.
    pub(super) retry_failed: bool,
}

/// The record of a cell that failed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FailureRecord {
    /// What its process said last.
    pub(super) reason: String,
}

/// Runs the chosen cells that are not done; gives how many failed.
pub(super) fn run(
    study: &Study,
    folder: &Path,
    chosen: &[usize],
    options: SweepOptions,
) -> anyhow::Result<usize> {
    let mut open = Vec::new();
    let mut failed = 0;
    for &index in chosen {
        let run = study.plan.cells[index].folder(folder);
        if is_done(&run)? {
            continue;
        }
        let record = run.failed();
        if record.exists() {
            if !options.retry_failed {
                failed += 1;
                continue;
            }
            std::fs::remove_file(&record).with_context(|| record.display().to_string())?;
        }
        open.push(index);
    }
    // One cell for each solo phase makes what all of them share; two must not make it at once.
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for &index in &open {
        let solo = study.configs[index].solo().hash()?;
        match groups.iter_mut().find(|(known, _)| *known == solo) {
            Some((_, cells)) => cells.push(index),
            None => groups.push((solo, vec![index])),
        }
    }
    if options.deadline.is_some() {
        // What ends early is worth most with whole cells: one group after the other.
        for (_, cells) in &groups {
            failed += run_cells(study, folder, &cells[..1], options, true)?;
            failed += run_cells(study, folder, cells, options, false)?;
        }
        return Ok(failed);
    }
    let first: Vec<usize> = groups.iter().map(|(_, cells)| cells[0]).collect();
    // Their datasets are the same too, so the first one goes alone.
    let alone = first.len().min(1);
    failed += run_cells(study, folder, &first[..alone], options, true)?;
    failed += run_cells(study, folder, &first[alone..], options, true)?;
    failed += run_cells(study, folder, &open, options, false)?;
    Ok(failed)
}

/// Cells one after the other on each of a few threads; gives how many failed.
fn run_cells(
    study: &Study,
    folder: &Path,
    cells: &[usize],
    options: SweepOptions,
    shared: bool,
) -> anyhow::Result<usize> {
    let jobs = options.jobs.clamp(1, cells.len().max(1));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = (cores / jobs).max(1);
    let progress = Progress::new(cells.len(), if shared { "shared stages" } else { "cells" });
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let trouble = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                while let Some(&index) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if options.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                        return;
                    }
                    let cell = &study.plan.cells[index];
                    match run_cell(cell, folder, workers, options, shared) {
                        Ok(true) => {}
                        Ok(false) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(error) => {
                            if let Ok(mut trouble) = trouble.lock() {
                                trouble.get_or_insert(error);
                            }
                            return;
                        }
                    }
                    progress.step();
                }
            });
        }
    });
    match trouble.into_inner().ok().flatten() {
        Some(error) => Err(error),
        None => Ok(failed.load(Ordering::Relaxed)),
    }
}

/// Runs a process for a cell; whether it went well.
fn run_cell(
    cell: &Cell,
    folder: &Path,
    workers: usize,
    options: SweepOptions,
    shared: bool,
) -> anyhow::Result<bool> {
    let failed = cell.folder(folder).failed();
    if !shared && failed.exists() {
        // The shared stage it stands on failed; that is counted already.
        return Ok(true);
    }
    let program = std::env::current_exe().context("cannot find this program")?;
    let mut command = Command::new(program);
    command.arg("cell").arg(folder).arg(&cell.id).arg("--workers").arg(workers.to_string());
    command.arg("--device").arg(options.device.device.name());
    command.arg("--parent").arg(std::process::id().to_string());
    if shared {
        command.arg("--shared");
    }
    if let Some(deadline) = options.deadline {
        let left = deadline.saturating_duration_since(Instant::now()).as_secs_f64() / 60.0;
        command.arg("--max-minutes").arg(left.to_string());
    }
    let output =
        command.stdin(Stdio::null()).output().context("cannot start a process for a cell")?;
    if output.status.success() {
        return Ok(true);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no word");
    let reason = format!("{}: {}", output.status, last.trim_start_matches("error: "));
    let text = serde_json::to_string_pretty(&FailureRecord { reason: reason.clone() })? + "\n";
    // On a full disk there is no room for the record either: then the sweep says what was wrong.
    file::write(&failed, text.as_bytes()).with_context(|| reason)?;
    Ok(false)
}
