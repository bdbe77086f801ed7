//! `mirror judge`: what a policy decides where experts went on, without playing.

mod command;
mod report;
mod rows;

pub use command::{JudgeArguments, run};
pub use report::TokenHits;
