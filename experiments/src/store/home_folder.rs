//! Where datasets, runs and studies lie that no flag puts elsewhere.

use std::path::{Path, PathBuf};

use super::run_folder::RunFolder;
use crate::cli::home;

/// The folder of `MIRROR_HOME`.
///
/// ```text
/// data/SPLIT-EPISODES-HASH    datasets
/// runs/HASH                   runs
/// runs/solo-HASH              first phases that several runs share
/// sweeps/NAME-HASH            studies
/// ```
#[derive(Clone, Debug)]
pub struct HomeFolder {
    root: PathBuf,
}

impl HomeFolder {
    /// The one that the environment names.
    ///
    /// # Errors
    /// When neither `MIRROR_HOME` nor `HOME` is set.
    pub fn find() -> anyhow::Result<Self> {
        Ok(Self { root: home::home()? })
    }

    /// Folder of a dataset, by [`folder_name`](super::dataset::DatasetConfig::folder_name).
    pub fn dataset(&self, name: &str) -> PathBuf {
        self.root.join("data").join(name)
    }

    /// Folder of a run, by the hash of its settings.
    pub fn run(&self, hash: &str) -> RunFolder {
        RunFolder::new(self.root.join("runs").join(hash))
    }

    /// Folder of the phase that several runs share, by the hash of its settings.
    pub fn solo(&self, hash: &str) -> RunFolder {
        self.run(&format!("solo-{hash}"))
    }

    /// Folder of a study.
    pub fn sweep(&self, name: &str, hash: &str) -> PathBuf {
        self.root.join("sweeps").join(format!("{name}-{hash}"))
    }
}

/// The lock of who makes a shared folder, beside it.
pub fn turn(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".{name}.lock"))
}
