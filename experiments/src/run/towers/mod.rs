//! Where simulator and models meet: sentences, observations and actions in the form of the other side.

mod language;
mod senses;
mod three;

pub use language::{Instruction, Speech};
pub use senses::{action, observation, target};
pub use three::Towers;
