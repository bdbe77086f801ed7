//! Grasp trials: how far held objects slip when they are lifted, held and shaken.

pub mod golden;
pub mod grasp;
pub mod shake;
pub mod specimen;

pub use grasp::{GraspTrial, Phase, Reading, Slip, TrialError, grasp_trial};
pub use shake::Shake;
pub use specimen::{Specimen, specimens};
