//! Studies: `mirror sweep` runs every cell of one, through any number of interruptions.

pub mod cell;
mod command;
mod forecast;
mod remaining;
mod status;
mod study;
mod workers;

pub use cell::CellArguments;
pub use command::{SweepArguments, run};
pub(super) use status::SweepStatus;
pub use study::Study;
