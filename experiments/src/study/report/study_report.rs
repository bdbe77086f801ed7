//! What `mirror report` prints.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::analysis::Analysis;
use super::format::NONE;
use super::measure::Measure;
use super::paper::CAVEAT;

/// The tables of the report, and where it was written.
#[derive(Clone, Debug, Serialize)]
pub struct StudyReport {
    /// Name of the study or run.
    study: String,
    /// The arm and the baseline that were declared; null for a single run.
    primary: Option<[String; 2]>,
    /// Cells in all.
    planned: usize,
    /// Cells that are finished.
    done: usize,
    /// Every table, row by row.
    #[serde(flatten)]
    analysis: Analysis,
    /// Said beside the paper's figures.
    caveat: &'static str,
    /// Folder of the report.
    folder: PathBuf,
    /// Files in it.
    files: Vec<String>,
    /// The tables as text.
    #[serde(skip)]
    text: String,
}

impl StudyReport {
    pub(super) fn new(page: &super::page::Page<'_>, folder: PathBuf, files: Vec<String>) -> Self {
        let (study, analysis) = (page.study, page.analysis);
        let mut text = String::new();
        for measure in Measure::ALL {
            text += &format!(
                "{}\n{}\n",
                measure.title(),
                super::text_tables::ablation(analysis, measure)
            );
        }
        text += &format!("Success by task\n{}\n", super::text_tables::tasks(analysis, page.arms));
        text += &format!("Offline hits\n{}", super::text_tables::hits(analysis, page.arms));
        let probe = super::text_tables::probe(page.arms);
        if !probe.is_empty() {
            text += &format!("\nProbe\n{probe}");
        }
        Self {
            study: study.name.clone(),
            primary: study.primary.clone(),
            planned: study.cells.len(),
            done: analysis.cells.iter().filter(|cell| cell.status == "done").count(),
            analysis: analysis.clone(),
            caveat: CAVEAT,
            folder,
            files,
            text,
        }
    }
}

impl fmt::Display for StudyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { study, primary, planned, done, text, folder, .. } = self;
        let primary =
            primary.as_ref().map_or(NONE.to_owned(), |[arm, base]| format!("{arm} against {base}"));
        writeln!(f, "{study}: {done} of {planned} cells done; primary comparison: {primary}\n")?;
        writeln!(f, "{text}\n{CAVEAT}\n")?;
        write!(f, "report: {}", folder.join("report.md").display())
    }
}
