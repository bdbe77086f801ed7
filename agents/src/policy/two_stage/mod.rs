//! Deciding in two stages, coarse and fine, whatever network reads the views (RVT-2).

pub(crate) mod cost;
mod decide;
mod explain;
pub(crate) mod features;
pub(crate) mod loss;
pub(crate) mod network;

pub use loss::LOSSES;
pub use network::{ActionTokens, Conditioning, TwoStage};
