//! Pre-norm transformer blocks with quick-GELU.

use burn::module::Module;
use burn::nn::{LayerNorm, Linear};
use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;

use super::attention::Attention;
use crate::preset::Tower;
use crate::weights::{Fill, Init, Noise};

/// What PyTorch adds to the variance unless told otherwise.
pub(super) const EPSILON: f64 = 1e-5;

/// `x * sigmoid(1.702 x)`, CLIP's stand-in for GELU.
fn quick_gelu(x: Tensor<3>) -> Tensor<3> {
    x.clone() * sigmoid(x.mul_scalar(1.702))
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
        self.c_proj.forward(quick_gelu(self.c_fc.forward(x)))
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

    fn forward(&self, x: Tensor<3>, bias: Option<Tensor<4>>, path: &DropPath<'_>) -> Tensor<3> {
        let heard = self.attn.forward(self.ln_1.forward(x.clone()), bias);
        let x = x + path.apply(heard, "attention");
        let thought = self.mlp.forward(self.ln_2.forward(x.clone()));
        x + path.apply(thought, "feed-forward")
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
        bias: Option<Tensor<4>>,
        noise: Option<&Noise>,
    ) -> Tensor<3> {
        let last = self.resblocks.len().saturating_sub(1).max(1);
        self.resblocks.iter().enumerate().fold(x, |x, (block, one)| {
            let rate = self.drop_path * block as f64 / last as f64;
            one.forward(x, bias.clone(), &DropPath { noise, rate, block })
        })
    }
}
