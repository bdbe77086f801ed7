//! The networks of the policy.

mod actor;
mod arp;
mod block;
mod convex;
mod crop;
mod dropout;
#[cfg(test)]
mod golden;
mod group_norm;
mod hand;
mod language;
mod local;
mod loss;
mod modulated;
mod multi_view;
mod sequence;
mod skip;
mod tap;
mod yaw;

pub use actor::{Actor, Answers};
pub use arp::{Arp, Inputs, Look, Trained};
pub use convex::Convex;
pub use crop::Crop;
pub(super) use hand::HAND;
pub use hand::Hand;
pub use language::{Speech, Tower};
pub use local::Local;
pub use loss::{LOSSES, Losses};
pub use multi_view::{MultiView, Seen};
pub use sequence::{Kind, Plan, Row};
pub use skip::Skip;
pub use tap::Tap;
pub use yaw::Yaw;

pub use dropout::Dropout;
