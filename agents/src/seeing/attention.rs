//! Multi-head self-attention with one packed projection, as the published checkpoints have it.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor};

use crate::weights::{Fill, Init};

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

    /// `[batch, tokens, width] -> [batch, tokens, width]`. `bias` `[1, 1, tokens, tokens]` is added to
    /// the logits: minus infinity where a row may not look.
    #[must_use]
    pub fn forward(&self, x: Tensor<3>, bias: Option<Tensor<4>>) -> Tensor<3> {
        let [batch, tokens, width] = x.dims();
        let head = width / self.heads;
        let packed = self.in_proj.forward(x);
        let packed = packed.reshape([batch, tokens, 3 * self.heads, head]).swap_dims(1, 2);
        let part = |i: usize| packed.clone().narrow(1, i * self.heads, self.heads);
        // Scaling the queries touches fewer numbers than scaling the logits.
        let queries = part(0).mul_scalar((head as f64).powf(-0.5));
        let logits = queries.matmul(part(1).swap_dims(2, 3));
        let logits = match bias {
            Some(bias) => logits + bias,
            None => logits,
        };
        let mixed = softmax(logits, 3).matmul(part(2));
        self.out_proj.forward(mixed.swap_dims(1, 2).reshape([batch, tokens, width]))
    }
}

/// `[1, 1, tokens, tokens]`: zero on and below the diagonal, minus infinity above it.
pub(super) fn causal(tokens: usize, device: &Device) -> Tensor<4> {
    let later = Tensor::<2, burn::tensor::Bool>::tril_mask([tokens, tokens], 0, device);
    Tensor::zeros([tokens, tokens], device).mask_fill(later, f32::NEG_INFINITY).unsqueeze()
}
