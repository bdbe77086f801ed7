//! Datasets: collecting, verifying and loading demonstrations.

pub mod collect;
pub mod loader;
pub mod verify;
