//! Cameras and what they see: the rasteriser on the processor, and Bevy behind a feature.

#[cfg(feature = "bevy")]
pub mod bevy;
pub mod camera;
pub mod observe;
pub mod raster;
pub mod renderer;
