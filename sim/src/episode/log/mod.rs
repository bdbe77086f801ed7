//! The complete log of an episode: what a dataset stores, and what every picture is drawn from.
//!
//! All numbers are kept bit for bit, so a step drawn from its log gives the same bytes as the live
//! cell gave, and a second run can be compared with the first one exactly.

mod encoding;
mod format;
mod goals;
mod recorder;
mod step;

pub use encoding::LogError;
pub use format::{FORMAT, Log};
pub use goals::LogGoals;
pub use recorder::{Recorder, record, replay};
pub use step::Step;
