//! Cameras: the pinhole model and the five published ones.

mod pinhole;
mod rlbench;

pub use pinhole::{Camera, Mount, NEAR};
pub use rlbench::{SIDE, rlbench_cameras};
