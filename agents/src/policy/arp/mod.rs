//! ARP: the heat maps of both stages, then rotation, gripper and collisions token by token.

mod actor;
mod crop;
mod decide;
#[cfg(test)]
mod golden;
pub(crate) mod hand;
pub(crate) mod local;
mod loss;
pub(crate) mod model;
mod modulated;
mod sequence;
mod skip;
mod tap;
#[cfg(test)]
mod tests;
mod yaw;

pub use actor::{ActionTransformer, TokenOutput};
pub use crop::Crop;
pub use decide::Decision;
pub use hand::Hand;
pub use local::Local;
pub use loss::{LOSSES, Losses};
pub use model::{Arp, Conditioning, Inputs, TrainingOutput};
pub use sequence::{Kind, Plan, Row};
pub use skip::Skip;
pub use tap::Tap;
pub use yaw::Yaw;
