//! The optional parts of the action transformer, none of them published: a preset's
//! [`crate::presets::Extensions`] say which there are.

pub(super) mod cost;
pub(super) mod crop;
pub(super) mod skip;
#[cfg(test)]
mod tests;
pub(super) mod yaw;

pub use crop::Crop;
pub use skip::Skip;
pub use yaw::Yaw;
