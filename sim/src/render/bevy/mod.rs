//! Bevy: the reference pictures, with shadows and soft light.
//!
//! [`Stage`] turns the same visual description that the rasteriser draws into entities, for a window
//! or for the offscreen renderer alike. [`Studio`] draws without a window or a display.

mod form;
mod lamp;
mod offscreen;
mod paint;
mod scene;
mod space;

pub use lamp::{LAMP, lamp};
pub use offscreen::{Adapter, Costs, Set, Studio, StudioError, adapters};
pub use paint::Paint;
pub use scene::{Crowded, Stage, StagePlugin};
pub use space::{transform, vector};
