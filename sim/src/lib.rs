//! Deterministic manipulation simulator.
//!
//! Data flows one way: scene -> physics -> observation -> action -> table.
//! Lengths are metres, angles radians, time seconds, masses kilograms; the world is right-handed
//! with z up, and the robot looks along +x.

pub mod action;
pub mod arena;
pub mod camera;
pub mod cell;
pub mod frame;
pub mod golden;
pub mod mesh;
pub mod motion;
pub mod raster;
pub mod robot;
pub mod scene;
pub mod shape;
pub mod solver;
pub mod trial;
pub mod world;
