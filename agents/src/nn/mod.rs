//! What the networks are made of: fused operations, weights, devices.

pub mod contrast;
pub mod cost;
pub mod device;
pub(crate) mod fused;
pub(crate) mod interpolation;
pub mod linear;
pub mod text;
pub mod training;
pub mod transformer;
pub mod weights;
