//! Parameters, multiply-adds and matrix products of a video encoder, by formula.

use super::families::family;
use crate::nn::cost::ProductList;
use crate::nn::text;
use crate::presets;

/// Parameters of a video encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoParameters {
    /// Of the video tower.
    pub video: usize,
    /// Of the text tower.
    pub text: usize,
    /// Of both, and the temperature.
    pub total: usize,
}

/// Parameters of a video encoder of this shape.
#[must_use]
pub fn parameters(shape: &presets::Video) -> VideoParameters {
    let video = (family(shape).parameters)(shape);
    let text = text::parameters(shape.text, shape.context, shape.vocabulary, shape.shared);
    VideoParameters { video, text, total: video + text + 1 }
}

/// Multiply-adds of a forward pass for one clip, as training masks it, and its sentence.
#[must_use]
pub fn multiply_adds(shape: &presets::Video) -> usize {
    (family(shape).multiply_adds)(shape) + text::multiply_adds(shape.text, shape.context)
}

/// Adds the matrix products of a forward pass for `batch` clips in training and their sentences.
pub fn products(shape: &presets::Video, batch: usize, list: &mut ProductList) {
    (family(shape).products)(shape, batch, list);
    let tower = shape.text;
    (0..tower.depth).for_each(|_| list.block(batch, shape.context, tower.width, tower.heads));
}
