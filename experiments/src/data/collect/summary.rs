//! What `mirror collect` says at its end.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::store::dataset::{
    DatasetConfig, DatasetManifest, DemonstrationRecord, TABLE, VIDEOS, id,
};

/// The state of a dataset after collecting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CollectSummary {
    /// Folder of the dataset.
    pub path: String,
    /// Whether everything asked for is there.
    pub complete: bool,
    /// Episodes that are there.
    pub episodes: u64,
    /// Episodes asked for.
    pub wanted: u64,
    /// Episodes made by this run.
    pub collected: u64,
    /// Scenes tried and left out, by reason.
    pub failures: BTreeMap<String, u64>,
    /// Size of all files but the manifest, bytes.
    pub bytes: u64,
}

impl CollectSummary {
    /// Of a finished dataset.
    pub(super) fn complete(folder: &Path, manifest: &DatasetManifest, collected: usize) -> Self {
        Self {
            path: folder.display().to_string(),
            complete: true,
            episodes: manifest.episodes,
            wanted: manifest.episodes,
            collected: collected as u64,
            failures: manifest.failures.clone(),
            bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        }
    }

    /// Of a dataset that ran out of time.
    pub(super) fn partial(
        folder: &Path,
        config: &DatasetConfig,
        wanted: usize,
        collected: usize,
    ) -> anyhow::Result<Self> {
        let ids = config
            .tasks
            .iter()
            .flat_map(|task| (0..config.episodes).map(move |index| id(task, config.split, index)));
        let records: Vec<DemonstrationRecord> =
            ids.filter_map(|id| DemonstrationRecord::find(folder, &id)).collect();
        let mut failures = BTreeMap::new();
        for (reason, count) in records.iter().flat_map(|record| &record.failures) {
            *failures.entry(reason.clone()).or_default() += count;
        }
        Ok(Self {
            path: folder.display().to_string(),
            complete: false,
            episodes: records.len() as u64,
            wanted: wanted as u64,
            collected: collected as u64,
            failures,
            bytes: records.iter().flat_map(|r| &r.files).map(|file| file.bytes).sum(),
        })
    }
}

impl fmt::Display for CollectSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, episodes, wanted, collected, .. } = self;
        if !self.complete {
            writeln!(f, "{path}: {episodes} of {wanted} demonstrations, {collected} of them new")?;
            return write!(f, "Run the same command again to go on.");
        }
        let size = self.bytes as f64 / 1e6;
        writeln!(f, "{path}: {episodes} demonstrations, {collected} of them new, {size:.1} MB")?;
        if !self.failures.is_empty() {
            let counts = self.failures.iter().map(|(reason, count)| format!("{count} {reason}"));
            writeln!(f, "Scenes left out: {}", counts.collect::<Vec<_>>().join(", "))?;
        }
        writeln!(f, "Videos: {path}/{VIDEOS} (any player); table: {path}/{TABLE}")?;
        write!(f, "Check: mirror verify {path}")
    }
}
