//! The record that an episode is finished: written when all its files are there.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use super::paths::WORK;
use crate::store::checksum::{FileEntry, checksum};
use crate::store::file;
use crate::store::tables::table;

table! {
    /// One episode of a dataset. Rows stand in the order of the tasks and of their episodes.
    pub struct DemonstrationRow in "episodes", sorted = false {
        /// Name, unique in the dataset.
        id: String,
        /// Name of the split.
        split: String,
        /// Name of the task.
        task: String,
        /// Its variation.
        variation: u64,
        /// Seed of the scene.
        seed: u64,
        /// Scenes tried before this one.
        tried: u64,
        /// Instructions; the first is the one a policy is given.
        instructions: Vec<String>,
        /// Control steps, the start included; also the frames of each video.
        length: u64,
        /// Steps of the keyframes, ascending.
        keyframes: Vec<u64>,
        /// How the expert's episode ended.
        outcome: String,
        /// State at the start, hexadecimal.
        start: String,
        /// State at the end, hexadecimal.
        end: String,
        /// State after replaying the keyframes, hexadecimal.
        replayed: String,
        /// Paths of the videos, in the order of the cameras.
        videos: Vec<String>,
    }
}

/// All that is known of a finished episode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemonstrationRecord {
    /// Its row.
    pub row: DemonstrationRow,
    /// Its files.
    pub files: Vec<FileEntry>,
    /// Scenes left out, by reason.
    pub failures: BTreeMap<String, u64>,
}

impl DemonstrationRecord {
    /// Stores the record; from here on the episode is finished.
    pub fn store(&self, folder: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string(self).context("cannot express a record")?;
        let sum = checksum(text.as_bytes());
        let path = folder.join(WORK).join(format!("{}.json", self.row.id));
        file::write(&path, format!("{sum}\n{text}\n").as_bytes())
    }

    /// The record of an episode, if it is there and its files are as it says.
    pub fn find(folder: &Path, id: &str) -> Option<Self> {
        let path = folder.join(WORK).join(format!("{id}.json"));
        let record = Self::parse(&std::fs::read_to_string(path).ok()?).ok()?;
        let whole = record.row.id == id && record.files.iter().all(|f| f.check(folder).is_ok());
        whole.then_some(record)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let (sum, rest) = text.split_once('\n').context("no checksum")?;
        let text = rest.trim_end();
        ensure!(checksum(text.as_bytes()) == sum, "wrong checksum");
        Ok(serde_json::from_str(text)?)
    }
}
