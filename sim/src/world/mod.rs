//! The physics world: one wrapper around Rapier, built from a [`Scene`](crate::scene::description::Scene).

pub(crate) mod assemble;
pub(crate) mod collider;
mod contact;
mod hooks;
mod simulation;
pub mod solver;
mod state;
mod stiction;

pub use assemble::BadScene;
pub use collider::Owner;
pub use contact::Contact;
pub use simulation::World;
pub use state::{Divergence, SnapshotError, StateHash};
