//! What is wrong with a dataset.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file, relative to the dataset.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Problem {
    /// A problem of a file.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.reason)
    }
}

/// The verdict on a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Whether there are no problems.
    pub ok: bool,
    /// Files that were checked.
    pub files: usize,
    /// Episodes in the dataset.
    pub episodes: u64,
    /// What is wrong, by path.
    pub problems: Vec<Problem>,
}

impl VerifyReport {
    /// The report of some problems.
    pub(super) fn new(files: usize, episodes: u64, problems: Vec<Problem>) -> Self {
        Self { ok: problems.is_empty(), files, episodes, problems }
    }
}

impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "{problem}")?;
        }
        let verdict = if self.ok { "ok" } else { "not ok" };
        write!(f, "{verdict}: {} files, {} episodes", self.files, self.episodes)
    }
}

/// All files of a dataset, relative and with `/`; names that begin with a dot are work in progress.
pub(super) fn files(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let failed = || format!("cannot read {}", folder.display());
        for entry in std::fs::read_dir(&folder).with_context(failed)? {
            let entry = entry.with_context(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{prefix}{name}");
            if entry.file_type().with_context(failed)?.is_dir() {
                folders.push((entry.path(), path + "/"));
            } else {
                found.insert(path);
            }
        }
    }
    Ok(found)
}
