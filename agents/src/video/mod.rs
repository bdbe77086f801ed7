//! Video encoders: from clips and sentences to one space.

mod clip;
mod masking;
mod sampling;
mod tap;
pub mod viclip;

pub use clip::{Clip, ClipError, MEAN, STD, patches};
pub use masking::kept;
pub use sampling::{midpoints, segments};
pub use tap::Tap;
