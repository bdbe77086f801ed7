//! All that training measured so far, in order.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;

use super::entry::Entry;

/// The entries of `metrics.jsonl`, in the order in which they were measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    /// The entries.
    pub entries: Vec<Entry>,
}

impl Journal {
    /// Reads a file that may be growing: what stands behind its last line break is being written, or
    /// was when its process was killed. A file that is not there is an empty one.
    ///
    /// # Errors
    /// Names the file, and the line that is damaged.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        match std::fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            other => Self::parse(path, &other.with_context(|| path.display().to_string())?),
        }
    }

    /// From the content of the file at `path`.
    pub(super) fn parse(path: &Path, content: &[u8]) -> anyhow::Result<Self> {
        let whole = content.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let lines = content[..whole].split_inclusive(|byte| *byte == b'\n').enumerate();
        let entry = |(number, line)| {
            serde_json::from_slice(line)
                .ok()
                .with_context(|| format!("{}: line {} is damaged", path.display(), number + 1))
        };
        Ok(Self { entries: lines.map(entry).collect::<anyhow::Result<_>>()? })
    }

    /// This journal, then another.
    #[must_use]
    pub fn followed_by(mut self, next: Self) -> Self {
        self.entries.extend(next.entries);
        self
    }

    /// The last validation, where there was one.
    pub fn last_validation(&self) -> Option<&Entry> {
        self.entries.iter().rfind(|entry| !entry.validation.is_empty())
    }

    /// Mean of every reading over the last `steps` steps of the last phase, by name. Readings that were
    /// not finite, or not taken, do not count.
    pub fn means(&self, steps: u64) -> BTreeMap<&str, f64> {
        let Some(last) = self.entries.last() else { return BTreeMap::new() };
        let taken = self.entries.iter().rev().filter(|entry| !entry.readings.is_empty());
        let mut taken = taken.take_while(|entry| entry.phase == last.phase).peekable();
        let first = taken.peek().map_or(0, |newest| (newest.step + 1).saturating_sub(steps));
        let mut sums: BTreeMap<&str, (f64, u64)> = BTreeMap::new();
        for entry in taken.take_while(|entry| entry.step >= first) {
            let finite = entry.readings.iter().filter_map(|(name, value)| Some((name, (*value)?)));
            for (name, value) in finite {
                let (sum, count) = sums.entry(name).or_default();
                *sum += f64::from(value);
                *count += 1;
            }
        }
        sums.into_iter().map(|(name, (sum, count))| (name, sum / count as f64)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::train::Phase;

    fn entry(phase: Phase, step: u64, loss: f64) -> Entry {
        Entry::readings(phase, step, [("loss".to_owned(), loss)])
    }

    #[test]
    fn what_is_being_written_is_not_read_yet_and_damage_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        assert_eq!(Journal::read(&path).unwrap(), Journal::default());
        let entries = [entry(Phase::Solo, 0, 0.1), entry(Phase::Solo, 1, f64::INFINITY)];
        let lines: Vec<String> =
            entries.iter().map(|entry| serde_json::to_string(entry).unwrap() + "\n").collect();
        let text = lines.concat();
        assert_eq!(lines[1], "{\"phase\":\"solo\",\"step\":1,\"readings\":{\"loss\":null}}\n");
        for length in 0..=text.len() {
            std::fs::write(&path, &text[..length]).unwrap();
            let whole = text[..length].matches('\n').count();
            assert_eq!(Journal::read(&path).unwrap().entries, entries[..whole]);
        }
        for wrong in ["{}", "", "{\"phase\":\"solo\",\"step\":1,\"loss\":3}", "\u{0}\u{0}"] {
            std::fs::write(&path, format!("{}{wrong}\n", lines[0])).unwrap();
            let line = Journal::read(&path).unwrap_err().to_string();
            assert!(line.ends_with("metrics.jsonl: line 2 is damaged"), "{line}");
        }
        let line = Journal::read(folder.path()).unwrap_err();
        assert!(format!("{line:#}").contains("Is a directory"), "{line:#}");
    }

    #[test]
    fn means_are_of_the_last_steps_of_the_last_phase() {
        let mut journal = Journal::default();
        assert!(journal.means(2).is_empty());
        let losses = [(Phase::Solo, 0, 9.0), (Phase::Joint, 0, 8.0), (Phase::Joint, 1, 3.0)];
        journal.entries.extend(losses.map(|(phase, step, loss)| entry(phase, step, loss)));
        journal.entries.push(entry(Phase::Joint, 2, 2.0));
        // A step may have a second line, and readings of its own.
        journal.entries.push(Entry::readings(Phase::Joint, 2, [("recall".to_owned(), 0.5)]));
        assert_eq!(journal.means(2), BTreeMap::from([("loss", 2.5), ("recall", 0.5)]));
        assert_eq!(journal.means(100)["loss"], 13.0 / 3.0);
    }

    proptest::proptest! {
        #[test]
        fn readings_come_back_as_they_were_written(bits in proptest::num::u32::ANY) {
            let written = entry(Phase::Warm, 3, f64::from(f32::from_bits(bits)));
            let text = serde_json::to_string(&written).unwrap();
            proptest::prop_assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), written);
        }
    }
}
