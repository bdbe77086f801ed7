//! Group normalisation of token sequences, and the leaky ReLU that follows it.

use burn::module::{Module, Param};
use burn::tensor::{Tensor, activation};

use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};

/// Groups of channels (RVT).
const GROUPS: usize = 4;
/// Added to the variance (PyTorch's default).
const EPSILON: f64 = 1e-5;
/// Slope of the leaky ReLU below zero (RVT).
const SLOPE: f64 = 0.02;

/// Normalises each of four groups of channels over all tokens of a sequence.
#[derive(Module, Debug)]
pub struct GroupNorm {
    /// Scale `[channels]`, first 1.
    pub weight: Param<Tensor<1>>,
    /// Shift `[channels]`, first 0.
    pub bias: Param<Tensor<1>>,
}

impl GroupNorm {
    /// For sequences of `channels`, a multiple of four.
    pub fn new(init: &Init, channels: usize) -> Self {
        Self {
            weight: init.param("weight", [channels], Fill::ONES),
            bias: init.param("bias", [channels], Fill::ZEROS),
        }
    }

    /// `[n, tokens, channels]` to the same shape.
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let [n, tokens, channels] = x.dims();
        let x = x.reshape([n, tokens, GROUPS, channels / GROUPS]);
        let mean = x.clone().mean_dim(3).mean_dim(1);
        let centred = x - mean;
        let variance = (centred.clone() * centred.clone()).mean_dim(3).mean_dim(1);
        let scaled = centred / (variance + EPSILON).sqrt();
        scaled.reshape([n, tokens, channels]) * self.weight.val().reshape([1, 1, channels])
            + self.bias.val().reshape([1, 1, channels])
    }
}

/// `max(x, 0.02 x)`.
pub(crate) fn leaky_relu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation::relu(x.clone()) * (1.0 - SLOPE) + x * SLOPE
}

/// A linear map, group normalisation of every token by itself, leaky ReLU.
#[derive(Module, Debug)]
pub struct Preprocess {
    /// `[d_in, channels]` and bias.
    pub linear: Linear,
    /// Over `channels`.
    pub norm: GroupNorm,
}

impl Preprocess {
    /// From `d_in` numbers to `channels`, a multiple of four.
    pub fn new(init: &Init, d_in: usize, channels: usize) -> Self {
        let fill = Fill::torch(d_in);
        Self {
            linear: init.linear("linear", [d_in, channels], fill, Some(fill)),
            norm: GroupNorm::new(&init.at("norm"), channels),
        }
    }

    /// `[n, tokens, d_in]` to `[n, tokens, channels]`.
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let [n, tokens, d_in] = x.dims();
        let each = self.linear.forward(x.reshape([n * tokens, 1, d_in]));
        let channels = each.dims()[2];
        leaky_relu(self.norm.forward(each)).reshape([n, tokens, channels])
    }
}
