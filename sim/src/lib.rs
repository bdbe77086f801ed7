//! Deterministic manipulation simulator.
//!
//! Data flows one way: scene -> physics -> observation -> action -> table.
//! Lengths are metres, angles radians, time seconds, masses kilograms; the world is right-handed
//! with z up, and the robot looks along +x.

pub mod action;
mod alternatives;
pub mod arena;
#[cfg(feature = "bevy")]
pub mod bevy;
pub mod camera;
pub mod cell;
pub mod episode;
pub mod expert;
pub mod fleet;
pub mod frame;
pub mod goal;
pub mod golden;
pub mod keyframe;
pub mod layout;
pub mod log;
pub mod mesh;
pub mod motion;
pub mod observe;
pub mod palette;
pub mod playback;
pub mod props;
pub mod raster;
mod reachable;
mod references;
pub mod renderer;
pub mod robot;
pub mod rollout;
pub mod scene;
pub mod scene_file;
pub mod script;
pub mod shape;
pub mod solver;
pub mod split;
pub mod task;
pub mod tasks;
pub mod trial;
pub mod world;
