//! Where a run was: one file, whole or not there, with a checksum at its end.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};

use super::metrics::Extent;
use super::schedule::Phase;
use crate::store::file;

/// Version of the layout; another version is refused.
const FORMAT: u32 = 2;
/// Bytes of the checksum.
const SUM: usize = blake3::OUT_LEN;
/// Bytes that hold all that stands before the weights.
const START: u64 = 256;

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
    /// What was measured so far: the beginning of `metrics.jsonl`.
    pub metrics: Extent,
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

impl Checkpoint {
    /// Of this program's layout.
    pub fn new(run: String, phase: Phase, done: u64, weights: Vec<u8>) -> Self {
        let optimisers = [Vec::new(), Vec::new(), Vec::new()];
        Self {
            format: FORMAT,
            run,
            phase,
            done,
            weights,
            optimisers,
            mean: None,
            best: None,
            metrics: Extent::default(),
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
        check_format(path, format)?;
        let found: Self = postcard::from_bytes(content).with_context(damaged)?;
        ensure!(found.run == run, "{}: belongs to run {}, not {run}", named(), found.run);
        Ok(Some(found))
    }

    /// The phase of one, and the steps of it that are done, without reading the weights; `None` where
    /// there is none.
    ///
    /// # Errors
    /// Names the file when its beginning is damaged, or of another version. The checksum is not looked at.
    pub fn position(path: &Path) -> anyhow::Result<Option<(Phase, u64)>> {
        let named = || path.display().to_string();
        let file = match File::open(path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.with_context(named)?,
        };
        let mut start = Vec::new();
        file.take(START).read_to_end(&mut start).with_context(named)?;
        let damaged = || format!("{}: damaged; delete it to begin the run again", named());
        let (format, rest) = postcard::take_from_bytes::<u32>(&start).with_context(damaged)?;
        check_format(path, format)?;
        let ((_, phase, done), _) =
            postcard::take_from_bytes::<(&str, Phase, u64)>(rest).with_context(damaged)?;
        Ok(Some((phase, done)))
    }
}

fn check_format(path: &Path, format: u32) -> anyhow::Result<()> {
    ensure!(
        format == FORMAT,
        "{}: format {format}; this program reads {FORMAT}; delete it to begin the run again",
        path.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        let mut checkpoint = Checkpoint::new("a".into(), Phase::Joint, 7, vec![1, 2, 3]);
        checkpoint.metrics.bytes = 300;
        checkpoint
    }

    #[test]
    fn what_was_stored_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint");
        assert_eq!(Checkpoint::find(&path, "a").unwrap(), None);
        assert_eq!(Checkpoint::position(&path).unwrap(), None);
        checkpoint().store(&path).unwrap();
        assert_eq!(Checkpoint::find(&path, "a").unwrap(), Some(checkpoint()));
        assert_eq!(Checkpoint::position(&path).unwrap(), Some((Phase::Joint, 7)));
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
            // The start of the file says where it was, or that it does not know.
            assert!(Checkpoint::position(&path).is_ok_and(|at| at.is_some()) == (place >= 5));
        }
    }
}
