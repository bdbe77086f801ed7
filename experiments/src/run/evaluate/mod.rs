//! `mirror eval`: success in closed loop, and recognition of videos.

mod closed;
mod command;
mod eval_info;
mod evaluation;
mod film;
mod policy;
mod record;
mod report;

pub use closed::{Asked, Played, instruction, play};
pub use command::{EvalArguments, run};
pub use evaluation::{EvaluationOptions, evaluate};
pub use policy::{Conditions, Policy};
pub use record::Evaluation;
pub use report::{EvaluationReport, TaskReport};
