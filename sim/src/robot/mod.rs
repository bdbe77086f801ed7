//! The Franka Panda: numbers, kinematics, inverse kinematics, and its body in the world.

pub mod ik;
pub mod kinematics;
pub mod panda;
