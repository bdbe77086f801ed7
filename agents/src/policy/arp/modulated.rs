//! The block that turns one view's features into a kernel: a single token, modulated by what
//! cross-attention finds (AdaLN-Zero).

use burn::module::Module;
use burn::nn::LayerNorm;
use burn::tensor::{Tensor, activation};

use crate::nn::fused::{attend, layer_norm};
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::multi_view::block::{EPSILON, Mlp, SelfAttention};
use crate::policy::multi_view::dropout::Dropout;

/// Cross-attention from tokens to a view.
#[derive(Module, Debug)]
pub struct CrossAttention {
    /// `[width, width]` and bias.
    pub q_attn: Linear,
    /// Key and value: `[width, 2 * width]` and bias.
    pub kv_attn: Linear,
    /// `[width, width]` and bias.
    pub c_proj: Linear,
    heads: usize,
}

impl CrossAttention {
    fn new(init: &Init, width: usize, heads: usize) -> Self {
        let fill = Fill::torch(width);
        Self {
            q_attn: init.linear("q_attn", [width, width], fill, Some(fill)),
            kv_attn: init.linear("kv_attn", [width, 2 * width], fill, Some(fill)),
            c_proj: init.linear("c_proj", [width, width], fill, Some(fill)),
            heads,
        }
    }

    /// `query` `[n, a, width]` reads `seen` `[n, b, width]`; gives `[n, a, width]`.
    fn forward(&self, query: Tensor<3>, seen: Tensor<3>) -> Tensor<3> {
        let seen = self.kv_attn.forward(seen);
        self.c_proj.forward(attend(self.q_attn.forward(query), seen, self.heads))
    }
}

/// A block whose LayerNorms are shifted, scaled and gated by what its tokens see. What they see never
/// enters the stream itself, and at first the gates are shut: the block is the identity.
#[derive(Module, Debug)]
pub struct Modulated {
    /// Self-attention over the tokens.
    pub attn: SelfAttention,
    /// Cross-attention to the view.
    pub cond_attn: CrossAttention,
    /// Before the cross-attention, `[width]`.
    pub norm_cond: LayerNorm,
    /// Shift, scale, gate of the attention, then of the feed-forward: `[width, 6 * width]` and bias,
    /// first 0.
    pub modulation: Linear,
    /// Feed-forward.
    pub mlp: Mlp,
    extra_norm: bool,
}

impl Modulated {
    /// `heads` divides `width`; `extra_norm` (ARP, not ARP+) normalises what was seen before it
    /// modulates.
    pub fn new(init: &Init, width: usize, heads: usize, extra_norm: bool) -> Self {
        let zero = Fill::ZEROS;
        Self {
            attn: SelfAttention::new(&init.at("attn"), width, heads),
            cond_attn: CrossAttention::new(&init.at("cond_attn"), width, heads),
            norm_cond: init.layer_norm(width, EPSILON),
            modulation: init.linear("modulation", [width, 6 * width], zero, Some(zero)),
            mlp: Mlp::new(&init.at("mlp"), width),
            extra_norm,
        }
    }

    /// `x` `[n, tokens, width]` sees `seen` `[n, places, width]`; gives `[n, tokens, width]`.
    pub fn forward(
        &self,
        x: Tensor<3>,
        seen: Tensor<3>,
        dropout: Option<Dropout>,
        layer: &str,
    ) -> Tensor<3> {
        let width = x.dims()[2];
        let found = self.cond_attn.forward(layer_norm(&self.norm_cond, EPSILON, x.clone()), seen);
        let found = if self.extra_norm { plain_norm(found) } else { found };
        let packed = self.modulation.forward(activation::silu(found));
        let part = |index: usize| packed.clone().narrow(2, index * width, width);
        let modulated =
            |x: Tensor<3>, first: usize| plain_norm(x) * (part(first + 1) + 1.0) + part(first);
        let branch = self.attn.forward(modulated(x.clone(), 0), None);
        let x = x + part(2) * Dropout::apply(dropout, branch, &format!("{layer}.attn"));
        let branch = self.mlp.forward(modulated(x.clone(), 3));
        x + part(5) * Dropout::apply(dropout, branch, &format!("{layer}.mlp"))
    }
}

/// LayerNorm over the last axis without scale and shift.
fn plain_norm(x: Tensor<3>) -> Tensor<3> {
    let centred = x.clone() - x.mean_dim(2);
    let variance = (centred.clone() * centred.clone()).mean_dim(2);
    centred / (variance + EPSILON).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn blocks_are_the_identity_at_first() {
        let device = Device::flex();
        let init = Init::new(1, &device);
        for extra in [false, true] {
            let block = Modulated::new(&init, 16, 4, extra);
            let x = init.param("x", [3, 2, 16], Fill::Normal(1.0)).val();
            let seen = init.param("seen", [3, 9, 16], Fill::Normal(1.0)).val();
            let y = block.forward(x.clone(), seen, None, "");
            let difference: f32 = (x - y).abs().max().into_scalar();
            assert_eq!(difference, 0.0);
        }
    }
}
