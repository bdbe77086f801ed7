//! The Franka Panda: numbers, kinematics, inverse kinematics, and its body in the world.

mod damped;
pub mod ik;
pub mod ik_benchmark;
pub mod kinematics;
pub mod panda;
