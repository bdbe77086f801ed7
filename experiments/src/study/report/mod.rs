//! `mirror report`: the tables and figures of a study or of one run.

mod alignment;
mod analysis;
mod arm;
mod compare;
mod curve;
mod figures;
mod files;
mod format;
mod grid;
mod grids;
mod hits;
mod measure;
mod outcome;
mod page;
mod paper;
mod source;
mod summary;

use std::path::PathBuf;

use clap::Args;

use crate::cli::output::Output;

pub use outcome::Report;

/// Folder of the report in the folder that it reports on.
const FOLDER: &str = "report";

/// Arguments of `mirror report`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Folder of a sweep (with `plan.json`) or of one run (with `config.json`)
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Arguments {
    /// For this folder.
    pub fn of(folder: PathBuf) -> Self {
        Self { folder }
    }
}

/// Writes the report into `DIR/report/` and prints its tables.
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let folder = &arguments.folder;
    let study = source::load(folder)?;
    let arms = arm::arms(&study);
    let analysis = analysis::Analysis::of(&study, &arms);
    let figures = figures::all(&analysis, &arms);
    let page = page::Page { study: &study, arms: &arms, analysis: &analysis, figures: &figures };
    let made = files::make(&page)?;
    let report = folder.join(FOLDER);
    let written = files::write(&report, &made)?;
    output.print(&Report::new(&page, report, written))
}
