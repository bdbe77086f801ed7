//! Maps from the taps into the shared space.

use burn::module::Module;
use burn::nn::LayerNorm;
use burn::tensor::Tensor;
use burn::tensor::activation::gelu;

use super::settings::Projection;
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};

/// Width between the two layers (SimCLR's projector).
const HIDDEN: usize = 2048;

/// `[batch, tap] -> [batch, latent]`: linear, or linear, norm where asked for, GELU, linear.
#[derive(Module, Debug)]
pub struct Projector {
    first: Option<Linear>,
    norm: Option<LayerNorm>,
    last: Linear,
}

impl Projector {
    pub(super) fn new(init: &Init, tap: usize, latent: usize, shape: Projection) -> Self {
        let linear = |field: &str, from: usize, to: usize| {
            init.linear(field, [from, to], Fill::xavier(from, to), Some(Fill::ZEROS))
        };
        let (first, norm) = match shape {
            Projection::Linear => (None, None),
            Projection::Mlp => (Some(linear("first", tap, HIDDEN)), None),
            Projection::MlpLn => {
                (Some(linear("first", tap, HIDDEN)), Some(init.layer_norm(HIDDEN, 1e-5)))
            }
        };
        let last = linear("last", if first.is_some() { HIDDEN } else { tap }, latent);
        Self { first, norm, last }
    }

    /// `[batch, tap] -> [batch, latent]`.
    #[must_use]
    pub fn forward(&self, tap: Tensor<2>) -> Tensor<2> {
        let Some(first) = &self.first else {
            return self.last.forward(tap);
        };
        let hidden = first.forward(tap);
        let hidden = match &self.norm {
            Some(norm) => norm.forward(hidden),
            None => hidden,
        };
        self.last.forward(gelu(hidden))
    }
}
