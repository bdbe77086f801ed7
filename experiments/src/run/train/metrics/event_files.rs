//! TensorBoard's event files of a run: a folder for each phase, which TensorBoard shows as a run of its
//! own.
//!
//! They are made from the entries of `metrics.jsonl` alone, so that they can be made at any time. After
//! an interruption they are cut in place: TensorBoard may have them open, and goes on reading.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::entry::Entry;
use super::journal::Journal;
use crate::run::train::schedule::Phase;
use crate::store::{event_file, file};

/// Name of a phase's file. Where the 0 stands, other programs write the time.
const NAME: &str = "events.out.tfevents.0.mirror";
/// Before the name of a task, or [`MEAN`]: keyframe hit rate on `val`, in [0, 1].
const KEYFRAMES: &str = "keyframes";
/// The same: share of videos of `val` that are recognised.
const VIDEOS: &str = "videos";
/// Instead of a task: over the tasks.
const MEAN: &str = "mean";

/// The open files, by phase.
#[derive(Debug)]
pub(in crate::run::train) struct EventFiles {
    folder: PathBuf,
    open: BTreeMap<Phase, (PathBuf, File)>,
}

impl EventFiles {
    /// Brings the files of the phases in a journal to hold just its entries.
    pub(in crate::run::train) fn open(folder: &Path, journal: &Journal) -> anyhow::Result<Self> {
        let mut content: BTreeMap<Phase, Vec<u8>> = BTreeMap::new();
        for entry in &journal.entries {
            content.entry(entry.phase).or_insert_with(event_file::header).extend(record(entry));
        }
        let mut files = Self { folder: folder.to_owned(), open: BTreeMap::new() };
        for (phase, content) in content {
            files.begin(phase, &content)?;
        }
        Ok(files)
    }

    /// Adds an entry to the file of its phase.
    pub(in crate::run::train) fn append(&mut self, entry: &Entry) -> anyhow::Result<()> {
        if !self.open.contains_key(&entry.phase) {
            self.begin(entry.phase, &event_file::header())?;
        }
        let Some((path, file)) = self.open.get_mut(&entry.phase) else { return Ok(()) };
        file.write_all(&record(entry)).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Opens the file of a phase with this content.
    fn begin(&mut self, phase: Phase, content: &[u8]) -> anyhow::Result<()> {
        let folder = self.folder.join(phase.name());
        file::create_folder(&folder)?;
        let path = folder.join(NAME);
        if !std::fs::read(&path).is_ok_and(|there| there.starts_with(content)) {
            file::write(&path, content)?;
        }
        let failed = || format!("cannot write {}", path.display());
        let opened = OpenOptions::new().append(true).open(&path).with_context(failed)?;
        opened.set_len(content.len() as u64).with_context(failed)?;
        self.open.insert(phase, (path, opened));
        Ok(())
    }
}

fn record(entry: &Entry) -> Vec<u8> {
    let readings =
        entry.readings.iter().filter_map(|(name, value)| Some((name.clone(), (*value)?)));
    // What was not judged in any task is left out.
    let (keyframes, videos) = (entry.mean_hit_rate(), entry.mean_recognition());
    let both = |[hits, recognition]: [f64; 2], of: &str| {
        let rates = [(KEYFRAMES, keyframes, hits), (VIDEOS, videos, recognition)];
        let judged = rates.into_iter().filter(|(_, mean, _)| mean.is_some());
        judged.map(|(name, _, rate)| (format!("{name}/{of}"), rate as f32)).collect::<Vec<_>>()
    };
    let tasks = entry.validation.iter();
    let rates = tasks.flat_map(|one| both([one.hit_rate(), one.recognition()], &one.task));
    let means = both([keyframes, videos].map(Option::unwrap_or_default), MEAN);
    let all: Vec<(String, f32)> = readings.chain(rates).chain(means).collect();
    event_file::scalars(entry.step, all.iter().map(|(tag, value)| (tag.as_str(), *value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/fixtures/make_events.py` made the files, with the PyPI package `tensorboard`.
    #[test]
    fn files_are_those_that_tensorboard_would_write() {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/events");
        let fixtures = Path::new(fixtures);
        let journal = Journal::read(&fixtures.join("metrics.jsonl")).unwrap();
        assert_eq!(journal.entries.len(), 5);
        let folder = tempfile::tempdir().unwrap();
        let at_once = folder.path().join("at once");
        EventFiles::open(&at_once, &journal).unwrap();
        let one_by_one = folder.path().join("one by one");
        let mut files = EventFiles::open(&one_by_one, &Journal::default()).unwrap();
        journal.entries.iter().for_each(|entry| files.append(entry).unwrap());
        for phase in [Phase::Solo, Phase::Joint] {
            let name = format!("{}/{NAME}", phase.name());
            let expected = std::fs::read(fixtures.join(&name)).unwrap();
            for made in [&at_once, &one_by_one] {
                assert!(std::fs::read(made.join(&name)).unwrap() == expected, "{name}");
            }
        }
        assert!(!at_once.join(Phase::Warm.name()).exists());
    }

    #[test]
    fn a_file_with_other_content_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("solo").join(NAME);
        let entries = vec![Entry::readings(Phase::Solo, 0, [("loss".to_owned(), 2.0)])];
        let journal = Journal { entries };
        EventFiles::open(folder.path(), &journal).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let longer = [&whole[..], b"and more"].concat();
        for other in [&b"something else"[..], &whole[..whole.len() - 1], &longer] {
            std::fs::write(&path, other).unwrap();
            EventFiles::open(folder.path(), &journal).unwrap();
            assert!(std::fs::read(&path).unwrap() == whole);
        }
    }
}
