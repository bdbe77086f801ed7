//! Datasets: collecting, verifying and loading demonstrations.

pub mod cameras;
pub mod collect;
pub mod loader;
pub mod verify;
