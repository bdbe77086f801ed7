//! `mirror status`: where a run, or every cell of a study, is.

use std::path::PathBuf;

use clap::Args;

use super::folder_kind::FolderKind;
use super::plan::Plan;
use super::sweep::SweepStatus;
use crate::cli::output::Output;
use crate::run::status::RunStatus;
use crate::store::home_folder::HomeFolder;
use crate::store::run_folder::RunFolder;

/// Arguments of `mirror status`.
#[derive(Args, Clone, Debug)]
pub struct StatusArguments {
    /// Folder of one run (with `config.json`) or of a sweep (with `plan.json`)
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Prints where training is, from files alone.
pub fn run(arguments: &StatusArguments, output: &Output) -> anyhow::Result<()> {
    let (folder, home) = (&arguments.folder, HomeFolder::find()?);
    match FolderKind::of(folder)? {
        FolderKind::Study => output.print(&SweepStatus::of(&Plan::read(folder)?, folder, &home)?),
        FolderKind::Run => output.print(&RunStatus::of(&RunFolder::new(folder), &home)?),
    }
}
