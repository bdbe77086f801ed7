//! Counting the video encoder.

use crate::nn::cost::layers::{block, block_multiply_adds};
use crate::presets;
use crate::presets::Tower;

/// Parameters of the video encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoParameters {
    /// Of the video tower.
    pub video: usize,
    /// Of the text tower.
    pub text: usize,
    /// Of both, and the temperature.
    pub total: usize,
}

/// Parameters of the video encoder.
#[must_use]
pub fn video(shape: &presets::Video) -> VideoParameters {
    let Tower { width, depth, .. } = shape.video;
    let (grid, patch) = (shape.grid(), shape.patch);
    let tables = width + (grid * grid + 1) * width + shape.frames * width;
    let embedding = 3 * patch * patch * width;
    // Two norms outside of the blocks.
    let video = tables + embedding + 4 * width + depth * block(width) + width * shape.shared;
    let text = text(shape.text, shape.context, shape.vocabulary, shape.shared);
    VideoParameters { video, text, total: video + text + 1 }
}

/// Parameters of a text transformer with its projection.
#[must_use]
pub fn text(tower: Tower, context: usize, vocabulary: usize, shared: usize) -> usize {
    let Tower { width, depth, .. } = tower;
    (vocabulary + context) * width + depth * block(width) + 2 * width + width * shared
}

/// Multiply-adds of the video tower for one clip of `tokens` tokens, class token included.
#[must_use]
pub fn clip_multiply_adds(shape: &presets::Video, tokens: usize) -> usize {
    let Tower { width, depth, .. } = shape.video;
    let embedding = (tokens - 1) * 3 * shape.patch * shape.patch * width;
    embedding + depth * block_multiply_adds(width, tokens)
}

/// Multiply-adds of a text transformer for one sentence of `context` ids.
#[must_use]
pub fn text_multiply_adds(tower: Tower, context: usize) -> usize {
    tower.depth * block_multiply_adds(tower.width, context)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::{PAPER_B, PAPER_L};

    #[test]
    fn published_sizes_are_met() {
        let b = video(&PAPER_B.video);
        let thousands = |n: usize| (n + 500) / 1000;
        assert_eq!([b.video, b.text, b.total].map(thousands), [86_199, 63_405, 149_604]);
        let l = video(&PAPER_L.video);
        assert_eq!([l.video, l.text, l.total].map(thousands), [303_974, 123_616, 427_590]);
    }

    #[test]
    fn published_costs_are_met() {
        let giga = |n: usize| (n as f64 / 1e8).round() / 10.0;
        for (preset, whole, masked, text) in
            [(&PAPER_B, 179.6, 14.8, 1.2), (&PAPER_L, 826.4, 65.5, 2.7)]
        {
            let shape = &preset.video;
            assert_eq!(giga(clip_multiply_adds(shape, shape.trained_tokens())), whole);
            let sparse = presets::Video { mask_rate: 0.9, ..shape.clone() };
            let found = giga(clip_multiply_adds(&sparse, sparse.trained_tokens()));
            // The published count embeds every patch, this one those that masking leaves.
            let saved = (whole_embedding(shape) as f64 * 0.9 / 1e9 * 10.0).round() / 10.0;
            assert!((found + saved - masked).abs() < 0.11, "{found} + {saved}");
            assert_eq!(giga(text_multiply_adds(shape.text, shape.context)), text);
        }
    }

    fn whole_embedding(shape: &presets::Video) -> usize {
        shape.patches() * 3 * shape.patch * shape.patch * shape.video.width
    }
}
