//! Which tensor lies in which file: the index that published models in several files come with.

use std::collections::BTreeMap;
use std::path::Path;

use agents::nn::weights::File;
use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use crate::store::dataset;
use crate::study::sweep::plan;

/// Its name in a folder of weights.
pub(super) const INDEX: &str = "model.safetensors.index.json";

/// The index, in the form that other programs write and read too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Index {
    #[serde(default)]
    metadata: Metadata,
    /// File of every tensor.
    weight_map: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Metadata {
    /// Size of the files, bytes.
    #[serde(default)]
    total_size: u64,
    /// Checksum of every file, hexadecimal; ours alone have it.
    #[serde(default)]
    blake3: BTreeMap<String, String>,
}

impl Index {
    /// Notes a file and what is in it.
    pub(super) fn add(&mut self, file: &str, names: Vec<String>, bytes: &[u8]) {
        self.metadata.total_size += bytes.len() as u64;
        let sum = blake3::hash(bytes).to_hex().to_string();
        self.metadata.blake3.insert(file.into(), sum);
        self.weight_map.extend(names.into_iter().map(|name| (name, file.to_owned())));
    }

    pub(super) fn to_json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Opens the files beside an index as one.
    ///
    /// # Errors
    /// Names the file that is missing, damaged, or lacks what the index says.
    pub(super) fn open(path: &Path) -> anyhow::Result<File> {
        let index: Self = plan::read(path)?;
        let named = || path.display().to_string();
        let mut files: Vec<&str> = index.weight_map.values().map(String::as_str).collect();
        files.sort_unstable();
        files.dedup();
        let mut parts = Vec::with_capacity(files.len());
        for file in files {
            let plain = Path::new(file).file_name().is_some_and(|name| name == file);
            ensure!(plain, "{}: `{file}` is not the name of a file beside it", named());
            let place = path.with_file_name(file);
            let bytes = dataset::read(&place)?;
            if let Some(sum) = index.metadata.blake3.get(file) {
                let same = blake3::hash(&bytes).to_hex().as_str() == sum;
                ensure!(same, "{}: damaged: not what {INDEX} recorded", place.display());
            }
            parts.push(File::from_bytes(&place, bytes)?);
        }
        let all = File::joined(path, parts)?;
        let absent = index.weight_map.keys().find(|name| all.shape(name).is_none());
        absent.map_or(Ok(()), |name| {
            Err(anyhow::anyhow!("{name} is in none of its files")).with_context(named)
        })?;
        Ok(all)
    }
}
