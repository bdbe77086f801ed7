//! What is left of a study when its time is up.

use std::collections::BTreeSet;
use std::path::Path;

use super::cell::is_done;
use super::study::Study;
use crate::run::status::position;
use crate::store::home_folder::HomeFolder;

/// How far the unfinished cells have come, in one line; `None` where none is left.
///
/// # Errors
/// When what was measured is damaged.
pub(super) fn remaining(
    study: &Study,
    folder: &Path,
    chosen: &[usize],
    home: &HomeFolder,
) -> anyhow::Result<Option<String>> {
    let (mut done, mut waiting, mut parts, mut stages) = (0, 0, Vec::new(), BTreeSet::new());
    for &index in chosen {
        let (cell, config) = (&study.plan.cells[index], &study.configs[index]);
        let run = cell.folder(folder);
        if is_done(&run)? {
            done += 1;
            continue;
        }
        let solo = home.solo(&config.solo().hash()?);
        if let Some(at) = position(&run, config)? {
            parts.push(format!("`{}` seed {} at {at}", cell.arm, cell.seed));
        } else {
            waiting += 1;
        }
        if !stages.insert(solo.path().to_owned()) {
            continue;
        }
        if let Some(at) = position(&solo, config)?.filter(|at| at.step < at.steps) {
            parts.push(format!("models alone, seed {}, at {at}", cell.seed));
        }
    }
    if done == chosen.len() {
        return Ok(None);
    }
    parts.insert(0, format!("{done} of {} cells done", chosen.len()));
    parts.push(format!("{waiting} not begun"));
    Ok(Some(parts.join("; ")))
}
