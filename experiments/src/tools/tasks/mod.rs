//! `mirror tasks`: what the tasks are, and the page about them.

mod command;
mod page;
mod success_rates;

pub use command::{TasksArguments, run};
