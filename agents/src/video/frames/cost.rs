//! Counting the image tower.

use crate::nn::cost::ProductList;
use crate::nn::cost::layers::{block, block_multiply_adds};
use crate::presets;
use crate::presets::Tower;

/// Patches of a frame that training reads.
pub(super) fn unmasked(shape: &presets::Video) -> usize {
    let patches = shape.grid() * shape.grid();
    patches - (shape.mask_rate * patches as f64).floor() as usize
}

/// Parameters of a tower of this shape.
pub(super) fn parameters(shape: &presets::Video) -> usize {
    let Tower { width, depth, .. } = shape.video;
    let (grid, patch) = (shape.grid(), shape.patch);
    let tables = width + (grid * grid + 1) * width;
    let embedding = 3 * patch * patch * width;
    // Two norms outside of the blocks.
    tables + embedding + 4 * width + depth * block(width) + width * shape.shared
}

/// Multiply-adds for one clip in training.
pub(super) fn multiply_adds(shape: &presets::Video) -> usize {
    let Tower { width, depth, .. } = shape.video;
    let patches = unmasked(shape);
    let embedding = patches * 3 * shape.patch * shape.patch * width;
    shape.frames * (embedding + depth * block_multiply_adds(width, 1 + patches))
}

/// Adds the matrix products for `batch` clips in training.
pub(super) fn products(shape: &presets::Video, batch: usize, list: &mut ProductList) {
    let (tower, patches, frames) = (shape.video, unmasked(shape), batch * shape.frames);
    list.linear(frames * patches, 3 * shape.patch * shape.patch, tower.width);
    (0..tower.depth).for_each(|_| list.block(frames, 1 + patches, tower.width, tower.heads));
}
