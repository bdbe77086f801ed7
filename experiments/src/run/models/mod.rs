//! Where simulator and models meet: sentences, observations and actions in the form of the other side.

mod conversion;
mod instructions;
mod set;

pub use conversion::{action, observation, target};
pub use instructions::{Instruction, Instructions};
pub use set::Models;
