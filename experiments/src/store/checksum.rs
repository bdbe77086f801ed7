//! Lists of files with their sizes and checksums: what says that a folder is complete, and that nothing
//! in it changed since.
//!
//! The manifest of a dataset, the records of a run and those of an export are such lists.

use std::path::{Component, Path};

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use super::file;

/// One file of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Path relative to the folder, with `/`.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// blake3 of the content, hexadecimal.
    pub blake3: String,
}

/// The checksum of some content, hexadecimal.
pub fn checksum(content: &[u8]) -> String {
    blake3::hash(content).to_hex().to_string()
}

impl FileEntry {
    /// The entry of a file with this content.
    pub fn of(path: impl Into<String>, content: &[u8]) -> Self {
        Self { path: path.into(), bytes: content.len() as u64, blake3: checksum(content) }
    }

    /// The entries of files in a folder, as they are now.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn all<'a>(
        folder: &Path,
        paths: impl IntoIterator<Item = &'a str>,
    ) -> anyhow::Result<Vec<Self>> {
        let entry = |path: &str| Ok(Self::of(path, &file::read(&folder.join(path))?));
        paths.into_iter().map(entry).collect()
    }

    /// The entry of a path in a list.
    pub fn find<'a>(files: &'a [Self], path: &str) -> Option<&'a Self> {
        files.iter().find(|entry| entry.path == path)
    }

    /// Whether the file is there as described; else why not.
    pub fn check(&self, folder: &Path) -> Result<(), String> {
        self.inside()?;
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

    /// The content of the file, once it has this checksum: parsers see nothing that was damaged.
    ///
    /// # Errors
    /// Names the file, and `record`, the name of the list that it is not in accord with.
    pub fn read(&self, folder: &Path, record: &str) -> anyhow::Result<Vec<u8>> {
        let path = folder.join(&self.path);
        self.inside().map_err(|line| anyhow::anyhow!("{}: {line}", path.display()))?;
        let content = file::read(&path)?;
        let same = self.bytes == content.len() as u64 && self.blake3 == checksum(&content);
        ensure!(same, "{}: damaged: not what {record} recorded", path.display());
        Ok(content)
    }

    /// A list from elsewhere must not lead out of the folder.
    fn inside(&self) -> Result<(), String> {
        let inside = |part| matches!(part, Component::Normal(_));
        match Path::new(&self.path).components().all(inside) {
            true => Ok(()),
            false => Err("is not a path inside the folder".into()),
        }
    }
}

/// What was made for a run, written when all of it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// Hash of the run's settings, 16 hexadecimal digits.
    pub run: String,
    /// The files, by path.
    pub files: Vec<FileEntry>,
}

impl RunRecord {
    /// Reads a record.
    ///
    /// # Errors
    /// Names the file.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        file::read_json(path)
    }

    /// Its file's content.
    pub fn to_json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self).context("cannot express a record")? + "\n")
    }

    /// Writes the record; from here on its files count as made.
    pub fn store(&self, path: &Path) -> anyhow::Result<()> {
        file::write(path, self.to_json()?.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_named_and_nothing_outside_is_read() {
        let folder = tempfile::tempdir().unwrap();
        file::write(&folder.path().join("a"), b"content").unwrap();
        let [entry] = <[_; 1]>::try_from(FileEntry::all(folder.path(), ["a"]).unwrap()).unwrap();
        assert_eq!(entry.read(folder.path(), "done.json").unwrap(), b"content");
        file::write(&folder.path().join("a"), b"kontent").unwrap();
        let line = entry.read(folder.path(), "done.json").unwrap_err().to_string();
        assert!(line.ends_with("/a: damaged: not what done.json recorded"), "{line}");
        assert!(entry.check(folder.path()).is_err());
        let outside = FileEntry { path: "../a".into(), ..entry };
        let line = outside.read(folder.path(), "done.json").unwrap_err().to_string();
        assert!(line.ends_with("../a: is not a path inside the folder"), "{line}");
    }
}
