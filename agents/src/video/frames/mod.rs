//! Frame by frame: an image tower, and the mean over time of what it makes of every frame (CLIP4Clip's mean
//! pooling; Luo et al., arXiv 2104.08860). The order of the frames means nothing to it.

mod cost;
mod tower;

pub use tower::FrameMean;
