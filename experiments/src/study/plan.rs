//! What a study consists of, as it stands in `plan.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use crate::run::config::Config;
use crate::store::checksum::checksum;
use crate::store::file;
use crate::store::run_folder::RunFolder;

/// Version of the layout; another version is refused.
pub const FORMAT: u32 = 1;
/// Name of the plan in the folder of a study.
pub const PLAN: &str = "plan.json";
/// Folder of the cells in the folder of a study.
const CELLS: &str = "cells";

/// A study: every cell it has, finished or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Version of the layout, [`FORMAT`].
    pub format: u32,
    /// Name of the study.
    pub study: String,
    /// The resolved configuration that the cells vary.
    pub config: serde_json::Value,
    /// The comparison declared before the study ran: an arm, and the baseline of all comparisons.
    pub primary: [String; 2],
    /// The cells, in the order they are shown.
    pub cells: Vec<Cell>,
}

/// One training and evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Hash of the resolved configuration, 16 hexadecimal digits; also the name of its folder.
    pub id: String,
    /// Name of the arm.
    pub arm: String,
    /// What counts as a pair: `instruction`, `episode`, `task`, or `none` in the baseline.
    pub pairing: String,
    /// Temperature of the alignment.
    pub tau: f64,
    /// Seed of training.
    pub seed: i64,
    /// Values of other axes by configuration key.
    #[serde(default)]
    pub axes: BTreeMap<String, String>,
}

impl Plan {
    /// Reads the plan of the study in `folder`, and checks that it makes sense.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(PLAN);
        let plan: Self = file::read_json(&path)?;
        plan.check().with_context(|| path.display().to_string())?;
        Ok(plan)
    }

    /// A checksum, hexadecimal, that no other study has. As the name of a run, it says nothing of
    /// settings at their defaults.
    ///
    /// # Errors
    /// When the configuration is none of this program's.
    pub fn identity(&self) -> anyhow::Result<String> {
        let Self { format, study, config, primary, cells } = self;
        let config = Config::from_json(config.clone())?.hash()?;
        let text = serde_json::to_string(&(format, study, config, primary, cells))?;
        Ok(checksum(text.as_bytes()))
    }

    fn check(&self) -> anyhow::Result<()> {
        let format = self.format;
        ensure!(format == FORMAT, "format {format}; this program reads format {FORMAT}");
        ensure!(!self.cells.is_empty(), "has no cells");
        let mut seen = BTreeSet::new();
        for Cell { id, tau, .. } in &self.cells {
            let digits = id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            ensure!(id.len() == 16 && digits, "cell `{id}`: not 16 hexadecimal digits");
            ensure!(seen.insert(id), "cell `{id}` stands there twice");
            ensure!(tau.is_finite(), "cell `{id}`: tau {tau} is no temperature");
        }
        let mut places = BTreeSet::new();
        for cell in &self.cells {
            let first = self.cells.iter().find(|one| one.arm == cell.arm && one.axes == cell.axes);
            let alike = first.is_some_and(|one| one.pairing == cell.pairing && one.tau == cell.tau);
            let Cell { id, arm, axes, seed, .. } = cell;
            ensure!(alike, "cell `{id}`: another pairing or tau than the rest of the arm `{arm}`");
            let alone = places.insert((arm, axes, seed));
            ensure!(alone, "cell `{id}`: the arm `{arm}` has seed {seed} twice");
        }
        for arm in &self.primary {
            let known = self.cells.iter().any(|cell| cell.arm == *arm);
            ensure!(known, "primary comparison: no cell belongs to the arm `{arm}`");
        }
        Ok(())
    }
}

/// Folder of a cell in the folder of its study, by its hash.
pub(super) fn cell_folder(study: &Path, id: &str) -> RunFolder {
    RunFolder::new(study.join(CELLS).join(id))
}

impl Cell {
    /// Folder of the cell in the folder of its study.
    pub fn folder(&self, study: &Path) -> RunFolder {
        cell_folder(study, &self.id)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn plan() -> Plan {
        let cell = |id: &str, arm: &str| Cell {
            id: id.repeat(8),
            arm: arm.into(),
            pairing: "none".into(),
            tau: 0.1,
            seed: 0,
            axes: BTreeMap::new(),
        };
        Plan {
            format: FORMAT,
            study: "smoke".into(),
            config: serde_json::json!({"steps": 3}),
            primary: ["instruction 0.1".into(), "baseline".into()],
            cells: vec![cell("0a", "baseline"), cell("1b", "instruction 0.1")],
        }
    }

    fn refusal(change: impl FnOnce(&mut Plan)) -> String {
        let mut plan = plan();
        change(&mut plan);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(PLAN);
        fs::write(&path, serde_json::to_vec(&plan).unwrap()).unwrap();
        let error = format!("{:#}", Plan::read(folder.path()).unwrap_err());
        error.strip_prefix(&format!("{}: ", path.display())).unwrap().to_owned()
    }

    #[test]
    fn a_plan_comes_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(PLAN), serde_json::to_vec_pretty(&plan()).unwrap()).unwrap();
        assert_eq!(Plan::read(folder.path()).unwrap(), plan());
    }

    #[test]
    fn a_plan_that_is_older_than_a_setting_is_the_same_study() {
        let mut plan = plan();
        plan.config = serde_json::to_value(Config::default()).unwrap();
        let identity = plan.identity().unwrap();
        plan.config["train"].as_object_mut().unwrap().remove("ema").unwrap();
        assert_eq!(plan.identity().unwrap(), identity);
        plan.config["train"]["batch"] = 7.into();
        assert_ne!(plan.identity().unwrap(), identity);
    }

    #[test]
    fn plans_that_make_no_sense_are_refused() {
        assert_eq!(refusal(|p| p.format = 9), "format 9; this program reads format 1");
        assert_eq!(refusal(|p| p.cells.clear()), "has no cells");
        let outside = refusal(|p| p.cells[0].id = "../../../../../a".into());
        assert_eq!(outside, "cell `../../../../../a`: not 16 hexadecimal digits");
        let twice = refusal(|p| p.cells[0].id = p.cells[1].id.clone());
        assert_eq!(twice, "cell `1b1b1b1b1b1b1b1b` stands there twice");
        let arm = refusal(|p| p.primary[1] = "nobody".into());
        assert_eq!(arm, "primary comparison: no cell belongs to the arm `nobody`");
        let again = refusal(|p| p.cells[1].arm = p.cells[0].arm.clone());
        assert_eq!(again, "cell `1b1b1b1b1b1b1b1b`: the arm `baseline` has seed 0 twice");
        let other = refusal(|p| {
            p.cells[1].arm = p.cells[0].arm.clone();
            p.cells[1].tau = 0.2;
        });
        assert!(other.ends_with("another pairing or tau than the rest of the arm `baseline`"));
    }
}
