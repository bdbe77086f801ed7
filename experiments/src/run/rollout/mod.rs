//! `mirror rollout`: headless episodes of an agent or a trained run, one table row for each task.

mod agent;
mod command;
mod report;
mod rows;
mod untrained;

pub use agent::RolloutAgent;
pub use command::{RolloutArguments, run};
pub use report::{RolloutReport, TaskReport};
pub use untrained::UntrainedAgent;
