//! `mirror train`: both towers alone, then together.

mod alignment_score;
mod checkpoint;
mod command;
mod ema;
pub mod judge;
mod learner;
mod metrics;
mod optimisers;
mod pairs;
mod pipeline;
mod run;
mod schedule;

pub use checkpoint::Checkpoint;
pub use command::{TrainArguments, run};
pub(crate) use learner::{Learner, StepTimings};
pub(crate) use metrics::Scores;
pub use metrics::{Entry, Extent, Journal, TaskCounts, write_tables};
pub use pairs::{Batch, Pairs};
pub use pipeline::Pipeline;
pub use run::{End, Limits, TrainingData};
pub use schedule::Phase;
