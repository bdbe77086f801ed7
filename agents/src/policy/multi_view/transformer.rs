//! The multi-view transformer of one stage: three pictures, proprioception and a sentence become
//! three maps of features.

use burn::module::{Module, Param};
use burn::nn::LayerNorm;
use burn::tensor::Tensor;

use super::colour::{self, Colours, Marked};
use super::dropout::Dropout;
use super::group_norm::{GroupNorm, Preprocess, leaky_relu};
use super::state::{self, StateEncoder};
use super::stem::{SCALES, Stem};
use crate::nn::fused::{Gelu, attend_packed, gated, layer_norm, linear};
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::views::axes::VIEWS;
use crate::policy::views::render::CHANNELS;
use crate::presets;

/// Added to the variance of the layers' norms (PyTorch's default, RVT).
const EPSILON: f64 = 1e-5;

/// Patches to channels: a convolution whose kernel and stride are one patch.
#[derive(Module, Debug)]
pub struct Patchify {
    /// `[c, 10, patch, patch]`.
    pub weight: Param<Tensor<4>>,
    /// `[c]`.
    pub bias: Param<Tensor<1>>,
    /// Over the channels and patches of each view.
    pub norm: GroupNorm,
}

impl Patchify {
    fn new(init: &Init, channels: usize, patch: usize) -> Self {
        let fill = Fill::torch(CHANNELS * patch * patch);
        Self {
            weight: init.param("weight", [channels, CHANNELS, patch, patch], fill),
            bias: init.param("bias", [channels], fill),
            norm: GroupNorm::new(&init.at("norm"), channels),
        }
    }

    /// `[b, 3 * area, 10 * patch * patch]` to `[b, 3 * area, c]`.
    fn forward(&self, images: Tensor<3>) -> Tensor<3> {
        let [b, patches, values] = images.dims();
        let channels = self.bias.val().dims()[0];
        let weight = self.weight.val().reshape([channels, values]).transpose();
        let x = linear(images.reshape([b * patches, values]), weight, Some(self.bias.val()));
        let x = self.norm.forward(x.reshape([b * VIEWS, patches / VIEWS, channels]));
        leaky_relu(x).reshape([b, patches, channels])
    }
}

/// One layer: attention without biases on query, key and value, then a GEGLU feed-forward.
#[derive(Module, Debug)]
pub struct Layer {
    /// Before the attention, `[width]`.
    pub attn_norm: LayerNorm,
    /// `[width, heads * head]`.
    pub to_q: Linear,
    /// `[width, 2 * heads * head]`.
    pub to_kv: Linear,
    /// `[heads * head, width]` and bias.
    pub to_out: Linear,
    /// Before the feed-forward, `[width]`.
    pub ff_norm: LayerNorm,
    /// Values, then gates: `[width, 2 * geglu * width]` and bias.
    pub ff_in: Linear,
    /// `[geglu * width, width]` and bias.
    pub ff_out: Linear,
    heads: usize,
}

impl Layer {
    fn new(init: &Init, shape: &presets::Policy) -> Self {
        let (width, inner) = (shape.width, shape.heads * shape.head);
        let hidden = shape.geglu * width;
        let (fill, out) = (Fill::torch(width), Fill::torch(inner));
        Self {
            attn_norm: init.layer_norm(width, EPSILON),
            to_q: init.linear("to_q", [width, inner], fill, None),
            to_kv: init.linear("to_kv", [width, 2 * inner], fill, None),
            to_out: init.linear("to_out", [inner, width], out, Some(out)),
            ff_norm: init.layer_norm(width, EPSILON),
            ff_in: init.linear("ff_in", [width, 2 * hidden], fill, Some(fill)),
            ff_out: {
                let fill = Fill::torch(hidden);
                init.linear("ff_out", [hidden, width], fill, Some(fill))
            },
            heads: shape.heads,
        }
    }

