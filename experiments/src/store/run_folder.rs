//! The folder of a run: the one place that knows where anything of a run lies.
//!
//! ```text
//! config.json                  the resolved settings; written first
//! checkpoint                   where training is
//! metrics.jsonl                what it measured, a line for each step and validation; grows as it goes
//! tensorboard/PHASE/           the same as TensorBoard's event files, where they were asked for
//! model.safetensors            the weights that are evaluated
//! manifest.json                settings and weights with their checksums; written when training is over
//! tables/TABLE.parquet         training, validation, probe
//! eval/NAME/TABLE.parquet      an evaluation: episodes, recognition
//! eval/NAME/playing.parquet    its episodes so far; gone at the end
//! eval/NAME/eval_info.json     the same for LeRobot's scripts
//! eval/NAME/videos/            films of failures
//! done.json, failed.json       what became of it as a cell of a study
//! lock                         while someone trains
//! ```
//!
//! An export is the same with its weights in several files: `config.json`, `manifest.json`,
//! `model-00001-of-00003.safetensors` and so on, and `model.safetensors.index.json`.

use std::fs;
use std::path::{Path, PathBuf};

use sim::episode::split::Split;

use super::checksum::{FileEntry, RunRecord};
use super::file;
use super::tables::{Episode, Row};

/// Name of the settings.
pub const CONFIG: &str = "config.json";
/// Name of the weights.
pub const WEIGHTS: &str = "model.safetensors";
/// Name of the index of weights in several files.
pub const INDEX: &str = "model.safetensors.index.json";
/// Name of the list of a trained run's files.
pub const MANIFEST: &str = "manifest.json";
/// Name of the record of a finished cell of a study.
pub const DONE: &str = "done.json";
const FAILED: &str = "failed.json";
const CHECKPOINT: &str = "checkpoint";
const METRICS: &str = "metrics.jsonl";
const TENSORBOARD: &str = "tensorboard";
const LOCK: &str = "lock";
const TABLES: &str = "tables";
const EVALUATIONS: &str = "eval";
/// Name of the evaluation that a study makes.
const STUDY: &str = "study";

/// The folder of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
}

/// The folder of one evaluation of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationFolder {
    path: PathBuf,
}

/// Name of the file that holds one file's share of a run's weights, `number` from 1.
pub fn weights_part(number: usize, count: usize) -> String {
    format!("model-{number:05}-of-{count:05}.safetensors")
}

/// Name of a table's file.
fn table<R: Row>() -> String {
    format!("{}.parquet", R::NAME)
}

impl RunFolder {
    /// The run in a folder, which need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The resolved settings.
    pub fn config(&self) -> PathBuf {
        self.path.join(CONFIG)
    }

    /// Where training is.
    pub fn checkpoint(&self) -> PathBuf {
        self.path.join(CHECKPOINT)
    }

    /// What training measured so far.
    pub fn metrics(&self) -> PathBuf {
        self.path.join(METRICS)
    }

    /// TensorBoard's event files.
    pub fn tensorboard(&self) -> PathBuf {
        self.path.join(TENSORBOARD)
    }

    /// The weights that are evaluated.
    pub fn weights(&self) -> PathBuf {
        self.path.join(WEIGHTS)
    }

    /// The list of a trained run's files.
    pub fn manifest(&self) -> PathBuf {
        self.path.join(MANIFEST)
    }

    /// The lock of who trains.
    pub fn lock(&self) -> PathBuf {
        self.path.join(LOCK)
    }

    /// The record of a finished cell.
    pub fn done(&self) -> PathBuf {
        self.path.join(DONE)
    }

    /// The record of a cell that failed and was not run again.
    pub fn failed(&self) -> PathBuf {
        self.path.join(FAILED)
    }

    /// A table of the run itself: training, validation or probe.
    pub fn table<R: Row>(&self) -> PathBuf {
        self.path.join(TABLES).join(table::<R>())
    }

    /// An evaluation by its name.
    pub fn evaluation(&self, name: &str) -> EvaluationFolder {
        EvaluationFolder::new(self.path.join(EVALUATIONS).join(name))
    }

    /// The evaluation that a study makes of the run as one of its cells.
    pub fn study_evaluation(&self) -> EvaluationFolder {
        self.evaluation(STUDY)
    }

    /// The evaluation that a report of the run shows: that of its study where it is a finished cell, else
    /// that on the scenes of `test` with the seed of the run's data.
    pub fn reported_evaluation(&self, seed: u64) -> EvaluationFolder {
        match self.done().exists() {
            true => self.study_evaluation(),
            false => self.evaluation(&EvaluationFolder::name(Split::Test, seed)),
        }
    }

    /// All evaluations, in no order.
    pub fn unsorted_evaluations(&self) -> Vec<EvaluationFolder> {
        let entries = fs::read_dir(self.path.join(EVALUATIONS)).into_iter().flatten().flatten();
        entries.map(|entry| EvaluationFolder::new(entry.path())).collect()
    }

    /// The path of one of the run's files relative to its folder, with `/`.
    pub fn relative(&self, path: &Path) -> String {
        let parts = path.strip_prefix(&self.path).unwrap_or(path).components();
        parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// Whether anything of a run is there.
    pub fn begun(&self) -> bool {
        self.config().exists()
    }

    /// Whether training is over.
    pub fn trained(&self) -> bool {
        self.manifest().exists()
    }

    /// Writes what training made, by name, and last the list of it. The settings are there already.
    pub fn finish(&self, run: String, made: &[(&str, &[u8])]) -> anyhow::Result<()> {
        for (name, content) in made {
            file::write(&self.path.join(name), content)?;
        }
        let names = std::iter::once(CONFIG).chain(made.iter().map(|(name, _)| *name));
        let files = FileEntry::all(&self.path, names)?;
        RunRecord { run, files }.store(&self.manifest())
    }
}

impl EvaluationFolder {
    /// The evaluation in a folder, which need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Name of the evaluation on the scenes of a split with a seed.
    pub fn name(split: Split, seed: u64) -> String {
        format!("{}-{seed}", split.name())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The lock of who evaluates.
    pub fn lock(&self) -> PathBuf {
        self.path.join(LOCK)
    }

    /// One of its tables: episodes or recognition.
    pub fn table<R: Row>(&self) -> PathBuf {
        self.path.join(table::<R>())
    }

    /// The table of episodes while they are being played, for those who watch; gone at the end.
    pub fn playing(&self) -> PathBuf {
        self.path.join("playing.parquet")
    }

    /// The tables of episodes that there may be: the one of those so far, and the whole one.
    pub fn played(&self) -> [PathBuf; 2] {
        [self.playing(), self.table::<Episode>()]
    }

    /// The file for LeRobot's scripts.
    pub fn info(&self) -> PathBuf {
        self.path.join("eval_info.json")
    }
}
