//! Multi-head self-attention with one packed projection, as the published checkpoints have it.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};

use crate::nn::fused::attend_packed;
use crate::nn::weights::{Fill, Init};

/// Scaled dot-product attention of a sequence to itself.
#[derive(Module, Debug)]
pub struct Attention {
    /// `[width, 3 width]`: columns for queries, then keys, then values.
    in_proj: Linear,
    /// `[width, width]`.
    out_proj: Linear,
    heads: usize,
}

impl Attention {
    /// Spreads follow CLIP's text model: `width^-1/2` going in, divided by `sqrt(2 depth)` coming out.
    pub(crate) fn new(init: &Init, width: usize, heads: usize, depth: usize) -> Self {
        let spread = (width as f64).powf(-0.5);
        let out = spread * (2.0 * depth as f64).powf(-0.5);
        let zeros = Some(Fill::ZEROS);
        Self {
            in_proj: init.linear("in_proj", [width, 3 * width], Fill::Normal(spread), zeros),
            out_proj: init.linear("out_proj", [width, width], Fill::Normal(out), zeros),
            heads,
        }
    }

    /// `[batch, tokens, width] -> [batch, tokens, width]`. `bias` `[tokens, tokens]` is added to
    /// the logits: minus infinity where a row may not look.
    #[must_use]
    pub fn forward(&self, x: Tensor<3>, bias: Option<Tensor<2>>) -> Tensor<3> {
        self.out_proj.forward(attend_packed(self.in_proj.forward(x), self.heads, bias))
    }
}

/// `[tokens, tokens]`: zero on and below the diagonal, minus infinity above it.
pub(super) fn causal(tokens: usize, device: &Device) -> Tensor<2> {
    let later = Tensor::<2, burn::tensor::Bool>::tril_mask([tokens, tokens], 0, device);
    Tensor::zeros([tokens, tokens], device).mask_fill(later, f32::NEG_INFINITY)
}
