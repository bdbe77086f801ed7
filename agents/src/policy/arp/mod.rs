//! ARP: the heat maps of both stages from one modulated token per view, then rotation, gripper and
//! collision bit token by token (Zhang et al., "Autoregressive Action Sequence Learning for Robotic
//! Manipulation", arXiv 2410.03132).

mod actor;
pub(crate) mod cost;
pub mod extensions;
#[cfg(test)]
mod golden;
mod model;
mod modulated;
mod sequence;

pub use actor::{ActionTransformer, TokenOutput};
pub use model::Arp;
pub use sequence::{Kind, Plan, Row};
