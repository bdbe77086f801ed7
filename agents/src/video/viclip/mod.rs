//! The video-text model (ViCLIP): a joint space-time ViT and a causal text transformer.

mod attention;
mod block;
mod clip;
mod frames;
mod loss;
mod mask;
mod model;
mod tap;
mod text;
mod tokens;
mod video;

pub use attention::Attention;
pub use block::{Block, Mlp, Transformer};
pub use clip::{Clip, ClipError, MEAN, STD, patches};
pub use frames::{midpoints, segments};
pub use loss::{COLDEST, video_text};
pub use mask::kept;
pub use model::{Seen, ViClip};
pub use tap::Tap;
pub use text::TextTower;
pub use tokens::{BytePairs, Sentences, Tokenizer, TokensError, Words};
pub use video::{Features, PatchEmbedding, VideoTower};
