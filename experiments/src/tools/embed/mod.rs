//! `mirror embed`: what a video-text model makes of a clip and of sentences.

mod command;
mod npy;

pub use command::{EmbedArguments, run};
