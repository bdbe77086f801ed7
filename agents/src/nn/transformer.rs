//! Pre-norm transformer blocks with quick-GELU, and multi-head self-attention with one packed projection, as the
//! published checkpoints have it.

use burn::module::Module;
use burn::nn::LayerNorm;
use burn::tensor::{Device, Tensor};

use crate::nn::fused::{QuickGelu, activate, attend_packed, layer_norm};
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init, Noise};
use crate::presets::Tower;

/// What PyTorch adds to the variance unless told otherwise.
pub(crate) const EPSILON: f64 = 1e-5;

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
pub(crate) fn causal(tokens: usize, device: &Device) -> Tensor<2> {
    let later = Tensor::<2, burn::tensor::Bool>::tril_mask([tokens, tokens], 0, device);
    Tensor::zeros([tokens, tokens], device).mask_fill(later, f32::NEG_INFINITY)
}

/// Feed-forward of four times the width.
#[derive(Module, Debug)]
pub struct Mlp {
    c_fc: Linear,
    c_proj: Linear,
}

impl Mlp {
    fn new(init: &Init, width: usize, depth: usize) -> Self {
        let spread = (2.0 * width as f64).powf(-0.5);
        let out = (width as f64).powf(-0.5) * (2.0 * depth as f64).powf(-0.5);
        let zeros = Some(Fill::ZEROS);
        Self {
            c_fc: init.linear("c_fc", [width, 4 * width], Fill::Normal(spread), zeros),
            c_proj: init.linear("c_proj", [4 * width, width], Fill::Normal(out), zeros),
        }
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.c_proj.forward(activate::<QuickGelu, 3>(self.c_fc.forward(x)))
    }
}

/// `x += attention(norm(x)); x += feed_forward(norm(x))`.
#[derive(Module, Debug)]
pub struct Block {
    attn: Attention,
    ln_1: LayerNorm,
    mlp: Mlp,
    ln_2: LayerNorm,
}

impl Block {
    fn new(init: &Init, shape: Tower) -> Self {
        Self {
            attn: Attention::new(&init.at("attn"), shape.width, shape.heads, shape.depth),
            ln_1: init.layer_norm(shape.width, EPSILON),
            mlp: Mlp::new(&init.at("mlp"), shape.width, shape.depth),
            ln_2: init.layer_norm(shape.width, EPSILON),
        }
    }

    fn forward(&self, x: Tensor<3>, bias: Option<Tensor<2>>, path: &DropPath<'_>) -> Tensor<3> {
        let attended = self.attn.forward(layer_norm(&self.ln_1, EPSILON, x.clone()), bias);
        let x = x + path.apply(attended, "attention");
        let transformed = self.mlp.forward(layer_norm(&self.ln_2, EPSILON, x.clone()));
        x + path.apply(transformed, "feed-forward")
    }
}

/// Whether and how often a residual branch is skipped while training.
struct DropPath<'a> {
    noise: Option<&'a Noise>,
    rate: f64,
    block: usize,
}

impl DropPath<'_> {
    fn apply(&self, branch: Tensor<3>, name: &str) -> Tensor<3> {
        match self.noise {
            Some(noise) if self.rate > 0.0 => {
                let purpose = format!("drop path {} {name}", self.block);
                let [batch, ..] = branch.dims();
                let mask = noise.drop_path(batch, self.rate, &purpose, &branch.device());
                branch * mask
            }
            _ => branch,
        }
    }
}

/// A stack of blocks.
#[derive(Module, Debug)]
pub struct Transformer {
    resblocks: Vec<Block>,
    drop_path: f64,
}

impl Transformer {
    /// `drop_path` is the rate at the last block; it rises linearly from 0 at the first.
    pub(crate) fn new(init: &Init, shape: Tower, drop_path: f64) -> Self {
        let blocks = init.at("resblocks");
        let resblocks = (0..shape.depth).map(|i| Block::new(&blocks.at(i), shape)).collect();
        Self { resblocks, drop_path }
    }

    /// `[batch, tokens, width] -> [batch, tokens, width]`; `bias` as in [`Attention::forward`].
    /// Without `noise` nothing is dropped.
    #[must_use]
    pub fn forward(
        &self,
        x: Tensor<3>,
        bias: Option<Tensor<2>>,
        noise: Option<&Noise>,
    ) -> Tensor<3> {
        self.states(x, bias, noise).pop().expect("the input at least")
    }

    /// The input and what every block makes of it, `depth + 1` states; arguments as in
    /// [`Self::forward`].
    pub(crate) fn states(
        &self,
        x: Tensor<3>,
        bias: Option<Tensor<2>>,
        noise: Option<&Noise>,
    ) -> Vec<Tensor<3>> {
        let last = self.resblocks.len().saturating_sub(1).max(1);
        let mut states = vec![x];
        for (block, one) in self.resblocks.iter().enumerate() {
            let rate = self.drop_path * block as f64 / last as f64;
            let x = states[block].clone();
            states.push(one.forward(x, bias.clone(), &DropPath { noise, rate, block }));
        }
        states
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(drop_path: f64, noise: Option<&Noise>) -> Vec<Vec<f32>> {
        let shape = Tower { width: 8, depth: 2, heads: 2 };
        let transformer = Transformer::new(&Init::new(1, &Device::flex()), shape, drop_path);
        let x = Init::new(2, &Device::flex()).param("x", [64, 3, 8], Fill::Normal(1.0)).val();
        let y = transformer.forward(x, None, noise).into_data().try_to_vec::<f32>().unwrap();
        y.chunks(3 * 8).map(<[f32]>::to_vec).collect()
    }

    #[test]
    fn branches_are_dropped_only_while_training_and_only_for_some_samples() {
        let noise = Noise::new(4, 5);
        let whole = outputs(0.5, None);
        assert_eq!(whole, outputs(0.0, Some(&noise)));
        let dropped = outputs(0.5, Some(&noise));
        assert_eq!(dropped, outputs(0.5, Some(&noise)));
        // The first block never drops. Of the second, a quarter of the samples lose both branches
        // and end where a stack without it would.
        let shape = Tower { width: 8, depth: 2, heads: 2 };
        let mut first = Transformer::new(&Init::new(1, &Device::flex()), shape, 0.5);
        first.resblocks.truncate(1);
        let x = Init::new(2, &Device::flex()).param("x", [64, 3, 8], Fill::Normal(1.0)).val();
        let first: Vec<f32> = first.forward(x, None, None).into_data().try_to_vec().unwrap();
        let lost = dropped.iter().zip(first.chunks(3 * 8)).filter(|(a, b)| a[..] == **b).count();
        // Binomial(64, 1/4): standard deviation 3.5.
        assert!((5..28).contains(&lost), "{lost}");
    }
}
