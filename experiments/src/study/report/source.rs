//! What a report is made from: the folder of a study or of one run.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde::Serialize;
use serde_json::Value;

use crate::store::tables;
use crate::store::tables::{
    Episode, Origin, OriginRow, Probe, Recognition, Row, Training, Validation,
};
use crate::study::sweep::plan;
use crate::study::sweep::plan::{Cell, DONE, Done, FAILED, File, PLAN, Plan, TABLES};

/// The resolved configuration in the folder of a run.
const CONFIG: &str = "config.json";

/// A study, or one run as a study of a single cell.
#[derive(Debug)]
pub(super) struct Study {
    pub(super) name: String,
    pub(super) config: Value,
    /// The arm and the baseline of the comparison declared beforehand; none in a single run.
    pub(super) primary: Option<[String; 2]>,
    pub(super) cells: Vec<LoadedCell>,
}

/// A cell with whatever it has measured.
#[derive(Debug)]
pub(super) struct LoadedCell {
    pub(super) cell: Cell,
    pub(super) status: Status,
    /// Hash of the run; empty where there is none.
    pub(super) run: String,
    pub(super) tables: Tables,
}

/// What became of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Done,
    Failed,
    Missing,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Missing => "missing",
        }
    }
}

/// The tables of one run; one that was not written is empty.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) episodes: Vec<Episode>,
    pub(super) recognition: Vec<Recognition>,
    pub(super) training: Vec<Training>,
    pub(super) validation: Vec<Validation>,
    pub(super) probe: Vec<Probe>,
}

/// Reads the folder; anything in it that cannot be relied on is an error that names it.
pub(super) fn load(folder: &Path) -> anyhow::Result<Study> {
    fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    if exists(&folder.join(PLAN))? {
        let plan = Plan::read(folder)?;
        let cells = plan.cells.into_iter().map(|cell| planned(folder, cell));
        let cells = cells.collect::<anyhow::Result<_>>()?;
        return Ok(Study {
            name: plan.study,
            config: plan.config,
            primary: Some(plan.primary),
            cells,
        });
    }
    if exists(&folder.join(CONFIG))? {
        return alone(folder);
    }
    bail!("{}: neither a study ({PLAN}) nor a run ({CONFIG})", folder.display())
}

fn exists(path: &Path) -> anyhow::Result<bool> {
    path.try_exists().with_context(|| format!("cannot read {}", path.display()))
}

fn planned(study: &Path, cell: Cell) -> anyhow::Result<LoadedCell> {
    let folder = cell.folder(study);
    let done = folder.join(DONE);
    if !exists(&done)? {
        let failed = exists(&folder.join(FAILED))?;
        let status = if failed { Status::Failed } else { Status::Missing };
        return Ok(LoadedCell { cell, status, run: String::new(), tables: Tables::default() });
    }
    let Done { run, files } = plan::read(&done)?;
    let tables = Tables::read(&folder, &files)?;
    let Cell { arm, pairing, tau, seed, .. } = &cell;
    let origin = Origin { run: &run, arm, pairing, tau: *tau, seed: *seed };
    tables.check(&folder, origin)?;
    Ok(LoadedCell { cell, status: Status::Done, run, tables })
}

/// A run without a study: its rows say what it is.
fn alone(folder: &Path) -> anyhow::Result<Study> {
    let config: Value = plan::read(&folder.join(CONFIG))?;
    let tables = Tables::read(folder, &[])?;
    let origin = tables.origin();
    let origin = origin.with_context(|| format!("{}: no rows", folder.join(TABLES).display()))?;
    tables.check(folder, origin)?;
    let Origin { run, arm, pairing, tau, seed } = origin;
    let (run, arm, pairing) = (run.to_owned(), arm.to_owned(), pairing.to_owned());
    let cell = Cell { id: run.clone(), arm, pairing, tau, seed, axes: Default::default() };
    let name = format!("run {run}");
    let cells = vec![LoadedCell { cell, status: Status::Done, run, tables }];
    Ok(Study { name, config, primary: None, cells })
}

impl Tables {
    fn read(folder: &Path, files: &[File]) -> anyhow::Result<Self> {
        Ok(Self {
            episodes: table(folder, files)?,
            recognition: table(folder, files)?,
            training: table(folder, files)?,
            validation: table(folder, files)?,
            probe: table(folder, files)?,
        })
    }

    fn origin(&self) -> Option<Origin<'_>> {
        let Self { episodes, recognition, training, validation, probe } = self;
        let first = episodes.first().map(OriginRow::origin);
        let first = first.or_else(|| recognition.first().map(OriginRow::origin));
        let first = first.or_else(|| training.first().map(OriginRow::origin));
        let first = first.or_else(|| validation.first().map(OriginRow::origin));
        first.or_else(|| probe.first().map(OriginRow::origin))
    }

    /// Every row belongs to this run, and no episode was counted twice.
    fn check(&self, folder: &Path, origin: Origin<'_>) -> anyhow::Result<()> {
        let Self { episodes, recognition, training, validation, probe } = self;
        belongs(folder, episodes, origin)?;
        belongs(folder, recognition, origin)?;
        belongs(folder, training, origin)?;
        belongs(folder, validation, origin)?;
        belongs(folder, probe, origin)?;
        let keys = episodes.iter().map(|row| (row.task.as_str(), row.variation, row.scene_seed));
        once::<Episode>(folder, keys)?;
        let keys = recognition.iter().map(|row| (row.task.as_str(), row.variation, row.scene_seed));
        once::<Recognition>(folder, keys)
    }
}

/// Path of a table below the folder of its run, with a forward slash.
fn relative<R: Row>() -> String {
    format!("{TABLES}/{}.parquet", R::NAME)
}

fn table<R: Row>(folder: &Path, files: &[File]) -> anyhow::Result<Vec<R>> {
    let relative = relative::<R>();
    let path: PathBuf = folder.join(&relative);
    let recorded = files.iter().find(|file| file.path == relative);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && recorded.is_none() => {
            return Ok(Vec::new());
        }
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    if let Some(File { bytes: size, blake3, .. }) = recorded {
        let same = *size == bytes.len() as u64 && *blake3 == blake3::hash(&bytes).to_hex().as_str();
        ensure!(same, "{}: not what {DONE} recorded", path.display());
    }
    tables::parse(&path, &bytes)
}

fn belongs<R: OriginRow>(folder: &Path, rows: &[R], origin: Origin<'_>) -> anyhow::Result<()> {
    let other = rows.iter().map(OriginRow::origin).find(|one| *one != origin);
    if let Some(Origin { run, arm, pairing, tau, seed }) = other {
        let path = folder.join(relative::<R>());
        bail!("{}: a row of run {run}, {arm}, {pairing}, tau {tau}, seed {seed}", path.display());
    }
    Ok(())
}

fn once<'a, R: Row>(
    folder: &Path,
    keys: impl Iterator<Item = (&'a str, i64, i64)>,
) -> anyhow::Result<()> {
    let mut seen = BTreeSet::new();
    for key @ (task, variation, seed) in keys {
        let path = || folder.join(relative::<R>());
        let new = seen.insert(key);
        ensure!(new, "{}: {task}, variation {variation}, scene {seed} twice", path().display());
    }
    Ok(())
}
