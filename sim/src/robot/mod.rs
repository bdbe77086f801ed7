//! The Franka Panda: numbers, kinematics, inverse kinematics, and its body in the world.

pub mod arm;
pub mod gripper;
pub mod links;
pub mod panda;

pub use arm::Arm;
pub use gripper::{GraspMode, Gripper};
