//! The record that an episode is finished: written when all its files are there.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use super::manifest::Entry;
use super::{WORK, atomic};

/// An episode's row in the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Name, unique in the dataset.
    pub id: String,
    /// Name of the split.
    pub split: String,
    /// Name of the task.
    pub task: String,
    /// Its variation.
    pub variation: u64,
    /// Seed of the scene.
    pub seed: u64,
    /// Scenes tried before this one.
    pub tried: u64,
    /// Instructions; the first is the one a policy is given.
    pub instructions: Vec<String>,
    /// Control steps, the start included; also the frames of each video.
    pub length: u64,
    /// Steps of the keyframes, ascending.
    pub keyframes: Vec<u64>,
    /// How the expert's episode ended.
    pub outcome: String,
    /// State at the start, hexadecimal.
    pub start: String,
    /// State at the end, hexadecimal.
    pub end: String,
    /// State after replaying the keyframes, hexadecimal.
    pub replayed: String,
    /// Paths of the videos, in the order of the cameras.
    pub videos: Vec<String>,
}

/// All that is known of a finished episode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Its row.
    pub row: Row,
    /// Its files.
    pub files: Vec<Entry>,
    /// Scenes left out, by reason.
    pub failures: BTreeMap<String, u64>,
}

impl Record {
    /// Stores the record; from here on the episode is finished.
    pub fn store(&self, folder: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string(self).context("cannot express a record")?;
        let sum = blake3::hash(text.as_bytes()).to_hex();
        let path = folder.join(WORK).join(format!("{}.json", self.row.id));
        atomic::write(&path, format!("{sum}\n{text}\n").as_bytes())
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
        ensure!(*blake3::hash(text.as_bytes()).to_hex() == *sum, "wrong checksum");
        Ok(serde_json::from_str(text)?)
    }
}