    /// `[n, tokens, width]` to the same shape.
    fn forward(&self, x: Tensor<3>, dropout: Option<Dropout>, layer: &str) -> Tensor<3> {
        let seen = layer_norm(&self.attn_norm, EPSILON, x.clone());
        // One product for queries, keys and values.
        let weight = Tensor::cat(vec![self.to_q.weight.val(), self.to_kv.weight.val()], 1);
        let packed = linear(seen, weight, None);
        let branch = self.to_out.forward(attend_packed(packed, self.heads, None));
        let x = x + Dropout::apply(dropout, branch, &format!("{layer}.attn"));
        let packed = self.ff_in.forward(layer_norm(&self.ff_norm, EPSILON, x.clone()));
        let branch = self.ff_out.forward(gated::<Gelu>(packed));
        x + Dropout::apply(dropout, branch, &format!("{layer}.ff"))
    }
}

/// What the transformer makes of its pictures.
#[derive(Clone, Debug)]
pub struct ViewFeatures {
    /// Features of every patch of every view, `[b * 3, area, 2 * c]`.
    pub map: Tensor<3>,
    /// The same before the last projection, `[b, 3 * area, width]`.
    pub stream: Tensor<3>,
    /// The stem's features of the pictures at half resolution, where there is a stem:
    /// `[b * 3 * (side / 2)^2, 16]`.
    pub positions: Option<Tensor<2>>,
    /// What the colours of pixels add to the logits of the heat maps, where they are marked:
    /// `[b * 3, area * patch * patch]`.
    pub colour_logits: Option<Tensor<2>>,
}

/// The transformer of one stage (MVT of RVT, RVT-2 and ARP).
#[derive(Module, Debug)]
pub struct MultiView {
    /// Learned positions of the patches, `[1, 3 * area, 2 * c]`, first normal with deviation 1.
    pub pos_encoding: Param<Tensor<3>>,
    /// Pictures to `c` channels.
    pub patchify: Patchify,
    /// Pictures to positions, and to what is added to their tokens, where the preset has it.
    pub stem: Option<Stem>,
    /// Proprioception to `c` channels.
    pub proprio_preprocess: Preprocess,
    /// Words to `2 * c` channels.
    pub lang_preprocess: Preprocess,
    /// `[2 * c, width]` and bias.
    pub fc_bef_attn: Linear,
    /// The robot's state to `width` channels of every patch, where the preset reads it.
    pub state: Option<StateEncoder>,
    /// Marks of pixels by their colour, where the preset has them.
    pub colours: Option<Colours>,
    /// The state's hidden numbers to scales and shifts of the stem's channels, first 0: `[hidden, 64]` and bias.
    pub film: Option<Linear>,
    /// The first half looks inside each view, the second at all views and the sentence.
    pub layers: Vec<Layer>,
    /// `[width, 2 * c]` and bias.
    pub fc_aft_attn: Linear,
}

impl MultiView {
    /// Of the preset's shape.
    pub fn new(init: &Init, shape: &presets::Policy) -> Self {
        let (c, area) = (shape.channels, shape.grid() * shape.grid());
        let (before, after) = (Fill::torch(2 * c), Fill::torch(shape.width));
        let has = shape.extensions;
        let hidden = state::hidden(shape);
        let layers = (0..shape.depth).map(|i| Layer::new(&init.at("layers").at(i), shape));
        Self {
            pos_encoding: init.param("pos_encoding", [1, VIEWS * area, 2 * c], Fill::Normal(1.0)),
            patchify: Patchify::new(&init.at("patchify"), c, shape.patch),
            stem: has.stem.then(|| {
                Stem::new(&init.at("stem"), shape.patch, colour::channels(has), shape.width)
            }),
            proprio_preprocess: Preprocess::new(&init.at("proprio_preprocess"), shape.proprio(), c),
            lang_preprocess: Preprocess::new(
                &init.at("lang_preprocess"),
                shape.language.width(),
                2 * c,
            ),
            fc_bef_attn: init.linear("fc_bef_attn", [2 * c, shape.width], before, Some(before)),
            state: has.state.then(|| StateEncoder::new(&init.at("state"), shape, shape.width)),
            colours: has.marks_colours().then(|| Colours::new(&init.at("colours"), hidden)),
            film: has
                .modulates_stem()
                .then(|| init.linear("film", [hidden, SCALES], Fill::ZEROS, Some(Fill::ZEROS))),
            layers: layers.collect(),
            fc_aft_attn: init.linear("fc_aft_attn", [shape.width, 2 * c], after, Some(after)),
        }
    }

