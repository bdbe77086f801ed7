//! The file that training appends what it measures to.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use super::entry::Entry;
use super::event_files::EventFiles;
use super::journal::Journal;
use crate::store::file;

/// How much of `metrics.jsonl` there was when a checkpoint was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Size.
    pub bytes: u64,
    /// blake3 of the content.
    pub blake3: [u8; blake3::OUT_LEN],
}

impl Default for Extent {
    /// Of an empty file.
    fn default() -> Self {
        Self { bytes: 0, blake3: blake3::hash(&[]).into() }
    }
}

impl Extent {
    /// The beginning of the file at `path` that this speaks of.
    ///
    /// # Errors
    /// Names the file when it is shorter, or another.
    fn read(&self, path: &Path) -> anyhow::Result<Vec<u8>> {
        let mut content = match self.bytes {
            0 => Vec::new(),
            _ => file::read(path)?,
        };
        content.truncate(self.bytes as usize);
        ensure!(
            content.len() as u64 == self.bytes && *blake3::hash(&content).as_bytes() == self.blake3,
            "{}: damaged: not what the checkpoint recorded; delete the checkpoint to begin the run again",
            path.display()
        );
        Ok(content)
    }

    /// The entries that were there, whatever came after.
    ///
    /// # Errors
    /// As [`MetricsLog::open`].
    pub fn journal(&self, path: &Path) -> anyhow::Result<Journal> {
        Journal::parse(path, &self.read(path)?)
    }
}

/// The open file, and TensorBoard's beside it where they are asked for.
#[derive(Debug)]
pub(in crate::run::train) struct MetricsLog {
    path: PathBuf,
    file: File,
    bytes: u64,
    hasher: blake3::Hasher,
    events: Option<EventFiles>,
}

impl MetricsLog {
    /// Goes on where a checkpoint was: what came after it is cut off, and will be measured again.
    /// `tensorboard` is the folder of the event files.
    ///
    /// # Errors
    /// Names the file when it is not the one of the checkpoint; it is left as it is.
    pub(in crate::run::train) fn open(
        path: &Path,
        extent: &Extent,
        tensorboard: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let content = extent.read(path)?;
        let events = match tensorboard {
            Some(folder) => Some(EventFiles::open(folder, &Journal::parse(path, &content)?)?),
            None => None,
        };
        let mut options = OpenOptions::new();
        let opened = options.create(true).append(true).open(path);
        let failed = || format!("cannot write {}", path.display());
        let file = opened.with_context(failed)?;
        file.set_len(extent.bytes).with_context(failed)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&content);
        Ok(Self { path: path.to_owned(), file, bytes: extent.bytes, hasher, events })
    }

    /// Adds a line; who reads the file sees it at once.
    pub(in crate::run::train) fn append(&mut self, entry: &Entry) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(entry).context("cannot express what was measured")?;
        line.push(b'\n');
        self.file
            .write_all(&line)
            .with_context(|| format!("cannot write {}", self.path.display()))?;
        self.hasher.update(&line);
        self.bytes += line.len() as u64;
        self.events.as_mut().map_or(Ok(()), |events| events.append(entry))
    }

    /// All that is there, once a power cut cannot undo it.
    pub(in crate::run::train) fn extent(&self) -> anyhow::Result<Extent> {
        self.file.sync_data().with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(Extent { bytes: self.bytes, blake3: self.hasher.finalize().into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::train::Phase;

    fn entry(step: u64) -> Entry {
        Entry::readings(Phase::Joint, step, [("loss".to_owned(), 1.0 / (step + 1) as f64)])
    }

    #[test]
    fn what_came_after_the_checkpoint_is_written_again_to_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let (path, board) = (folder.path().join("metrics.jsonl"), folder.path().join("board"));
        let (files, mut extent) = ([path.clone(), board.join("joint")], Extent::default());
        let content = || {
            let event = std::fs::read_dir(&files[1]).unwrap().next().unwrap().unwrap().path();
            [&files[0], &event].map(|path| std::fs::read(path).unwrap())
        };
        let work = |extent: &mut Extent, steps: std::ops::Range<u64>, checkpoint: u64| {
            let mut log = MetricsLog::open(&path, extent, Some(&board)).unwrap();
            for step in steps {
                log.append(&entry(step)).unwrap();
                if step + 1 == checkpoint {
                    *extent = log.extent().unwrap();
                }
            }
        };
        work(&mut extent, 0..6, 6);
        let (whole, [lines, _]) = (content(), content());
        assert_eq!(lines.iter().filter(|byte| **byte == b'\n').count(), 6);
        let mut extent = Extent::default();
        // Killed after the fourth step and in the middle of a line, with a checkpoint at the second.
        work(&mut extent, 0..4, 2);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"phase\":").unwrap();
        assert_eq!(extent.journal(&path).unwrap().entries, [entry(0), entry(1)]);
        work(&mut extent, 2..6, 6);
        assert_eq!(content(), whole);
        assert_eq!(extent.journal(&path).unwrap().entries.len(), 6);
    }

    #[test]
    fn another_file_than_the_checkpoints_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let mut log = MetricsLog::open(&path, &Extent::default(), None).unwrap();
        log.append(&entry(0)).unwrap();
        let extent = log.extent().unwrap();
        let whole = std::fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[3] ^= 1;
        for wrong in [&flipped[..], &whole[..whole.len() - 1], &[]] {
            std::fs::write(&path, wrong).unwrap();
            let line = MetricsLog::open(&path, &extent, None).unwrap_err().to_string();
            assert!(line.contains("metrics.jsonl: damaged: not what the checkpoint"), "{line}");
            assert_eq!(std::fs::read(&path).unwrap(), wrong);
        }
        std::fs::remove_file(&path).unwrap();
        let line = extent.journal(&path).unwrap_err().to_string();
        assert!(line.starts_with("cannot read ") && line.ends_with("metrics.jsonl"), "{line}");
    }
}
