//! What became of the cells of a study.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use serde_json::json;

use super::cell::is_done;
use super::workers::FailureRecord;
use crate::cli::table::Table;
use crate::run::config::Config;
use crate::run::status::{Position, position};
use crate::store::file;
use crate::store::home_folder::HomeFolder;
use crate::store::run_folder::RunFolder;
use crate::study::plan::Plan;

/// What became of the cells of a study.
#[derive(Clone, Debug, Serialize)]
pub(in crate::study) struct SweepStatus {
    path: String,
    pub(super) cells: Vec<CellStatus>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct CellStatus {
    cell: String,
    pub(super) arm: String,
    seed: i64,
    axes: serde_json::Value,
    pub(super) state: &'static str,
    pub(super) reason: String,
    /// How far it has come, or before that, the phase that it shares with others.
    position: Option<Position>,
}

impl SweepStatus {
    /// Looks at every cell of a study in its folder.
    pub(in crate::study) fn of(
        plan: &Plan,
        folder: &Path,
        home: &HomeFolder,
    ) -> anyhow::Result<Self> {
        let mut cells = Vec::with_capacity(plan.cells.len());
        for cell in &plan.cells {
            let (run, mut at) = (cell.folder(folder), None);
            let (state, reason) = if is_done(&run)? {
                ("done", String::new())
            } else if run.failed().exists() {
                let found: FailureRecord = file::read_json(&run.failed())?;
                ("failed", found.reason)
            } else {
                at = position_of(&run, home)?;
                let begun = run.checkpoint().exists();
                (if begun { "begun" } else { "waiting" }, String::new())
            };
            cells.push(CellStatus {
                cell: cell.id.clone(),
                arm: cell.arm.clone(),
                seed: cell.seed,
                axes: json!(cell.axes),
                state,
                reason,
                position: at,
            });
        }
        Ok(Self { path: folder.display().to_string(), cells })
    }
}

/// Of a cell that is neither done nor failed.
fn position_of(run: &RunFolder, home: &HomeFolder) -> anyhow::Result<Option<Position>> {
    if !run.begun() {
        return Ok(None);
    }
    let config = Config::load(&run.config())?;
    match position(run, &config)? {
        Some(at) => Ok(Some(at)),
        None => position(&home.solo(&config.solo().hash()?), &config),
    }
}

impl fmt::Display for SweepStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new().right(2);
        table.row(["cell", "arm", "seed", "state", "reached", "reason"]);
        for CellStatus { cell, arm, seed, state, reason, position, .. } in &self.cells {
            let reached = position.map_or_else(String::new, |at| at.to_string());
            table.row([cell, arm, &seed.to_string(), state, &reached, reason]);
        }
        writeln!(f, "{}", self.path)?;
        write!(f, "{table}")
    }
}
