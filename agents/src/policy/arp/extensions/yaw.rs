//! The angle about z as a heat map on a circle.
//!
//! Each bin of the angle has a feature made of what lies in its direction from the waypoint and of how
//! the hand is turned against it; neighbours on the circle are mixed by circular convolutions. Turning
//! the scene and the hand by one bin moves every feature by one bin: the features are equivariant to
//! turns, as 2-D convolutions are to shifts (Cohen and Welling 2016, "Group Equivariant Convolutional
//! Networks"). Our own measurement: `results/learning/log.md`.

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::views::ring::RING_VALUES;

/// Bins that a convolution sees.
pub(super) const KERNEL: usize = 5;
/// Channels of a bin's feature.
pub(super) const CHANNELS: usize = 48;

/// Two circular convolutions and a query.
#[derive(Module, Debug)]
pub struct Yaw {
    /// Over 5 bins of 64 numbers: `[320, 48]` and bias.
    pub conv1: Linear,
    /// Over 5 bins of 48 channels: `[240, 48]` and bias.
    pub conv2: Linear,
    /// From the token's hidden state: `[width, 48]` and bias.
    pub query: Linear,
}

impl Yaw {
    /// For tokens of `width`.
    pub fn new(init: &Init, width: usize) -> Self {
        let linear = |field: &str, from: usize, to: usize| {
            init.linear(field, [from, to], Fill::torch(from), Some(Fill::torch(from)))
        };
        Self {
            conv1: linear("conv1", KERNEL * RING_VALUES, CHANNELS),
            conv2: linear("conv2", KERNEL * CHANNELS, CHANNELS),
            query: linear("query", width, CHANNELS),
        }
    }

    /// A ring `[b, 72, 64]` to a feature of each bin, `[b, 72, 48]`.
    pub fn bins(&self, ring: Tensor<3>) -> Tensor<3> {
        let inner = activation::relu(self.conv1.forward(around(ring)));
        self.conv2.forward(around(inner))
    }

    /// How well each bin answers a token's hidden state: `[b, width]` and `[b, 72, 48]` to what is
    /// added to the logits, `[b, 72]`.
    pub fn scores(&self, state: Tensor<2>, bins: Tensor<3>) -> Tensor<2> {
        let [b, count, channels] = bins.dims();
        let query = self.query.forward(state) * (1.0 / (channels as f64).sqrt());
        bins.matmul(query.unsqueeze_dim(2)).reshape([b, count])
    }
}

/// Each bin with the two before it and the two after it on the circle: `[b, bins, c]` to
/// `[b, bins, 5 * c]`, the earliest first.
fn around(x: Tensor<3>) -> Tensor<3> {
    let (bins, reach) = (x.dims()[1], KERNEL / 2);
    let first = x.clone().narrow(1, 0, reach);
    let last = x.clone().narrow(1, bins - reach, reach);
    let closed = Tensor::cat(vec![last, x, first], 1);
    Tensor::cat((0..KERNEL).map(|start| closed.clone().narrow(1, start, bins)).collect(), 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::observation::rotation::BINS;
    use burn::tensor::Device;

    fn turned(x: Tensor<3>, by: usize) -> Tensor<3> {
        let bins = x.dims()[1];
        Tensor::cat(vec![x.clone().narrow(1, bins - by, by), x.narrow(1, 0, bins - by)], 1)
    }

    #[test]
    fn features_and_scores_turn_with_the_ring() {
        let init = Init::new(2, &Device::flex());
        let yaw = Yaw::new(&init, 8);
        let ring = init.param("ring", [2, BINS, RING_VALUES], Fill::Normal(1.0)).val();
        let state = init.param("state", [2, 8], Fill::Normal(1.0)).val();
        let still = yaw.bins(ring.clone());
        for by in [1, 18, 71] {
            let bins = yaw.bins(turned(ring.clone(), by));
            let far: f32 = (bins.clone() - turned(still.clone(), by)).abs().max().into_scalar();
            assert!(far < 1e-5, "{by}: {far}");
            let scores = yaw.scores(state.clone(), bins).unsqueeze_dim::<3>(2);
            let expected = yaw.scores(state.clone(), still.clone()).unsqueeze_dim::<3>(2);
            let far: f32 = (scores - turned(expected, by)).abs().max().into_scalar();
            assert!(far < 1e-5, "{by}: {far}");
        }
    }
}
