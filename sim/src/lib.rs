//! Deterministic manipulation simulator.
//!
//! Folders in order, each of which uses only those before it: `scene` (what stands where, as data),
//! `world` (physics), `robot` (the arm and its motion), then `render` (pictures) and `task` (what a task
//! is written in), which do not know each other, `tasks` (the list of them), `episode` (a scene file
//! played to its end), `trial` (grasp trials: of the folders before, only `scene`, `world` and `robot`)
//! and `viewer` (watching episodes).
//!
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
