//! Where simulator and models meet: sentences, observations and actions in the form of the other side.

mod conversion;
mod instructions;
mod record;
mod set;

pub use conversion::{action, observation, target};
pub use instructions::{Instruction, Instructions, vocabulary};
pub use record::Record;
pub use set::Models;
