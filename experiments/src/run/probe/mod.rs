//! `mirror probe`: how much two frozen towers already share, by what linear maps between them can find.
//!
//! Only the maps are trained, on the demonstrations that the run learned from; what is measured is
//! measured on those of the split for test.

mod command;
mod features;
mod fit;
mod report;
mod score;

pub use command::{ProbeArguments, run};
pub use report::ProbeReport;
