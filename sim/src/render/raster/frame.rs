//! The images that one camera sees.

use super::view::{MAX_SIDE, Projected};

/// Colour, depth and id images of one view, rows from top to bottom.
///
/// Keep one per thread and render into it again and again: after the first view of a size
/// nothing is allocated.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Width, pixels.
    pub width: u32,
    /// Height, pixels.
    pub height: u32,
    /// sRGB colour, three bytes per pixel.
    pub rgb: Vec<u8>,
    /// Distance along the view axis, metres; the camera's `far` where nothing is seen.
    pub depth: Vec<f32>,
    /// Id of the item seen; 0 where nothing is seen.
    pub id: Vec<u16>,
    /// Index of the surface seen in each pixel.
    pub(super) surface: Vec<u32>,
    /// The numbers 0, 1, 2, …, one per column.
    pub(super) ramp: Vec<f32>,
    /// Projected vertices of the item being drawn.
    pub(super) vertices: Vec<Projected>,
}

impl Frame {
    /// Lets go of everything but colour and depth: ids, and what only drawing needs.
    pub fn keep_pictures(&mut self) {
        let Self { width, height, rgb, depth, .. } = core::mem::take(self);
        *self = Self { width, height, rgb, depth, ..Self::default() };
    }

    /// Empty images; rendering gives them the camera's size.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the size, at most [`MAX_SIDE`] each way, and clears what the z-buffer needs.
    /// Until [`super::Raster::render`] finishes, `depth` holds inverse depths.
    pub(super) fn clear(&mut self, width: u32, height: u32, inverse_far: f32) {
        (self.width, self.height) = (width.min(MAX_SIDE), height.min(MAX_SIDE));
        let pixels = self.width as usize * self.height as usize;
        if self.ramp.len() != self.width as usize {
            self.ramp = (0..self.width).map(|x| x as f32).collect();
        }
        self.rgb.resize(3 * pixels, 0);
        self.id.resize(pixels, 0);
        self.depth.clear();
        self.depth.resize(pixels, inverse_far);
        self.surface.clear();
        self.surface.resize(pixels, 0);
    }
}
