//! Grasp trials: how far held objects slip when they are lifted, held and shaken.

pub mod golden;
pub mod grasp;
pub mod shake;
pub mod test_object;

pub use grasp::{GraspTrial, Phase, Reading, Slip, TrialError, grasp_trial};
pub use shake::Shake;
pub use test_object::{TestObject, test_objects};
