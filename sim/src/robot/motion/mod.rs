//! Motion: a path in joint space that is free of collisions, and its timing.
//!
//! [`Planner`] finds a path, [`Trajectory`] times it within the limits of the arm.

pub mod edge;
pub mod limits;
pub mod line;
pub mod planner;
pub mod rrt;
mod segment;
pub mod smooth;
pub mod trajectory;

pub use limits::Limits;
pub use planner::{Path, PathKind, PlanError, Planner};
pub use trajectory::Trajectory;
