//! Numbers of the networks: where the first ones come from, and the noise that training adds.

mod init;
mod noise;

pub use init::{Fill, Init};
pub use noise::{Noise, stream};
