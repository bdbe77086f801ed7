//! The robot policy: from RGB-D pictures and an instruction to the gripper's next keyframe (ARP).
//!
//! Pictures become a point cloud, the cloud three orthographic views, those features and heat maps;
//! the heat maps' common peak is the waypoint, about which a second stage looks again four times
//! larger. Rotation, gripper and collisions follow token by token.

mod action;
mod augment;
mod axes;
mod batch;
mod cells;
mod cloud;
mod crop;
mod decide;
mod heat;
mod local;
mod net;
mod render;
mod ring;
mod rotation;
mod sentence;
mod studio;
pub mod synthetic;
#[cfg(test)]
mod tests;
mod vertex;
mod view;
mod workspace;

pub use action::{Action, Tokens};
pub use augment::{Augmentation, Motion};
pub use axes::{Axis, VIEWS, voxel_centre};
pub use batch::{Batch, Glimpse};
pub use cloud::Cloud;
pub use decide::Decision;
pub use heat::{label, labels, peak};
pub use net::*;
pub use render::{CHANNELS, Renderer, Window};
pub use rotation::{BIN_DEGREES, BINS, from_bins, geodesic, to_bins};
pub use sentence::{Sentence, SentenceError};
pub use studio::{Observation, SampleError, Studio, Transition, clock};
pub use view::{View, ViewError};
pub use workspace::Workspace;
