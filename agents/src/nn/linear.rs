//! A linear map with its parameters.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::fused;

/// `y = x W + b` over the last axis: the library's layer of that name with a product and gradients of our
/// own, which neither zero nor copy their outputs.
#[derive(Module, Debug)]
pub struct Linear {
    /// `[inputs, outputs]`.
    pub weight: Param<Tensor<2>>,
    /// `[outputs]`.
    pub bias: Option<Param<Tensor<1>>>,
}

impl Linear {
    /// `[.., inputs]` to `[.., outputs]`.
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        fused::linear(x, self.weight.val(), self.bias.as_ref().map(Param::val))
    }
}
