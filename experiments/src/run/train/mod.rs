//! `mirror train`: both towers alone, then together.

mod alignment;
mod arguments;
mod checkpoint;
pub mod judge;
mod learner;
mod mean;
mod pairs;
mod run;
mod schedule;
mod stages;
mod tables;

pub use arguments::{Arguments, run};
pub use checkpoint::{Checkpoint, Journal};
pub(crate) use learner::{Learner, Spent};
pub use pairs::{Batch, Pairs};
pub use run::{CONFIG, Data, End, Limits, WEIGHTS, reached};
pub use schedule::Phase;
pub use stages::{Place, Stages, settle};
pub use tables::write as write_tables;
