//! The three orthographic views of the workspace: drawing them, and heat maps over them.

pub(crate) mod axes;
pub(crate) mod cells;
pub(crate) mod crop;
pub(crate) mod heat;
pub(crate) mod render;
pub(crate) mod ring;

pub use axes::{Axis, VIEWS, voxel_centre};
pub use heat::{label, labels, peak};
pub use render::{CHANNELS, Renderer, Window};
