//! `mirror verify`: is a dataset what its manifest says, and does it still come out the same?

mod command;
mod episode;
mod report;

pub use command::{VerifyArguments, run, verify};
pub use report::{Problem, VerifyReport};
