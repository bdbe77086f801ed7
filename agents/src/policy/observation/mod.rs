//! What a policy knows and what it decides, as plain data: camera views and their point cloud,
//! sentence, workspace, the next keyframe and its rotation bins.

pub(crate) mod action;
pub(crate) mod augment;
pub(crate) mod cloud;
pub(crate) mod rotation;
pub(crate) mod sentence;
pub(crate) mod state;
pub(crate) mod vertex;
pub(crate) mod view;
pub(crate) mod workspace;

pub use action::{Action, Tokens};
pub use augment::{Augmentation, Motion};
pub use cloud::Cloud;
pub use rotation::{BIN_DEGREES, BINS, euler, from_bins, geodesic, to_bins};
pub use sentence::{Sentence, SentenceError};
pub use state::HandPose;
pub use view::{View, ViewError};
pub use workspace::Workspace;
