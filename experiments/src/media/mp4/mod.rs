//! Observation videos: H.264 in mp4, written and read back frame by frame.
//!
//! The same pictures give the same bytes: one encoder thread, constant quality, integer colour
//! conversion, and nothing in the file that names a time or a machine.

mod boxes;
mod decoder;
mod encoder;
mod planes;
#[cfg(test)]
mod tests;

pub use boxes::Clip;
pub use decoder::{Picture, frames};
pub use encoder::{FRAME_RATE, GROUP, QUANTISER, SIDES, Writer, is_side};
