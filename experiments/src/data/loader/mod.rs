//! What training reads of a dataset: frames of its episodes, and their transitions.
//!
//! Pictures are drawn again from the logs, which costs less than decoding videos.

mod dataset;
mod episode;

pub use dataset::{Loader, LoaderOptions};
pub use episode::{Clip, Transition};
