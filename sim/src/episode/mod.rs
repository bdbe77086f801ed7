//! Episodes: scene files, the environment, experts, logs, and many episodes in lock-step.

pub mod batch;
pub mod environment;
pub mod expert;
pub mod keyframe;
pub mod log;
mod reachable;
pub mod rollout;
pub mod sample;
pub mod scene_file;
pub mod split;
pub mod stream;
