//! The image tower, and the mean over time.

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

/// A ViT over single frames, CLIP's image tower; clips are the mean of their frames.
#[derive(Module, Debug)]
pub struct FrameMean {
    /// `[width]`.
    class_embedding: Param<Tensor<1>>,
    /// `[grid^2 + 1, width]`; row 0 belongs to the class token.
    positional_embedding: Param<Tensor<2>>,
    /// `[width, shared]`.
    proj: Param<Tensor<2>>,
    conv1: PatchEmbedding,
    ln_pre: LayerNorm,
    transformer: Transformer,
    ln_post: LayerNorm,
    /// Frames of a clip in training.
    frames: usize,
}

impl VideoFamily for FrameMean {
    const NAME: &'static str = "frames";

    fn new(init: &Init, shape: &presets::Video) -> Self {
        let tower = shape.video;
        let (width, grid) = (tower.width, shape.grid());
        // CLIP draws class vector, positions and projection with `width^-1/2`.
        let scale = Fill::Normal((width as f64).powf(-0.5));
        let positions = [grid * grid + 1, width];
        Self {
            class_embedding: init.param("class_embedding", [width], scale),
            positional_embedding: init.param("positional_embedding", positions, scale),
            proj: init.param("proj", [width, shape.shared], scale),
            conv1: PatchEmbedding::new(&init.at("conv1"), width, shape.patch),
            ln_pre: init.layer_norm(width, EPSILON),
            transformer: Transformer::new(&init.at("transformer"), tower, shape.drop_path),
            ln_post: init.layer_norm(width, EPSILON),
            frames: shape.frames,
        }
    }

    /// Of every frame equally many, drawn uniformly and apart from those of other frames: row
    /// `j * frames + frame` is the `j`-th that frame keeps.
    fn unmasked_patches(shape: &presets::Video, batch: usize, noise: &Noise) -> UnmaskedPatches {
        let (patches, stay) = (shape.grid() * shape.grid(), cost::unmasked(shape));
        let clip = |clip: usize| {
            let mut rng = noise.stream(clip, STREAM);
            let each = (0..shape.frames).map(|_| subset(patches, stay, &mut rng));
            let each: Vec<Vec<u32>> = each.collect();
            let row = |row: usize| {
                let (place, frame) = (row / shape.frames, row % shape.frames);
                each[frame][place] * shape.frames as u32 + frame as u32
            };
            (0..stay * shape.frames).map(row).collect()
        };
        (stay < patches).then(|| (0..batch).map(clip).collect())
    }

    fn forward(
        &self,
        patches: Tensor<3>,
        unmasked: Option<&[Vec<u32>]>,
        noise: Option<&Noise>,
    ) -> Features {
        let [places, width] = self.positional_embedding.dims();
        let places = places - 1;
        let [batch, tokens, _] = patches.dims();
        let frames = if unmasked.is_some() { self.frames } else { tokens / places };
        let each = tokens / frames;
        assert_eq!(tokens, frames * each, "equally many patches of every frame");
        let embedded = self.conv1.forward(patches);
        let table = self.positional_embedding.val().narrow(0, 1, places);
        let positions = match unmasked {
            None => {
                let table = table.reshape([1, places, 1, width]);
                table.expand([batch, places, frames, width]).reshape([batch, tokens, width])
            }
            Some(unmasked) => {
                let place = |&patch: &u32| patch / frames as u32;
                let rows = rows(unmasked.iter().flatten().map(place), &embedded.device());
                table.select(0, rows).reshape([batch, tokens, width])
            }
        };
        let x = (embedded + positions).reshape([batch, each, frames, width]);
        let x = x.swap_dims(1, 2).reshape([batch * frames, each, width]);
        let position = self.positional_embedding.val().narrow(0, 0, 1);
        let class = self.class_embedding.val().unsqueeze::<2>() + position;
        let class = class.unsqueeze::<3>().expand([batch * frames, 1, width]);
        let x = layer_norm(&self.ln_pre, EPSILON, Tensor::cat(vec![class, x], 1));
        let states = self.transformer.states(x, None, noise);
        let class = |x: &Tensor<3>| -> Tensor<2> {
            let frames = x.clone().narrow(1, 0, 1).reshape([batch, frames, width]);
            frames.mean_dim(1).squeeze_dim(1)
        };
        let x = layer_norm(&self.ln_post, EPSILON, states[states.len() - 1].clone());
        let mean = class(&x);
        Features {
            // The projection is linear: of the mean it is the mean of the frames' embeddings.
            embedding: mean.clone().matmul(self.proj.val()),
            class: mean,
            blocks: states[1..].iter().map(class).collect(),
            patches: x.narrow(1, 1, each).reshape([batch, tokens, width]),
        }
    }

    fn parameters(shape: &presets::Video) -> usize {
        cost::parameters(shape)
    }

    fn multiply_adds(shape: &presets::Video) -> usize {
        cost::multiply_adds(shape)
    }

    fn products(shape: &presets::Video, batch: usize, list: &mut ProductList) {
        cost::products(shape, batch, list);
    }
}
