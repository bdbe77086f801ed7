//! Heat maps from the stem's features of the picture, scaled and shifted by what the transformer says of
//! their cell.
//!
//! The convex up-sampler spreads cells of several centimetres over their pixels and never sees the
//! picture. Features at half resolution, modulated cell by cell (FiLM, Perez et al. 2018), give logits
//! that are added to its own, as skip connections do in U-Nets (Ronneberger et al. 2015). Alone they learn
//! places within a cell more slowly than with it. Our own measurement: `results/learning/log.md`.

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use crate::nn::fused::{NEAR, surroundings};
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::multi_view::stem::{STEM, STRIDE};

/// Channels before the logits.
pub(super) const MIXED: usize = 24;

/// The skip of one stage.
#[derive(Module, Debug)]
pub struct Skip {
    /// Scale (less one) and shift of the stem's channels from a cell's feature: `[width, 32]` and bias.
    pub film: Linear,
    /// 3 x 3: `[144, 24]` and bias.
    pub mix: Linear,
    /// Logits of the four pixels of a position: `[24, 4]` and bias.
    pub logits: Linear,
    patch: usize,
}

impl Skip {
    /// For maps of `width` channels whose cells are `patch * patch` pixels; `patch` is even.
    pub fn new(init: &Init, width: usize, patch: usize) -> Self {
        let linear = |field: &str, from: usize, to: usize| {
            init.linear(field, [from, to], Fill::torch(from), Some(Fill::torch(from)))
        };
        Self {
            film: linear("film", width, 2 * STEM),
            mix: linear("mix", NEAR * STEM, MIXED),
            logits: linear("logits", MIXED, STRIDE * STRIDE),
            patch,
        }
    }

    /// The stem's positions `[n * (side / 2)^2, 16]` of `n` views and their modulated map
    /// `[n, area, width]` to logits `[n, area * patch * patch]`, pixels patch by patch.
    pub fn forward(&self, positions: Tensor<2>, map: Tensor<3>) -> Tensor<2> {
        let [n, area, _] = map.dims();
        // Cells along a side of the map, and positions along a side of a cell and of the picture.
        let (grid, inner) = (area.isqrt(), self.patch / STRIDE);
        let side = grid * inner;
        let rows = n * side * side;
        let film = self.film.forward(map).reshape([n * grid, 1, grid, 1, 2 * STEM]);
        let film = film.expand([n * grid, inner, grid, inner, 2 * STEM]).reshape([rows, 2 * STEM]);
        let scale = film.clone().narrow(1, 0, STEM) + 1.0;
        let x = positions * scale + film.narrow(1, STEM, STEM);
        let x = activation::relu(self.mix.forward(surroundings(x, side)));
        let logits = self.logits.forward(x);
        let logits = logits.reshape([n * grid, inner, grid, inner, STRIDE, STRIDE]);
        logits.permute([0, 2, 1, 4, 3, 5]).reshape([n, area * self.patch * self.patch])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::multi_view::Stem;
    use crate::policy::multi_view::stem::SCALES;
    use crate::policy::views::render::CHANNELS as PICTURE;
    use burn::module::Param;
    use burn::tensor::ops::ConvOptions;
    use burn::tensor::{Device, TensorData, module};

    /// The same from the library's convolutions over pictures that lie row by row.
    #[test]
    fn products_of_neighbourhoods_are_convolutions() {
        let device = Device::flex();
        let init = Init::new(6, &device);
        let (n, grid, patch, width) = (6, 3, 4, 8);
        let (side, half) = (grid * patch, grid * patch / 2);
        let stem = Stem::new(&init, patch, PICTURE, width);
        let skip = Skip::new(&init, width, patch);
        let picture = init.param("picture", [n, PICTURE, side, side], Fill::Normal(1.0)).val();
        let map = init.param("map", [n, grid * grid, width], Fill::Normal(1.0)).val();
        let cut = picture.clone().reshape([n, PICTURE, grid, patch, grid, patch]);
        let cut = cut.permute([0, 2, 4, 1, 3, 5]);
        let images = cut.reshape([n / 3, 3 * grid * grid, PICTURE * patch * patch]);
        let scales = init.param("scales", [n / 3, 1, SCALES], Fill::Normal(0.5)).val();
        let scaled = |x: Tensor<4>, layer: usize| {
            let part = |index: usize| {
                let part = scales.clone().narrow(2, (2 * layer + index) * STEM, STEM);
                part.repeat_dim(1, 3).reshape([n, STEM, 1, 1])
            };
            x * (part(0) + 1.0) + part(1)
        };
        let positions = stem.forward(images, Some(scales.clone())).positions;
        let ours = skip.forward(positions, map.clone());

        let kernel = |linear: &Linear, [to, from, side]: [usize; 3], neighbour_major: bool| {
            let weight = linear.weight.val().transpose();
            match neighbour_major {
                true => weight.reshape([to, side, side, from]).permute([0, 3, 1, 2]),
                false => weight.reshape([to, from, side, side]),
            }
        };
        let conv = |x: Tensor<4>, linear: &Linear, weight: Tensor<4>, stride, padding| {
            let options = ConvOptions::new([stride; 2], [padding; 2], [1, 1], 1);
            module::conv2d(x, weight, linear.bias.as_ref().map(Param::val), options)
        };
        let weight = kernel(&stem.conv1, [STEM, PICTURE, 2], false);
        let x = activation::relu(scaled(conv(picture, &stem.conv1, weight, 2, 0), 0));
        let weight = kernel(&stem.conv2, [STEM, STEM, 3], true);
        let x = activation::relu(scaled(conv(x, &stem.conv2, weight, 1, 1), 1));
        let film = skip.film.forward(map).reshape([n, grid, 1, grid, 1, 2 * STEM]);
        let film = film.expand([n, grid, 2, grid, 2, 2 * STEM]);
        let film = film.reshape([n, half, half, 2 * STEM]).permute([0, 3, 1, 2]);
        let x = x * (film.clone().narrow(1, 0, STEM) + 1.0) + film.narrow(1, STEM, STEM);
        let weight = kernel(&skip.mix, [MIXED, STEM, 3], true);
        let x = activation::relu(conv(x, &skip.mix, weight, 1, 1));
        let weight = kernel(&skip.logits, [4, MIXED, 1], true);
        let x: TensorData = conv(x, &skip.logits, weight, 1, 0).into_data();
        let theirs: Vec<f32> = x.iter::<f32>().collect();
        let ours: Vec<f32> = ours.into_data().iter::<f32>().collect();
        for (view, ours) in ours.chunks_exact(side * side).enumerate() {
            for (place, ours) in ours.iter().enumerate() {
                let (cell, pixel) = (place / (patch * patch), place % (patch * patch));
                let row = cell / grid * patch + pixel / patch;
                let column = cell % grid * patch + pixel % patch;
                let channel = row % 2 * 2 + column % 2;
                let from = ((view * 4 + channel) * half + row / 2) * half + column / 2;
                assert!((ours - theirs[from]).abs() < 1e-4, "{view} {row} {column}");
            }
        }
    }
}
