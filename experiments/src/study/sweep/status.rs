//! What became of the cells of a study.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use serde_json::json;

use super::cell::is_done;
use super::study::Study;
use super::workers::FailureRecord;
use crate::cli::table::Table;
use crate::store::file;

/// What became of the cells of a study.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SweepStatus {
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
}

impl SweepStatus {
    /// Looks at every cell of a study in its folder.
    pub(super) fn of(study: &Study, folder: &Path) -> anyhow::Result<Self> {
        let mut cells = Vec::with_capacity(study.plan.cells.len());
        for cell in &study.plan.cells {
            let run = cell.folder(folder);
            let (state, reason) = if is_done(&run)? {
                ("done", String::new())
            } else if run.failed().exists() {
                let found: FailureRecord = file::read_json(&run.failed())?;
                ("failed", found.reason)
            } else if run.checkpoint().exists() {
                ("begun", String::new())
            } else {
                ("waiting", String::new())
            };
            cells.push(CellStatus {
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

impl fmt::Display for SweepStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new().right(2);
        table.row(["cell", "arm", "seed", "state", "reason"]);
        for CellStatus { cell, arm, seed, state, reason, .. } in &self.cells {
            table.row([cell, arm, &seed.to_string(), state, reason]);
        }
        writeln!(f, "{}", self.path)?;
        write!(f, "{table}")
    }
}
