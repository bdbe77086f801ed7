//! A convolutional stem: pictures at half resolution, for the transformer's tokens and for heat maps.
//!
//! One linear map of a whole patch, as published, must throw away at once nearly all of what a patch of a
//! small policy shows (360 numbers become 16). Two small convolutions see edges and colours first; early
//! convolutions make transformers learn faster and more stably (Xiao et al. 2021, "Early Convolutions
//! Help Transformers See Better"). Convolutions are products of gathered neighbourhoods. Our own
//! measurement: `results/learning/log.md`.

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use crate::nn::fused::{NEAR, surroundings};
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::views::axes::VIEWS;

/// Pixels along a side that become one position.
pub(crate) const STRIDE: usize = 2;
/// Channels of a position.
pub(crate) const STEM: usize = 16;
/// Numbers that scale and shift the channels of both convolutions.
pub(crate) const SCALES: usize = 4 * STEM;

/// The stem of one stage.
#[derive(Module, Debug)]
pub struct Stem {
    /// 2 x 2 pixels of ten channels, stride 2: `[40, 16]` and bias; `[48, 16]` with the two marks of a
    /// pixel's colour.
    pub conv1: Linear,
    /// 3 x 3: `[144, 16]` and bias.
    pub conv2: Linear,
    /// All positions of a patch to a token: `[(patch / 2)^2 * 16, width]` and bias.
    pub tokens: Linear,
    patch: usize,
}

/// What a stem makes of its pictures.
#[derive(Clone, Debug)]
pub struct StemOutput {
    /// Features of every position, row by row: `[b * 3 * (side / 2)^2, 16]`.
    pub positions: Tensor<2>,
    /// What is added to the token of each patch, `[b, 3 * area, width]`.
    pub tokens: Tensor<3>,
}

impl Stem {
    /// For patches of `patch * patch` pixels of `channels` numbers and tokens of `width` numbers; `patch` is
    /// even.
    pub fn new(init: &Init, patch: usize, channels: usize, width: usize) -> Self {
        let linear = |field: &str, from: usize, to: usize| {
            init.linear(field, [from, to], Fill::torch(from), Some(Fill::torch(from)))
        };
        Self {
            conv1: linear("conv1", STRIDE * STRIDE * channels, STEM),
            conv2: linear("conv2", NEAR * STEM, STEM),
            tokens: linear("tokens", (patch / STRIDE) * (patch / STRIDE) * STEM, width),
            patch,
        }
    }

    /// Pictures `[b, 3 * area, channels * patch * patch]`. `scales` `[b, 1, 64]`: scale (less one) and shift of the
    /// channels of the first convolution, then of the second (FiLM, Perez et al. 2018).
    pub fn forward(&self, images: Tensor<3>, scales: Option<Tensor<3>>) -> StemOutput {
        let [b, patches, values] = images.dims();
        let channels = values / (self.patch * self.patch);
        // Cells along a side of a view, and positions along a side of a cell and of the view.
        let (grid, inner) = ((patches / VIEWS).isqrt(), self.patch / STRIDE);
        let (views, side) = (b * VIEWS, grid * inner);
        let rows = views * side * side;
        let pixels = images.reshape([views * grid, grid, channels, inner, STRIDE, inner, STRIDE]);
        let pixels = pixels.permute([0, 3, 1, 5, 2, 4, 6]);
        let scaled = |x: Tensor<2>, layer: usize| {
            let Some(scales) = &scales else { return x };
            let part = |index: usize| scales.clone().narrow(2, (2 * layer + index) * STEM, STEM);
            let x = x.reshape([b, rows / b, STEM]) * (part(0) + 1.0) + part(1);
            x.reshape([rows, STEM])
        };
        let first = self.conv1.forward(pixels.reshape([rows, channels * STRIDE * STRIDE]));
        let first = activation::relu(scaled(first, 0));
        let second = self.conv2.forward(surroundings(first, side));
        let positions = activation::relu(scaled(second, 1));
        let cells = positions.clone().reshape([views * grid, inner, grid, inner, STEM]);
        let cells = cells.swap_dims(1, 2).reshape([b, patches, inner * inner * STEM]);
        StemOutput { tokens: self.tokens.forward(cells), positions }
    }
}

/// Parts of the cost: rows for each transition and stage, inputs, outputs of every linear map.
pub(crate) fn maps(size: usize, patch: usize, channels: usize, width: usize) -> [[usize; 3]; 3] {
    let (half, inner, grid) =
        (VIEWS * size * size / (STRIDE * STRIDE), patch / STRIDE, size / patch);
    [
        [half, STRIDE * STRIDE * channels, STEM],
        [half, NEAR * STEM, STEM],
        [VIEWS * grid * grid, inner * inner * STEM, width],
    ]
}
