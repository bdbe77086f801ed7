//! Episodes: scene files, the environment, experts, logs, and many episodes in lock-step.

pub(crate) mod alternatives;
pub mod environment;
pub mod expert;
pub mod fleet;
pub mod keyframe;
pub mod log;
pub(crate) mod reachable;
pub(crate) mod references;
pub mod rollout;
pub mod scene_file;
pub mod split;
