//! RVT-2: the heat maps of both stages straight from the up-sampled features, then rotation, gripper and
//! collision bit by MLPs from the features of the fine stage (Goyal et al., "RVT-2: Learning Precise
//! Manipulation from Few Demonstrations", arXiv 2406.08545).
//!
//! Two things differ from the published network. What the rotation's heads read is normalised within each
//! sample and not over the batch, so that a decision does not depend on what else is decided. Labels of
//! heat maps and angles are those of all families here.

mod cost;
mod heads;
mod model;

pub use heads::{ActionHeads, Head, HeadOutput};
pub use model::Rvt2;
