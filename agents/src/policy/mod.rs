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

pub use multi_view::{Convex, Dropout, LanguageEncoder, MultiView, SentenceInput, ViewFeatures};
pub use observation::{
    Action, Augmentation, BIN_DEGREES, BINS, Cloud, Motion, Sentence, SentenceError, Tokens, View,
    ViewError, Workspace, from_bins, geodesic, to_bins,
};
pub use preprocess::{
    Batch, CoarseInput, Observation, Preprocessor, SampleError, Transition, clock,
};
pub use views::{Axis, CHANNELS, Renderer, VIEWS, Window, label, labels, peak, voxel_centre};
