//! The video-text model (ViCLIP): a joint space-time ViT and a causal text transformer.

mod loss;
mod model;
mod video;

pub use loss::{COLDEST, video_text};
pub use model::{Seen, ViClip};
pub use video::{Features, PatchEmbedding, VideoTower};
