//! What training, evaluation and viewers know of a policy.

pub(crate) mod decision;
pub(crate) mod family;
pub(crate) mod losses;
pub(crate) mod tap;

pub use decision::{Decision, HeatMap, StageMaps};
pub use family::{PolicyFamily, TrainingOutput};
pub use losses::Losses;
pub use tap::Tap;
