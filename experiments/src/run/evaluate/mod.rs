//! `mirror eval`: success in closed loop, and recognition of videos.

mod closed;
mod command;
mod eval_info;
mod evaluation;
mod film;
mod policy;
mod policy_loop;
mod record;
mod report;

pub use closed::{DecidedAction, PlayedEpisode, play};
pub use command::{EvalArguments, run};
pub use evaluation::{EvaluationOptions, evaluate};
pub use policy::{CheckpointFlag, Conditions, Policy};
pub use policy_loop::{Episodes, LoopEnd, PolicyLoop, Step, instruction};
pub use record::Evaluation;
pub use report::{EvaluationReport, TaskReport};
