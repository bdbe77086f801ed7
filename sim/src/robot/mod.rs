//! The Franka Panda: numbers, kinematics, inverse kinematics, and its body in the world.

pub mod action;
pub mod arm;
pub mod cell;
pub mod clearance;
mod damped;
pub mod gripper;
pub mod ik;
pub mod ik_benchmark;
pub mod kinematics;
pub mod links;
pub mod motion;
pub mod panda;

pub use arm::Arm;
pub use clearance::Clearance;
pub use gripper::{GraspMode, Gripper};
