//! What a report is made from: the folder of a study or of one run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use serde::Serialize;
use serde_json::Value;

use crate::run::config::Config;
use crate::store::checksum::{FileEntry, RunRecord};
use crate::store::file;
use crate::store::run_folder::{DONE, EvaluationFolder, RunFolder};
use crate::store::tables;
use crate::store::tables::{
    Episode, Origin, OriginRow, Probe, Recognition, Row, Training, Validation,
};
use crate::study::folder_kind::FolderKind;
use crate::study::plan::{Cell, Plan};

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
    match FolderKind::of(folder)? {
        FolderKind::Run => alone(folder),
        FolderKind::Study => {
            let plan = Plan::read(folder)?;
            let cells = plan.cells.into_iter().map(|cell| planned(folder, cell));
            let cells = cells.collect::<anyhow::Result<_>>()?;
            Ok(Study { name: plan.study, config: plan.config, primary: Some(plan.primary), cells })
        }
    }
}

fn exists(path: &Path) -> anyhow::Result<bool> {
    path.try_exists().with_context(|| format!("cannot read {}", path.display()))
}

fn planned(study: &Path, cell: Cell) -> anyhow::Result<LoadedCell> {
    let folder = cell.folder(study);
    if !exists(&folder.done())? {
        let failed = exists(&folder.failed())?;
        let status = if failed { Status::Failed } else { Status::Missing };
        return Ok(LoadedCell { cell, status, run: String::new(), tables: Tables::default() });
    }
    let RunRecord { run, files } = RunRecord::load(&folder.done())?;
    let places = Places { evaluation: folder.study_evaluation(), run: folder, files };
    let tables = Tables::read(&places)?;
    let Cell { arm, pairing, tau, seed, .. } = &cell;
    let origin = Origin { run: &run, arm, pairing, tau: *tau, seed: *seed };
    tables.check(&places, origin)?;
    Ok(LoadedCell { cell, status: Status::Done, run, tables })
}

/// A run without a study: its rows say what it is.
fn alone(folder: &Path) -> anyhow::Result<Study> {
    let run = RunFolder::new(folder);
    let config: Value = file::read_json(&run.config())?;
    let seed = Config::load(&run.config())?.data.seed;
    let places = Places { evaluation: run.reported_evaluation(seed), run, files: Vec::new() };
    let tables = Tables::read(&places)?;
    let origin = tables.origin();
    let origin = origin.with_context(|| format!("{}: a run without tables", folder.display()))?;
    tables.check(&places, origin)?;
    let Origin { run, arm, pairing, tau, seed } = origin;
    let (run, arm, pairing) = (run.to_owned(), arm.to_owned(), pairing.to_owned());
    let cell = Cell { id: run.clone(), arm, pairing, tau, seed, axes: Default::default() };
    let name = format!("run {run}");
    let cells = vec![LoadedCell { cell, status: Status::Done, run, tables }];
    Ok(Study { name, config, primary: None, cells })
}

impl Tables {
    fn read(places: &Places) -> anyhow::Result<Self> {
        Ok(Self {
            episodes: table(places)?,
            recognition: table(places)?,
            training: table(places)?,
            validation: table(places)?,
            probe: table(places)?,
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
    fn check(&self, places: &Places, origin: Origin<'_>) -> anyhow::Result<()> {
        let Self { episodes, recognition, training, validation, probe } = self;
        belongs(places, episodes, origin)?;
        belongs(places, recognition, origin)?;
        belongs(places, training, origin)?;
        belongs(places, validation, origin)?;
        belongs(places, probe, origin)?;
        let keys = episodes.iter().map(|row| (row.task.as_str(), row.variation, row.scene_seed));
        once::<Episode>(places, keys)?;
        let keys = recognition.iter().map(|row| (row.task.as_str(), row.variation, row.scene_seed));
        once::<Recognition>(places, keys)
    }
}

/// Where the tables of a run lie.
struct Places {
    run: RunFolder,
    evaluation: EvaluationFolder,
    /// What the record of a finished cell says of them.
    files: Vec<FileEntry>,
}

impl Places {
    fn table<R: Row>(&self) -> PathBuf {
        let evaluated = [Episode::NAME, Recognition::NAME].contains(&R::NAME);
        if evaluated { self.evaluation.table::<R>() } else { self.run.table::<R>() }
    }
}

fn table<R: Row>(places: &Places) -> anyhow::Result<Vec<R>> {
    let path = places.table::<R>();
    let recorded = FileEntry::find(&places.files, &places.run.relative(&path));
    if recorded.is_none() && !exists(&path)? {
        return Ok(Vec::new());
    }
    let bytes = match recorded {
        Some(entry) => entry.read(places.run.path(), DONE)?,
        None => file::read(&path)?,
    };
    tables::parse(&path, &bytes)
}

fn belongs<R: OriginRow>(places: &Places, rows: &[R], origin: Origin<'_>) -> anyhow::Result<()> {
    let other = rows.iter().map(OriginRow::origin).find(|one| *one != origin);
    if let Some(Origin { run, arm, pairing, tau, seed }) = other {
        let path = places.table::<R>();
        bail!("{}: a row of run {run}, {arm}, {pairing}, tau {tau}, seed {seed}", path.display());
    }
    Ok(())
}

fn once<'a, R: Row>(
    places: &Places,
    keys: impl Iterator<Item = (&'a str, i64, i64)>,
) -> anyhow::Result<()> {
    let mut seen = BTreeSet::new();
    for key @ (task, variation, seed) in keys {
        let path = || places.table::<R>();
        let new = seen.insert(key);
        ensure!(new, "{}: {task}, variation {variation}, scene {seed} twice", path().display());
    }
    Ok(())
}
