//! Deterministic manipulation simulator.
//!
//! Data flows one way: scene -> physics -> observation -> action -> table.
//! Lengths are metres, angles radians, time seconds, masses kilograms; the world is right-handed
//! with z up, and the robot looks along +x.

pub mod episode;
pub mod render;
pub mod robot;
pub mod scene;
pub mod task;
pub mod tasks;
pub mod trial;
pub mod viewer;
pub mod world;
