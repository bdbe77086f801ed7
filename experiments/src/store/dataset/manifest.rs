//! The list of a finished dataset's files.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use super::{Config, FORMAT, MANIFEST, atomic};

/// What a finished dataset consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the layout, [`FORMAT`].
    pub format: u32,
    /// The command that makes it again.
    pub command: String,
    /// What was asked for.
    pub config: Config,
    /// Rows of the table of episodes.
    pub episodes: u64,
    /// Scenes that were tried and left out, by reason.
    pub failures: BTreeMap<String, u64>,
    /// Every other file, by path.
    pub files: Vec<Entry>,
    /// blake3 of this file as it is with nothing between these quotes, hexadecimal.
    pub blake3: String,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Path relative to the dataset, with `/`.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// blake3 of the content, hexadecimal.
    pub blake3: String,
}

impl Entry {
    /// The entry of a file with this content.
    pub fn of(path: impl Into<String>, content: &[u8]) -> Self {
        let blake3 = blake3::hash(content).to_hex().to_string();
        Self { path: path.into(), bytes: content.len() as u64, blake3 }
    }

    /// Whether the file is there as described; else why not.
    pub fn check(&self, folder: &Path) -> Result<(), String> {
        // A manifest from elsewhere must not lead out of the folder.
        let inside = |part| matches!(part, Component::Normal(_));
        if !Path::new(&self.path).components().all(inside) {
            return Err("is not a path inside the dataset".into());
        }
        let path = folder.join(&self.path);
        let size = path.metadata().map_err(|e| e.to_string())?.len();
        if size != self.bytes {
            return Err(format!("has {size} bytes, not {}", self.bytes));
        }
        let mut hasher = blake3::Hasher::new();
        let file = std::fs::File::open(&path).map_err(|e| e.to_string())?;
        hasher.update_reader(file).map_err(|e| e.to_string())?;
        match *hasher.finalize().to_hex() == *self.blake3 {
            true => Ok(()),
            false => Err("does not have the checksum in the manifest".into()),
        }
    }
}

impl Manifest {
    /// The content of its file, with its own checksum in place.
    pub fn to_json(&self) -> anyhow::Result<String> {
        let open = Self { blake3: String::new(), ..self.clone() }.text()?;
        let blake3 = blake3::hash(open.as_bytes()).to_hex().to_string();
        Self { blake3, ..self.clone() }.text()
    }

    fn text(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self).context("cannot express the manifest")? + "\n")
    }

    /// The content of one of the dataset's files, once it has the checksum listed here: parsers see
    /// nothing that was damaged.
    pub fn read(&self, folder: &Path, file: &str) -> anyhow::Result<Vec<u8>> {
        let path = folder.join(file);
        // Files are listed by path.
        let place = self.files.binary_search_by(|entry| entry.path.as_str().cmp(file));
        let place =
            place.ok().with_context(|| format!("{}: not in the manifest", path.display()))?;
        let content = atomic::read(&path)?;
        let same = blake3::hash(&content).to_hex().as_str() == self.files[place].blake3;
        ensure!(same, "{}: damaged: it does not have the checksum in the manifest", path.display());
        Ok(content)
    }

    /// The manifest of the dataset in a folder.
    pub fn load(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(MANIFEST);
        let bytes = atomic::read(&path)?;
        let manifest: Self =
            serde_json::from_slice(&bytes).with_context(|| format!("{}", path.display()))?;
        let format = manifest.format;
        ensure!(format == FORMAT, "{}: format {format} is not {FORMAT}", path.display());
        let sound = manifest.to_json()?.as_bytes() == bytes;
        ensure!(sound, "{}: it does not have its own checksum", path.display());
        Ok(manifest)
    }
}
