//! `mirror report`: the tables and figures of a study or of one run.

mod alignment;
mod analysis;
mod arm;
mod command;
mod compare;
mod curve;
mod figures;
mod files;
mod format;
mod measure;
mod page;
mod paper;
mod source;
mod study_report;
mod summary;
mod text_table;
mod text_tables;

pub use command::{ReportArguments, run};
pub use study_report::StudyReport;
