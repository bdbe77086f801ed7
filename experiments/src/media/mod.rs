//! Pictures and films as files.

pub mod film;
pub mod mp4;
