//! Policies: from RGB-D views, proprioception and a sentence to the next keyframe.
//!
//! Pictures become a point cloud, the cloud three orthographic views, those features and heat maps;
//! the heat maps' common peak is the waypoint, about which a second stage looks again four times
//! larger.

pub mod arp;
mod multi_view;
mod observation;
mod preprocess;
pub mod synthetic;
mod views;

pub use multi_view::{Convex, Dropout, MultiView, Seen, Speech, Tower};
pub use observation::{
    Action, Augmentation, BIN_DEGREES, BINS, Cloud, Motion, Sentence, SentenceError, Tokens, View,
    ViewError, Workspace, from_bins, geodesic, to_bins,
};
pub use preprocess::{Batch, Glimpse, Observation, SampleError, Studio, Transition, clock};
pub use views::{Axis, CHANNELS, Renderer, VIEWS, Window, label, labels, peak, voxel_centre};
