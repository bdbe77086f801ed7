//! What a folder holds that a command was given: a study or a run.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::plan::PLAN;
use crate::store::run_folder::CONFIG;

/// What a folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FolderKind {
    /// A study, with its plan.
    Study,
    /// One run, with its settings.
    Run,
}

impl FolderKind {
    /// Looks into a folder.
    ///
    /// # Errors
    /// Names the folder when it cannot be read, or holds neither.
    pub(super) fn of(folder: &Path) -> anyhow::Result<Self> {
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for (name, kind) in [(PLAN, Self::Study), (CONFIG, Self::Run)] {
            let path = folder.join(name);
            if path.try_exists().with_context(|| format!("cannot read {}", path.display()))? {
                return Ok(kind);
            }
        }
        bail!("{}: neither a study ({PLAN}) nor a run ({CONFIG})", folder.display())
    }
}
