//! ARP: the heat maps of both stages, then rotation, gripper and collisions token by token.

mod actor;
mod decide;
#[cfg(test)]
mod golden;
mod loss;
pub(crate) mod model;
mod modulated;
mod sequence;
mod tap;
#[cfg(test)]
mod tests;

pub use actor::{ActionTransformer, TokenOutput};
pub use decide::Decision;
pub use loss::{LOSSES, Losses};
pub use model::{Arp, Conditioning, Inputs, TrainingOutput};
pub use sequence::{Kind, Plan, Row};
pub use tap::Tap;
