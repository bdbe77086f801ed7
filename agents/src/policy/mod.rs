//! Policies: from RGB-D views, proprioception and a sentence to the next keyframe.
//!
//! Pictures become a point cloud, the cloud three orthographic views, those features and heat maps;
//! the heat maps' common peak is the waypoint, about which a second stage looks again four times
//! larger. How the rest of the action is found is a family's own: [`arp`], [`rvt2`].

pub mod arp;
mod contract;
mod families;
mod multi_view;
mod observation;
mod preprocess;
pub mod rvt2;
pub mod synthetic;
#[cfg(test)]
mod tests;
mod two_stage;
mod views;

pub use contract::{Decision, HeatMap, Losses, PolicyFamily, StageMaps, Tap, TrainingOutput};
pub use families::{FAMILIES, Family, PolicyModel, family, find};
pub use multi_view::{
    Colours, Convex, Dropout, LanguageEncoder, Marked, MultiView, SentenceInput, StateEncoder,
    Stem, StemOutput, ViewFeatures,
};
pub use observation::{
    Action, Augmentation, BIN_DEGREES, BINS, Cloud, HandPose, Motion, Sentence, SentenceError,
    Tokens, View, ViewError, Workspace, euler, from_bins, geodesic, to_bins,
};
pub use preprocess::{
    Batch, CoarseInput, Inputs, Local, Observation, Preprocessor, SampleError, Transition, clock,
};
pub use two_stage::{ActionTokens, Conditioning, LOSSES, TwoStage};
pub use views::{Axis, CHANNELS, Renderer, VIEWS, Window, label, labels, peak, voxel_centre};
