//! What training measures: the file it grows in, and what is made from it.

mod entry;
mod event_files;
mod journal;
mod log;
mod progress;
mod scores;
mod tables;

pub use entry::{Entry, TaskCounts};
pub(super) use event_files::EventFiles;
pub use journal::Journal;
pub use log::Extent;
pub(super) use log::MetricsLog;
pub(super) use progress::TrainProgress;
pub(crate) use scores::Scores;
pub use tables::write as write_tables;
