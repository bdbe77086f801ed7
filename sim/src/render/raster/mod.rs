//! CPU renderer: colour, metric depth and object id in one z-buffer pass.
//!
//! Needs no GPU and gives the same bytes everywhere: it uses only `+ - * /` and square roots,
//! which IEEE 754 rounds exactly, and decides which pixels a triangle covers with exact
//! arithmetic on coordinates snapped to 1/256 pixel.

mod clip;
mod fill;
mod frame;
mod light;
mod render;
mod scan;
mod scene;
#[cfg(test)]
mod tests;
mod view;
mod visual;

pub use frame::Frame;
pub use light::{AMBIENT, DIFFUSE, SKY, TO_LIGHT};
pub use scene::Raster;
pub use view::MAX_SIDE;
pub use visual::{DrawItem, Visual};
