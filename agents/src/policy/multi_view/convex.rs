//! Convex up-sampling: every fine pixel is a mixture of the nine coarse cells around it (RAFT).

use burn::module::{Module, Param};
use burn::tensor::{Tensor, activation};

use crate::nn::fused::{NEAR, linear, mixture, products, surroundings};
use crate::nn::weights::{Fill, Init};

/// Factor on the logits of the mixture (RAFT, ARP).
const SOFTEN: f64 = 0.1;

/// A convolution of size 1 or 3 that keeps the map's size. Weights have PyTorch's shape.
#[derive(Module, Debug)]
pub struct Conv {
    /// `[c_out, c_in, k, k]`.
    pub weight: Param<Tensor<4>>,
    /// `[c_out]`.
    pub bias: Param<Tensor<1>>,
}

impl Conv {
    fn new(init: &Init, [c_in, c_out]: [usize; 2], kernel: usize) -> Self {
        let fill = Fill::torch(c_in * kernel * kernel);
        Self {
            weight: init.param("weight", [c_out, c_in, kernel, kernel], fill),
            bias: init.param("bias", [c_out], fill),
        }
    }

    /// The weights as `[k * k * c_in, c_out]`, neighbour major.
    fn matrix(&self) -> Tensor<2> {
        let weight = self.weight.val();
        let [c_out, c_in, k, _] = weight.dims();
        weight.permute([2, 3, 1, 0]).reshape([k * k * c_in, c_out])
    }

    /// `[cells, k * k * c_in]`, neighbour major, to `[cells, c_out]`.
    fn forward(&self, columns: Tensor<2>) -> Tensor<2> {
        linear(columns, self.matrix(), Some(self.bias.val()))
    }

    /// To one channel, with the product taken before the neighbours are gathered: `[cells, c_in]` to
    /// `[cells, 1]`.
    fn forward_single(&self, x: Tensor<2>, grid: usize) -> Tensor<2> {
        let c_in = self.weight.val().dims()[1];
        let weight = self.weight.val().reshape([c_in, NEAR]);
        products(x.matmul(weight), grid) + self.bias.val().reshape([1, 1])
    }
}

/// From a coarse map of features to a fine map of logits.
#[derive(Module, Debug)]
pub struct Convex {
    /// Coarse values: 3x3, ReLU, 3x3, ReLU, 3x3 to one channel.
    pub net_out: Vec<Conv>,
    /// Mixtures: 3x3, ReLU, 1x1 to `9 * ratio * ratio` channels.
    pub net_mask: Vec<Conv>,
    ratio: usize,
}

impl Convex {
    /// From `width` channels through `hidden`; every cell becomes `ratio * ratio` pixels.
    pub fn new(init: &Init, width: usize, hidden: usize, ratio: usize) -> Self {
        let (out, mask) = (init.at("net_out"), init.at("net_mask"));
        let conv =
            |init: &Init, field: usize, sizes, kernel| Conv::new(&init.at(field), sizes, kernel);
        Self {
            net_out: vec![
                conv(&out, 0, [width, hidden], 3),
                conv(&out, 1, [hidden, hidden], 3),
                conv(&out, 2, [hidden, 1], 3),
            ],
            net_mask: vec![
                conv(&mask, 0, [width, hidden], 3),
                conv(&mask, 1, [hidden, NEAR * ratio * ratio], 1),
            ],
            ratio,
        }
    }

    /// `[n, grid * grid, width]` to `[n, grid * grid * ratio * ratio]`: pixels patch by patch.
    pub fn forward(&self, map: Tensor<3>) -> Tensor<2> {
        let [n, area, width] = map.dims();
        let grid = area.isqrt();
        let columns = surroundings(map.reshape([n * area, width]), grid);
        let relu = activation::relu::<2>;
        // Both branches begin with the same columns: one product for both.
        let [first, second] = [&self.net_out[0], &self.net_mask[0]];
        let weight = Tensor::cat(vec![first.matrix(), second.matrix()], 1);
        let bias = Tensor::cat(vec![first.bias.val(), second.bias.val()], 0);
        let both = relu(linear(columns, weight, Some(bias)));
        let hidden = both.dims()[1] / 2;
        let values = surroundings(both.clone().narrow(1, 0, hidden), grid);
        let values = relu(self.net_out[1].forward(values));
        let values = self.net_out[2].forward_single(values, grid);
        let mixtures = self.net_mask[1].forward(both.narrow(1, hidden, hidden));
        let fine = mixture(surroundings(values, grid), mixtures, SOFTEN);
        fine.reshape([n, area * self.ratio * self.ratio])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use burn::tensor::module;
    use burn::tensor::ops::ConvOptions;

    #[test]
    fn a_constant_map_stays_constant_away_from_the_border() {
        let device = Device::flex();
        let init = Init::new(3, &device);
        let (n, grid, ratio) = (2, 5, 3);
        let cells = n * grid * grid;
        let mixtures =
            init.param("mixtures", [cells, NEAR * ratio * ratio], Fill::Normal(9.0)).val();
        let values = Tensor::full([cells, 1], 2.5, &device);
        let fine: Vec<f32> =
            mixture(surroundings(values, grid), mixtures, SOFTEN).into_data().try_to_vec().unwrap();
        let mut outside = 0;
        for (index, value) in fine.into_iter().enumerate() {
            let cell = index / (ratio * ratio) % (grid * grid);
            let inner =
                (1..grid - 1).contains(&(cell / grid)) && (1..grid - 1).contains(&(cell % grid));
            if inner {
                assert!((value - 2.5).abs() < 1e-5);
            } else if (value - 2.5).abs() > 1e-3 {
                outside += 1;
            }
        }
        assert!(outside > 0, "the border mixes in the zeros around the map");
    }

    #[test]
    fn convolutions_are_those_of_the_library() {
        let device = Device::flex();
        let init = Init::new(4, &device);
        let (n, grid, c_in) = (2, 4, 3);
        for c_out in [1, 5] {
            let conv = Conv::new(&init, [c_in, c_out], 3);
            let x = init.param("x", [n * grid * grid, c_in], Fill::Normal(1.0)).val();
            let ours = match c_out {
                1 => conv.forward_single(x.clone(), grid),
                _ => conv.forward(surroundings(x.clone(), grid)),
            };
            let image = x.reshape([n, grid, grid, c_in]).permute([0, 3, 1, 2]);
            let options = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
            let theirs = module::conv2d(image, conv.weight.val(), Some(conv.bias.val()), options);
            let theirs = theirs.permute([0, 2, 3, 1]).reshape([n * grid * grid, c_out]);
            let difference: f32 = (ours - theirs).abs().max().into_scalar();
            assert!(difference < 1e-5, "{difference}");
        }
    }
}