    /// `images` `[b, 3 * area, 10 * patch * patch]`, `proprio` `[b, 3|4]`, `words`
    /// `[b, context, language width]`, `state` `[b, 43]` where the preset reads it. `stage` names the layers
    /// for dropout.
    ///
    /// # Panics
    /// Without a state where one is read.
    pub fn forward(
        &self,
        images: Tensor<3>,
        proprio: Tensor<2>,
        words: Tensor<3>,
        state: Option<Tensor<2>>,
        dropout: Option<Dropout>,
        stage: &str,
    ) -> ViewFeatures {
        let [b, patches, _] = images.dims();
        let hidden = self.state.as_ref().map(|encoder| {
            let state = state.expect("a policy that reads the state is given it");
            encoder.hidden(state, words.clone())
        });
        let film = self.film.as_ref().zip(hidden.clone());
        let scales = film.map(|(film, hidden)| film.forward(hidden));
        let colours = self.colours.as_ref().zip(hidden.clone());
        let marked = colours.map(|(colours, hidden)| colours.forward(hidden, &images));
        let stem = self.stem.as_ref().map(|stem| {
            let shown = match &marked {
                Some(Marked { channels, .. }) => with_channels(&images, channels.clone()),
                None => images.clone(),
            };
            stem.forward(shown, scales)
        });
        let picture = self.patchify.forward(images);
        let body = self.proprio_preprocess.forward(proprio.unsqueeze_dim(1));
        let body = body.expand([b as i64, patches as i64, -1]);
        let x = Tensor::cat(vec![picture, body], 2) + self.pos_encoding.val();
        let mut x = self.fc_bef_attn.forward(x);
        let mut positions = None;
        if let Some(stem) = stem {
            x = x + stem.tokens;
            positions = Some(stem.positions);
        }
        if let Some((encoder, hidden)) = self.state.as_ref().zip(hidden) {
            x = x + encoder.tokens(hidden);
        }
        let words = self.fc_bef_attn.forward(self.lang_preprocess.forward(words));
        let (context, width) = (words.dims()[1], x.dims()[2]);

        let (inside, across) = self.layers.split_at(self.layers.len() / 2);
        let mut x = x.reshape([b * VIEWS, patches / VIEWS, width]);
        for (index, layer) in inside.iter().enumerate() {
            x = layer.forward(x, dropout, &format!("{stage}.{index}"));
        }
        let mut x = Tensor::cat(vec![words, x.reshape([b, patches, width])], 1);
        for (index, layer) in across.iter().enumerate() {
            x = layer.forward(x, dropout, &format!("{stage}.{}", inside.len() + index));
        }
        let stream = x.narrow(1, context, patches);
        let map = self.fc_aft_attn.forward(stream.clone());
        let channels = map.dims()[2];
        let map = map.reshape([b * VIEWS, patches / VIEWS, channels]);
        ViewFeatures { map, stream, positions, colour_logits: marked.map(|marked| marked.logits) }
    }
}

/// Pictures `[b, 3 * area, 10 * patch * patch]` with more channels `[b, 3 * area, n, patch * patch]`.
fn with_channels(images: &Tensor<3>, more: Tensor<4>) -> Tensor<3> {
    let [b, patches, values] = images.dims();
    let [_, _, count, plane] = more.dims();
    let more = more.reshape([b, patches, count * plane]);
    debug_assert_eq!(values, CHANNELS * plane);
    Tensor::cat(vec![images.clone(), more], 2)
}
