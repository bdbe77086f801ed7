//! Drawing without a window: an app that is updated by hand, on a thread of its own.

mod adapter;
mod app;
mod camera;
mod error;
mod readback;
mod renderer;
#[cfg(test)]
mod tests;
mod timings;

pub use adapter::{Adapter, adapters};
pub use error::OffscreenError;
pub use renderer::{OffscreenRenderer, OffscreenScene};
pub use timings::RenderTimings;
