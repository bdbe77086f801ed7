//! The plain transformer block of the action transformer and of the language tower.

use burn::module::{Module, Param};
use burn::nn::LayerNorm;
use burn::tensor::Tensor;

use super::dropout::Dropout;
use crate::nn::fused::{TanhGelu, activate, attend_packed, layer_norm};
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};

/// Added to variances in the action transformer (ARP).
pub(crate) const EPSILON: f64 = 1e-6;
/// Hidden width of a feed-forward, in widths.
const WIDER: usize = 4;

/// Self-attention with one packed projection.
#[derive(Module, Debug)]
pub struct SelfAttention {
    /// Query, key, value: `[width, 3 * width]` and bias.
    pub c_attn: Linear,
    /// `[width, width]` and bias.
    pub c_proj: Linear,
    heads: usize,
}

impl SelfAttention {
    /// `heads` divides `width`.
    pub fn new(init: &Init, width: usize, heads: usize) -> Self {
        let fill = Fill::torch(width);
        Self {
            c_attn: init.linear("c_attn", [width, 3 * width], fill, Some(fill)),
            c_proj: init.linear("c_proj", [width, width], fill, Some(fill)),
            heads,
        }
    }

    /// `[n, tokens, width]` to the same shape; `mask` `[tokens, tokens]` is added to the scores.
    pub fn forward(&self, x: Tensor<3>, mask: Option<Tensor<2>>) -> Tensor<3> {
        self.c_proj.forward(attend_packed(self.c_attn.forward(x), self.heads, mask))
    }
}

/// Feed-forward with tanh-GELU, four times as wide inside.
#[derive(Module, Debug)]
pub struct Mlp {
    /// `[width, 4 * width]` and bias.
    pub fc1: Linear,
    /// `[4 * width, width]` and bias.
    pub fc2: Linear,
}

impl Mlp {
    /// For tokens of `width`.
    pub fn new(init: &Init, width: usize) -> Self {
        let hidden = WIDER * width;
        let (inner, outer) = (Fill::torch(width), Fill::torch(hidden));
        Self {
            fc1: init.linear("fc1", [width, hidden], inner, Some(inner)),
            fc2: init.linear("fc2", [hidden, width], outer, Some(outer)),
        }
    }

    /// `[n, tokens, width]` to the same shape.
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.fc2.forward(activate::<TanhGelu, 3>(self.fc1.forward(x)))
    }
}

/// `x += attention(LN(x)); x += mlp(LN(x))`.
#[derive(Module, Debug)]
pub struct Block {
    /// Before the attention, `[width]`.
    pub ln_attn: LayerNorm,
    /// Self-attention.
    pub attn: SelfAttention,
    /// Before the feed-forward, `[width]`.
    pub ln_mlp: LayerNorm,
    /// Feed-forward.
    pub mlp: Mlp,
}

impl Block {
    /// `heads` divides `width`.
    pub fn new(init: &Init, width: usize, heads: usize) -> Self {
        Self {
            ln_attn: init.layer_norm(width, EPSILON),
            attn: SelfAttention::new(&init.at("attn"), width, heads),
            ln_mlp: init.layer_norm(width, EPSILON),
            mlp: Mlp::new(&init.at("mlp"), width),
        }
    }

    /// `[n, tokens, width]` to the same shape; `mask` `[tokens, tokens]` is added to the scores.
    pub fn forward(
        &self,
        x: Tensor<3>,
        mask: Option<Tensor<2>>,
        dropout: Option<Dropout>,
        layer: &str,
    ) -> Tensor<3> {
        let branch = self.attn.forward(layer_norm(&self.ln_attn, EPSILON, x.clone()), mask);
        let x = x + Dropout::apply(dropout, branch, &format!("{layer}.attn"));
        let branch = self.mlp.forward(layer_norm(&self.ln_mlp, EPSILON, x.clone()));
        x + Dropout::apply(dropout, branch, &format!("{layer}.mlp"))
    }
}

/// A table of vectors that is learned: `[rows, width]`, first normal with deviation 0.02.
pub(crate) fn table(init: &Init, field: &str, rows: usize, width: usize) -> Param<Tensor<2>> {
    init.param(field, [rows, width], Fill::Normal(0.02))
}
