//! The video tower: attention over all patches of all frames at once.

use burn::module::{Module, Param};
use burn::nn::LayerNorm;
use burn::tensor::{Int, Tensor, TensorData};

use crate::nn::fused::layer_norm;
use crate::nn::transformer::{EPSILON, Transformer};
use crate::nn::weights::{Fill, Init, Noise};
use crate::presets;

/// Joint space-time ViT. Fields carry the published names and shapes.
#[derive(Module, Debug)]
pub struct VideoTower {
    /// `[width]`.
    class_embedding: Param<Tensor<1>>,
    /// `[grid^2 + 1, width]`; row 0 belongs to the class token.
    positional_embedding: Param<Tensor<2>>,
    /// `[1, frames, width]`.
    temporal_positional_embedding: Param<Tensor<3>>,
    /// `[width, shared]`.
    proj: Param<Tensor<2>>,
    conv1: PatchEmbedding,
    ln_pre: LayerNorm,
    transformer: Transformer,
    ln_post: LayerNorm,
}

/// The weight of the patch embedding; one matrix product after the patches are cut out on the host.
#[derive(Module, Debug)]
pub struct PatchEmbedding {
    /// `[width, 3, 1, patch, patch]`.
    weight: Param<Tensor<5>>,
}

/// What the tower makes of a batch of clips.
#[derive(Clone, Debug)]
pub struct Features {
    /// Class token after the last norm, `[batch, width]`.
    pub class: Tensor<2>,
    /// Patch tokens after the last norm, `[batch, kept, width]`.
    pub patches: Tensor<3>,
    /// Class token after each block, before the last norm, `[batch, width]`.
    pub blocks: Vec<Tensor<2>>,
}

impl VideoTower {
    pub(crate) fn new(init: &Init, shape: &presets::Video) -> Self {
        let tower = shape.video;
        let (width, grid, patch) = (tower.width, shape.grid(), shape.patch);
        // CLIP draws class vector, positions and projection with `width^-1/2`.
        let scale = Fill::Normal((width as f64).powf(-0.5));
        let cut = [width, 3, 1, patch, patch];
        Self {
            class_embedding: init.param("class_embedding", [width], scale),
            positional_embedding: init.param(
                "positional_embedding",
                [grid * grid + 1, width],
                scale,
            ),
            temporal_positional_embedding: init.param(
                "temporal_positional_embedding",
                [1, shape.frames, width],
                Fill::ZEROS,
            ),
            proj: init.param("proj", [width, shape.shared], scale),
            conv1: PatchEmbedding {
                weight: init.at("conv1").param("weight", cut, Fill::torch(3 * patch * patch)),
            },
            ln_pre: init.layer_norm(width, EPSILON),
            transformer: Transformer::new(&init.at("transformer"), tower, shape.drop_path),
            ln_post: init.layer_norm(width, EPSILON),
        }
    }

    /// Sees clips whose patches are cut out already.
    ///
    /// `patches` is `[batch, tokens, 3 * patch * patch]`, normalised, each row in the order (channel,
    /// row, column), rows in the order `position * frames + frame`. With `kept`, `tokens` indices for
    /// each clip, row `j` is patch `kept[j]`; without it every patch is there. A single picture has as
    /// many patches as the grid and gets the mean of the temporal table.
    ///
    /// # Panics
    ///
    /// When the number of patches does not fit the tower.
    #[must_use]
    pub fn forward(
        &self,
        patches: Tensor<3>,
        kept: Option<&[Vec<u32>]>,
        noise: Option<&Noise>,
    ) -> Features {
        let weight = self.conv1.weight.val();
        let [width, channels, _, side, _] = weight.dims();
        let [batch, tokens, _] = patches.dims();
        let weight = weight.reshape([width, channels * side * side]).transpose();
        let embedded = patches.matmul(weight.unsqueeze());
        let table = self.positions(tokens, kept.is_some());
        let x = match kept {
            None => embedded + table.unsqueeze(),
            Some(kept) => {
                let rows: Vec<i32> = kept.iter().flatten().map(|&row| row as i32).collect();
                let rows = TensorData::new(rows, [batch * tokens]);
                let rows = Tensor::<1, Int>::from_data(rows, &embedded.device());
                embedded + table.select(0, rows).reshape([batch, tokens, width])
            }
        };
        let position = self.positional_embedding.val().narrow(0, 0, 1);
        let class = self.class_embedding.val().unsqueeze::<2>() + position;
        let class = class.unsqueeze::<3>().expand([batch, 1, width]);
        let x = layer_norm(&self.ln_pre, EPSILON, Tensor::cat(vec![class, x], 1));
        let states = self.transformer.states(x, None, noise);
        let class = |x: &Tensor<3>| x.clone().narrow(1, 0, 1).reshape([batch, width]);
        let x = layer_norm(&self.ln_post, EPSILON, states[states.len() - 1].clone());
        Features {
            class: class(&x),
            blocks: states[1..].iter().map(class).collect(),
            patches: x.narrow(1, 1, tokens),
        }
    }

    /// The clip embedding `[batch, shared]` of a class token `[batch, width]`.
    #[must_use]
    pub fn project(&self, class: Tensor<2>) -> Tensor<2> {
        class.matmul(self.proj.val())
    }

    /// `[grid^2 * frames, width]`: spatial plus temporal row, for row `position * frames + frame`.
    fn positions(&self, tokens: usize, masked: bool) -> Tensor<2> {
        let [_, frames, width] = self.temporal_positional_embedding.dims();
        let [rows, _] = self.positional_embedding.dims();
        let space = self.positional_embedding.val().narrow(0, 1, rows - 1);
        let mut time = self.temporal_positional_embedding.val();
        if !masked && frames > 1 && tokens == rows - 1 {
            time = time.mean_dim(1);
        }
        let [_, frames, _] = time.dims();
        (space.reshape([rows - 1, 1, width]) + time).reshape([(rows - 1) * frames, width])
    }
}
