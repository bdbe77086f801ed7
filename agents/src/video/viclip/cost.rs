//! Counting ViCLIP's video tower.

use crate::nn::cost::ProductList;
use crate::nn::cost::layers::{block, block_multiply_adds};
use crate::presets;
use crate::presets::Tower;

/// Parameters of a tower of this shape.
pub(super) fn parameters(shape: &presets::Video) -> usize {
    let Tower { width, depth, .. } = shape.video;
    let (grid, patch) = (shape.grid(), shape.patch);
    let tables = width + (grid * grid + 1) * width + shape.frames * width;
    let embedding = 3 * patch * patch * width;
    // Two norms outside of the blocks.
    tables + embedding + 4 * width + depth * block(width) + width * shape.shared
}

/// Multiply-adds for one clip of `tokens` tokens, class token included.
pub(super) fn multiply_adds(shape: &presets::Video, tokens: usize) -> usize {
    let Tower { width, depth, .. } = shape.video;
    let embedding = (tokens - 1) * 3 * shape.patch * shape.patch * width;
    embedding + depth * block_multiply_adds(width, tokens)
}

/// Adds the matrix products for `batch` clips in training.
pub(super) fn products(shape: &presets::Video, batch: usize, list: &mut ProductList) {
    let (tower, tokens) = (shape.video, shape.trained_tokens());
    list.linear(batch * (tokens - 1), 3 * shape.patch * shape.patch, tower.width);
    (0..tower.depth).for_each(|_| list.block(batch, tokens, tower.width, tower.heads));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::text;
    use crate::presets::{PAPER_B, PAPER_L};
    use crate::video;

    #[test]
    fn published_sizes_are_met() {
        let thousands = |n: usize| (n + 500) / 1000;
        let b = video::parameters(&PAPER_B.video);
        assert_eq!([b.video, b.text, b.total].map(thousands), [86_199, 63_405, 149_604]);
        let l = video::parameters(&PAPER_L.video);
        assert_eq!([l.video, l.text, l.total].map(thousands), [303_974, 123_616, 427_590]);
    }

    #[test]
    fn published_costs_are_met() {
        let giga = |n: usize| (n as f64 / 1e8).round() / 10.0;
        for (preset, whole, masked, text) in
            [(&PAPER_B, 179.6, 14.8, 1.2), (&PAPER_L, 826.4, 65.5, 2.7)]
        {
            let shape = &preset.video;
            assert_eq!(giga(multiply_adds(shape, shape.trained_tokens())), whole);
            let sparse = presets::Video { mask_rate: 0.9, ..shape.clone() };
            let found = giga(multiply_adds(&sparse, sparse.trained_tokens()));
            // The published count embeds every patch, this one those that masking leaves.
            let saved = (whole_embedding(shape) as f64 * 0.9 / 1e9 * 10.0).round() / 10.0;
            assert!((found + saved - masked).abs() < 0.11, "{found} + {saved}");
            assert_eq!(giga(text::multiply_adds(shape.text, shape.context)), text);
        }
    }

    fn whole_embedding(shape: &presets::Video) -> usize {
        shape.patches() * 3 * shape.patch * shape.patch * shape.video.width
    }
}
