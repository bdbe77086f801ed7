//! Video encoders: from clips and sentences to one space.
//!
//! Clips, sampling in time, masking, the text tower and the loss are the same for all families; the tower that
//! reads the clip is a family's own: [`viclip`], [`frames`].

mod clip;
mod cost;
mod encoder;
mod families;
mod family;
pub mod frames;
mod masking;
mod patches;
mod sampling;
mod tap;
#[cfg(test)]
mod tests;
pub mod viclip;

pub use clip::{Clip, ClipError};
pub use cost::{VideoParameters, multiply_adds, parameters, products};
pub use encoder::{EncodedClips, MIN_TEMPERATURE, VideoEncoder, video_text};
pub use families::{FAMILIES, Family, VideoTower, family, find, unmasked_patches};
pub use family::{Features, UnmaskedPatches, VideoFamily};
pub use patches::{MEAN, PatchEmbedding, STD, patches};
pub use sampling::{midpoints, segments};
pub use tap::Tap;
