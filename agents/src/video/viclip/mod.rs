//! ViCLIP's video tower: a joint space-time ViT (Wang et al., arXiv 2307.06942).

mod cost;
mod tower;

pub use tower::ViClip;
