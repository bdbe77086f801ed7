//! The weights of a run on disk, in one file or in several.

use std::collections::BTreeMap;

use agents::nn::weights::File;
use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use crate::store::checksum::{FileEntry, RunRecord};
use crate::store::run_folder::{CONFIG, INDEX, MANIFEST, RunFolder, WEIGHTS};

/// Opens the weights of a run, trained here or exported; `run` is the hash of its settings.
///
/// # Errors
/// Names the file that is missing, damaged, or not what the manifest or the index says.
pub fn open(folder: &RunFolder, run: &str) -> anyhow::Result<File> {
    let manifest = folder.manifest();
    let record = RunRecord::load(&manifest)?;
    let whose = &record.run;
    ensure!(whose == run, "{}: belongs to run {whose}, not {run}", manifest.display());
    content(folder, &record, CONFIG)?;
    match FileEntry::find(&record.files, INDEX) {
        Some(_) => WeightIndex::open(folder, &record),
        None => Ok(File::from_bytes(&folder.weights(), content(folder, &record, WEIGHTS)?)?),
    }
}

/// The content of a file that the manifest lists, once it has its checksum.
fn content(folder: &RunFolder, record: &RunRecord, name: &str) -> anyhow::Result<Vec<u8>> {
    let entry = FileEntry::find(&record.files, name);
    let entry = entry.with_context(|| format!("{}: lacks {name}", folder.manifest().display()))?;
    entry.read(folder.path(), MANIFEST)
}

/// Which tensor lies in which file, in the form that other programs write and read too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WeightIndex {
    metadata: Metadata,
    /// File of every tensor.
    weight_map: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Metadata {
    /// Size of the files, bytes.
    total_size: u64,
}

impl WeightIndex {
    /// Notes a file and what is in it.
    pub(super) fn add(&mut self, file: &str, names: Vec<String>, bytes: &[u8]) {
        self.metadata.total_size += bytes.len() as u64;
        self.weight_map.extend(names.into_iter().map(|name| (name, file.to_owned())));
    }

    pub(super) fn to_json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Opens the files that the index names as one.
    fn open(folder: &RunFolder, record: &RunRecord) -> anyhow::Result<File> {
        let path = folder.path().join(INDEX);
        let named = || path.display().to_string();
        let index: Self =
            serde_json::from_slice(&content(folder, record, INDEX)?).with_context(named)?;
        let mut files: Vec<&str> = index.weight_map.values().map(String::as_str).collect();
        files.sort_unstable();
        files.dedup();
        let part = |file: &&str| {
            let bytes = content(folder, record, file)?;
            Ok(File::from_bytes(&folder.path().join(file), bytes)?)
        };
        let parts = files.iter().map(part).collect::<anyhow::Result<Vec<_>>>()?;
        let all = File::joined(&path, parts)?;
        let absent = index.weight_map.keys().find(|name| all.shape(name).is_none());
        absent.map_or(Ok(()), |name| {
            Err(anyhow::anyhow!("{name} is in none of its files")).with_context(named)
        })?;
        Ok(all)
    }
}
