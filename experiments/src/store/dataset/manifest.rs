//! The list of a finished dataset's files.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use super::config::{DatasetConfig, FORMAT};
use super::paths::MANIFEST;
use crate::store::checksum::{FileEntry, checksum};
use crate::store::file;

/// What a finished dataset consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetManifest {
    /// Version of the layout, [`FORMAT`].
    pub format: u32,
    /// The command that makes it again.
    pub command: String,
    /// What was asked for.
    pub config: DatasetConfig,
    /// Rows of the table of episodes.
    pub episodes: u64,
    /// Scenes that were tried and left out, by reason.
    pub failures: BTreeMap<String, u64>,
    /// Every other file, by path.
    pub files: Vec<FileEntry>,
    /// blake3 of this file as it is with nothing between these quotes, hexadecimal.
    pub blake3: String,
}

impl DatasetManifest {
    /// The content of its file, with its own checksum in place.
    pub fn to_json(&self) -> anyhow::Result<String> {
        let open = Self { blake3: String::new(), ..self.clone() }.text()?;
        let blake3 = checksum(open.as_bytes());
        Self { blake3, ..self.clone() }.text()
    }

    fn text(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self).context("cannot express the manifest")? + "\n")
    }

    /// The content of one of the dataset's files, once it has the checksum listed here: parsers see
    /// nothing that was damaged.
    pub fn read(&self, folder: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
        // Files are listed by path.
        let place = self.files.binary_search_by(|entry| entry.path.as_str().cmp(name));
        let place = place
            .ok()
            .with_context(|| format!("{}: not in the manifest", folder.join(name).display()))?;
        self.files[place].read(folder, "the manifest")
    }

    /// The manifest of the dataset in a folder.
    pub fn load(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(MANIFEST);
        let bytes = file::read(&path)?;
        let manifest: Self =
            serde_json::from_slice(&bytes).with_context(|| format!("{}", path.display()))?;
        let format = manifest.format;
        ensure!(format == FORMAT, "{}: format {format} is not {FORMAT}", path.display());
        let sound = manifest.to_json()?.as_bytes() == bytes;
        ensure!(sound, "{}: it does not have its own checksum", path.display());
        Ok(manifest)
    }
}
