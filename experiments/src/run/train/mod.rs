//! `mirror train`: both towers alone, then together.

mod alignment_score;
mod checkpoint;
mod command;
mod ema;
pub mod judge;
mod learner;
mod optimisers;
mod pairs;
mod pipeline;
mod run;
mod schedule;
mod tables;

pub use checkpoint::{Checkpoint, Journal};
pub use command::{TrainArguments, run};
pub(crate) use learner::{Learner, StepTimings};
pub use pairs::{Batch, Pairs};
pub use pipeline::Pipeline;
pub use run::{End, Limits, TrainingData, reached};
pub use schedule::Phase;
pub use tables::write as write_tables;
