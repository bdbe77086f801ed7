//! The video tower: attention over all patches of all frames at once.

use burn::module::{Module, Param};
use burn::nn::LayerNorm;
use burn::tensor::Tensor;

use super::cost;
use crate::nn::cost::ProductList;
use crate::nn::fused::layer_norm;
use crate::nn::transformer::{EPSILON, Transformer};
use crate::nn::weights::{Fill, Init, Noise};
use crate::presets;
use crate::video::family::{Features, UnmaskedPatches, VideoFamily};
use crate::video::masking::{STREAM, subset};
use crate::video::patches::{PatchEmbedding, rows};

/// Joint space-time ViT. Fields carry the published names and shapes.
#[derive(Module, Debug)]
pub struct ViClip {
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

impl VideoFamily for ViClip {
    const NAME: &'static str = "viclip";

    fn new(init: &Init, shape: &presets::Video) -> Self {
        let tower = shape.video;
        let (width, grid) = (tower.width, shape.grid());
        // CLIP draws class vector, positions and projection with `width^-1/2`.
        let scale = Fill::Normal((width as f64).powf(-0.5));
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
            conv1: PatchEmbedding::new(&init.at("conv1"), width, shape.patch),
            ln_pre: init.layer_norm(width, EPSILON),
            transformer: Transformer::new(&init.at("transformer"), tower, shape.drop_path),
            ln_post: init.layer_norm(width, EPSILON),
        }
    }

    /// A uniformly random subset of all patches in ascending order, `floor(rate * patches)` fewer than there
    /// are.
    fn unmasked_patches(shape: &presets::Video, batch: usize, noise: &Noise) -> UnmaskedPatches {
        let (patches, stay) = (shape.patches(), shape.trained_tokens() - 1);
        let clip = |clip: usize| subset(patches, stay, &mut noise.stream(clip, STREAM));
        (stay < patches).then(|| (0..batch).map(clip).collect())
    }

    /// A single picture has as many patches as the grid and gets the mean of the temporal table.
    fn forward(
        &self,
        patches: Tensor<3>,
        unmasked: Option<&[Vec<u32>]>,
        noise: Option<&Noise>,
    ) -> Features {
        let [batch, tokens, _] = patches.dims();
        let embedded = self.conv1.forward(patches);
        let [_, _, width] = embedded.dims();
        let table = self.positions(tokens, unmasked.is_some());
        let x = match unmasked {
            None => embedded + table.unsqueeze(),
            Some(unmasked) => {
                let rows = rows(unmasked.iter().flatten().copied(), &embedded.device());
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
        let last = class(&x);
        Features {
            embedding: last.clone().matmul(self.proj.val()),
            class: last,
            blocks: states[1..].iter().map(class).collect(),
            patches: x.narrow(1, 1, tokens),
        }
    }

    fn parameters(shape: &presets::Video) -> usize {
        cost::parameters(shape)
    }

    fn multiply_adds(shape: &presets::Video) -> usize {
        cost::multiply_adds(shape, shape.trained_tokens())
    }

    fn products(shape: &presets::Video, batch: usize, list: &mut ProductList) {
        cost::products(shape, batch, list);
    }
}

impl ViClip {
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
