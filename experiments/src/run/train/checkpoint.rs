//! Where a run was: one file, whole or not there, with a checksum at its end.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};

use super::schedule::Phase;
use crate::store::file;

/// Version of the layout; another version is refused.
const FORMAT: u32 = 1;
/// Bytes of the checksum.
const SUM: usize = blake3::OUT_LEN;

/// Everything that a run needs to go on as if nothing had happened. Random numbers need no state: they
/// hang on the step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    format: u32,
    /// Hash of the resolved settings.
    pub run: String,
    /// The phase.
    pub phase: Phase,
    /// Steps of it that are done.
    pub done: u64,
    /// Weights of all models, safetensors.
    pub weights: Vec<u8>,
    /// State of the three optimisers.
    pub optimisers: [Vec<u8>; 3],
    /// The running mean of the weights, where one is kept.
    pub mean: Option<Vec<u8>>,
    /// The best so far.
    pub best: Option<Best>,
    /// What was measured so far.
    pub journal: Journal,
}

/// The weights that did best on `val`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// Mean over tasks of hit rate and recognition, halved.
    pub score: f64,
    /// When that was.
    pub phase: Phase,
    /// Steps of the phase that were done.
    pub done: u64,
    /// The weights, safetensors.
    pub weights: Vec<u8>,
}

/// Measured numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    /// Phase, step, name, value.
    pub training: Vec<(Phase, u64, String, f64)>,
    /// Phase, steps done, number of the task, and the nine counts of the table.
    pub validation: Vec<(Phase, u64, usize, [i64; 8])>,
}

impl Journal {
    /// This journal, then another.
    pub fn followed_by(mut self, next: Self) -> Self {
        self.training.extend(next.training);
        self.validation.extend(next.validation);
        self
    }

    /// The counts of the last validation.
    pub fn last(&self) -> impl Iterator<Item = &(Phase, u64, usize, [i64; 8])> {
        let last = self.validation.last().map(|(phase, done, ..)| (*phase, *done));
        self.validation.iter().filter(move |(phase, done, ..)| Some((*phase, *done)) == last)
    }
}

impl Checkpoint {
    /// Of this program's layout.
    pub fn new(run: String, phase: Phase, done: u64, weights: Vec<u8>) -> Self {
        let optimisers = [Vec::new(), Vec::new(), Vec::new()];
        let journal = Journal::default();
        Self {
            format: FORMAT,
            run,
            phase,
            done,
            weights,
            optimisers,
            mean: None,
            best: None,
            journal,
        }
    }

    /// Writes it over the one before, which stays whole until then.
    pub fn store(&self, path: &Path) -> anyhow::Result<()> {
        let mut bytes = postcard::to_stdvec(self).context("cannot lay out a checkpoint")?;
        let sum = blake3::hash(&bytes);
        bytes.extend(sum.as_bytes());
        file::write(path, &bytes)
    }

    /// Reads one; `None` where there is none.
    ///
    /// # Errors
    /// Names the file when it is damaged, of another version, or of another run.
    pub fn find(path: &Path, run: &str) -> anyhow::Result<Option<Self>> {
        let named = || path.display().to_string();
        let bytes = match std::fs::read(path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.with_context(named)?,
        };
        let damaged = || format!("{}: damaged; delete it to begin the run again", named());
        let Some((content, sum)) = bytes.split_last_chunk::<SUM>() else { bail!(damaged()) };
        ensure!(blake3::hash(content).as_bytes() == sum, damaged());
        let (format, _) = postcard::take_from_bytes::<u32>(content).with_context(damaged)?;
        ensure!(format == FORMAT, "{}: format {format}; this program reads {FORMAT}", named());
        let found: Self = postcard::from_bytes(content).with_context(damaged)?;
        ensure!(found.run == run, "{}: belongs to run {}, not {run}", named(), found.run);
        Ok(Some(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        let mut checkpoint = Checkpoint::new("a".into(), Phase::Joint, 7, vec![1, 2, 3]);
        checkpoint.journal.training.push((Phase::Solo, 3, "loss".into(), 0.1));
        checkpoint
    }

    #[test]
    fn what_was_stored_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint");
        assert_eq!(Checkpoint::find(&path, "a").unwrap(), None);
        checkpoint().store(&path).unwrap();
        assert_eq!(Checkpoint::find(&path, "a").unwrap(), Some(checkpoint()));
        let error = Checkpoint::find(&path, "b").unwrap_err().to_string();
        assert!(error.ends_with("checkpoint: belongs to run a, not b"), "{error}");
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint");
        checkpoint().store(&path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x40;
            std::fs::write(&path, &bytes).unwrap();
            let error = Checkpoint::find(&path, "a").unwrap_err().to_string();
            assert!(error.contains("checkpoint: damaged"), "{error}");
            std::fs::write(&path, &whole[..place]).unwrap();
            assert!(Checkpoint::find(&path, "a").is_err());
        }
    }
}
