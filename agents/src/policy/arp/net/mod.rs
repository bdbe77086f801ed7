//! The networks of the policy.

mod actor;
mod arp;
mod block;
mod convex;
mod dropout;
#[cfg(test)]
mod golden;
mod group_norm;
mod language;
mod loss;
mod modulated;
mod multi_view;
mod sequence;
mod tap;

pub use actor::{Actor, Answers};
pub use arp::{Arp, Inputs, Look, Trained};
pub use convex::Convex;
pub use language::{Speech, Tower};
pub use loss::{LOSSES, Losses};
pub use multi_view::{MultiView, Seen};
pub use sequence::{Kind, Plan, Row};
pub use tap::Tap;

pub use dropout::Dropout;
