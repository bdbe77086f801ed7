//! `mirror report`: the tables and figures of a study or of one run.

use std::path::PathBuf;

use clap::Args;

use super::analysis::Analysis;
use super::page::Page;
use super::study_report::StudyReport;
use super::{arm, figures, files, source};
use crate::cli::output::Output;

/// Folder of the report in the folder that it reports on.
const FOLDER: &str = "report";

/// Arguments of `mirror report`.
#[derive(Args, Clone, Debug)]
pub struct ReportArguments {
    /// Folder of a sweep (with `plan.json`) or of one run (with `config.json`)
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl ReportArguments {
    /// For this folder.
    pub fn of(folder: PathBuf) -> Self {
        Self { folder }
    }
}

/// Writes the report into `DIR/report/` and prints its tables.
pub fn run(arguments: &ReportArguments, output: &Output) -> anyhow::Result<()> {
    let folder = &arguments.folder;
    let study = source::load(folder)?;
    let arms = arm::arms(&study);
    let analysis = Analysis::of(&study, &arms);
    let figures = figures::all(&analysis, &arms);
    let page = Page { study: &study, arms: &arms, analysis: &analysis, figures: &figures };
    let made = files::make(&page)?;
    let report = folder.join(FOLDER);
    let written = files::write(&report, &made)?;
    output.print(&StudyReport::new(&page, report, written))
}
