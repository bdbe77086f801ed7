//! The action transformer: heat maps from one modulated token per view, then rotation, gripper and
//! collisions token by token (ARP's chunking causal transformer).

use burn::module::{Module, Param};
use burn::nn::LayerNorm;
use burn::tensor::{Int, Tensor, TensorData};

use super::extensions::crop::Crop;
use super::extensions::skip::Skip;
use super::extensions::yaw::Yaw;
use super::modulated::Modulated;
use super::sequence::{KINDS, Kind, Plan, Row};
use crate::nn::fused::layer_norm;
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::multi_view::block::{Block, EPSILON, table};
use crate::policy::multi_view::convex::Convex;
use crate::policy::multi_view::dropout::Dropout;
use crate::policy::multi_view::state::StateEncoder;
use crate::policy::multi_view::transformer::ViewFeatures;
use crate::policy::observation::rotation::BINS;
use crate::policy::preprocess::local::Local;
use crate::policy::two_stage::features;
use crate::policy::two_stage::network::Conditioning;
use crate::presets;

/// Rows of the table of positions (ARP).
const POSITIONS: usize = 17;
/// Largest number of tokens in a chunk (ARP).
const CHUNK: usize = 2;
/// What a masked score becomes before the softmax: its weight is exactly zero.
const HIDDEN: f32 = -1e9;

/// Embeddings of placeholders.
#[derive(Module, Debug)]
pub struct ChunkEmbedder {
    /// By place in the chunk, `[2, width]`.
    pub chunk_embed: Param<Tensor<2>>,
    /// By kind, `[8, width]`.
    pub token_type_embed: Param<Tensor<2>>,
}

/// What the transformer says about the discrete tokens of an action.
#[derive(Clone, Debug)]
pub struct TokenOutput {
    /// One `[b, classes]` for each predicted token, in order: 72 classes for rotations, 2 otherwise.
    pub logits: Vec<Tensor<2>>,
    /// Hidden states of the predicted tokens, `[b, tokens, width]`.
    pub hidden: Tensor<3>,
}

/// The action transformer. Tokens have `width = 2 * c` numbers.
#[derive(Module, Debug)]
pub struct ActionTransformer {
    /// Placeholders.
    pub chunk_embedder: ChunkEmbedder,
    /// Values of gripper tokens, `[2, width]`.
    pub grip_embed: Param<Tensor<2>>,
    /// Values of collision tokens, `[2, width]`.
    pub collision_embed: Param<Tensor<2>>,
    /// Up-samplers of the coarse and the fine stage.
    pub upsample: Vec<Convex>,
    /// Heads of the discrete tokens: three of `[width, 72]`, two of `[width, 2]`, with biases.
    pub predictors: Vec<Linear>,
    /// Positions in the sequence, `[17, width]`.
    pub pos_emb: Param<Tensor<2>>,
    /// After the last block, `[width]`.
    pub final_ln: LayerNorm,
    /// Blocks of the heat-map tokens.
    pub cross: Vec<Modulated>,
    /// Blocks of the discrete tokens.
    pub selfs: Vec<Block>,
    /// Pixels around the waypoint, where the preset reads them.
    pub crop: Option<Crop>,
    /// The robot's state, where the preset reads it.
    pub state: Option<StateEncoder>,
    /// Features of the coarse map at the waypoint to its prompts, where the preset reads them:
    /// `[width, width]` and bias.
    pub coarse_prompt: Option<Linear>,
    /// Scores of the angle about z on a ring, where the preset has them.
    pub yaw: Option<Yaw>,
    /// What heat maps of the coarse and the fine stage read of their stems; none without.
    pub skip: Vec<Skip>,
}

impl ActionTransformer {
    /// Of the preset's shape.
    pub fn new(init: &Init, shape: &presets::Policy) -> Self {
        let (width, heads) = (shape.action, shape.action_heads);
        let fill = Fill::torch(width);
        let embedder = init.at("chunk_embedder");
        let upsample = |i| {
            let init = init.at("upsample").at(i);
            Convex::new(&init, width, shape.upsampler_width(), shape.patch)
        };
        let cross = |i| Modulated::new(&init.at("cross").at(i), width, heads, shape.extra_norm());
        let has = shape.extensions;
        let skip = |i| Skip::new(&init.at("skip").at(i), width, shape.patch);
        let predictor = |(i, kind): (usize, &Kind)| {
            let classes = classes(*kind);
            init.at("predictors").linear(&i.to_string(), [width, classes], fill, Some(fill))
        };
        Self {
            chunk_embedder: ChunkEmbedder {
                chunk_embed: table(&embedder, "chunk_embed", CHUNK, width),
                token_type_embed: table(&embedder, "token_type_embed", KINDS, width),
            },
            grip_embed: table(init, "grip_embed", 2, width),
            collision_embed: table(init, "collision_embed", 2, width),
            upsample: (0..2).map(upsample).collect(),
            predictors: Kind::DISCRETE.iter().enumerate().map(predictor).collect(),
            pos_emb: table(init, "pos_emb", POSITIONS, width),
            final_ln: init.layer_norm(width, EPSILON),
            cross: (0..shape.cross).map(cross).collect(),
            selfs: (0..shape.selfs)
                .map(|i| Block::new(&init.at("selfs").at(i), width, heads))
                .collect(),
            crop: has.crop.then(|| Crop::new(&init.at("crop"), width)),
            state: has.state.then(|| StateEncoder::new(&init.at("state"), shape, width)),
            coarse_prompt: has
                .coarse
                .then(|| init.linear("coarse_prompt", [width, width], fill, Some(fill))),
            yaw: has.yaw.then(|| Yaw::new(&init.at("yaw"), width)),
            skip: if has.stem { (0..2).map(skip).collect() } else { Vec::new() },
        }
    }

    /// Heat maps of a stage (0 coarse, 1 fine) from its features, each of the `n = 3 * b` views by itself:
    /// logits `[n, area * patch * patch]`, pixels patch by patch.
    ///
    /// # Panics
    /// When the features lack the stem's positions that a policy with a stem reads.
    pub fn heat(&self, seen: &ViewFeatures, stage: usize, dropout: Option<Dropout>) -> Tensor<2> {
        let map = seen.map.clone();
        let [n, _, width] = map.dims();
        let kind = [Kind::Coarse, Kind::Fine][stage];
        let mut x = self.placeholders(&[(kind, 0, 0)]).expand([n, 1, width]);
        for (index, block) in self.cross.iter().enumerate() {
            x = block.forward(x, map.clone(), dropout, &format!("heat.{stage}.{index}"));
        }
        let map = map * layer_norm(&self.final_ln, EPSILON, x);
        let mut logits = self.upsample[stage].forward(map.clone());
        if let Some(marks) = &seen.colour_logits {
            logits = logits + marks.clone();
        }
        match self.skip.get(stage) {
            Some(skip) => {
                let positions = seen.positions.clone();
                let positions = positions.expect("a stage with a stem gives its positions");
                logits + skip.forward(positions, map)
            }
            None => logits,
        }
    }

    /// The features that the discrete tokens start from: the fine map of each view `[b * 3, area, width]` at
    /// the waypoint (`weights` of coarse and fine cells, `[b * 3, 1, area]`) with what the optional parts read
    /// there, of the coarse map, and of the robot's state; then its largest values. `[b, 6, width]`.
    ///
    /// # Panics
    /// When `local` or `conditioning` lacks what a part of this policy reads.
    pub fn prompts(
        &self,
        seen: [&ViewFeatures; 2],
        weights: [Tensor<3>; 2],
        local: &Local,
        conditioning: &Conditioning,
    ) -> Tensor<3> {
        let [coarse, fine] = seen.map(|seen| seen.map.clone());
        let [far, near] = weights;
        let mut waypoint = features::waypoint(fine.clone(), near);
        if let Some(crop) = &self.crop {
            waypoint = waypoint + crop.forward(local.crops());
        }
        if let Some(encoder) = &self.state {
            let state = conditioning.states[1].clone();
            let state = state.expect("a policy that reads the state is given it");
            let hidden = encoder.hidden(state, conditioning.words.clone());
            waypoint = waypoint + encoder.tokens(hidden);
        }
        if let Some(prompt) = &self.coarse_prompt {
            waypoint = waypoint + prompt.forward(features::waypoint(coarse, far));
        }
        Tensor::cat(vec![waypoint, features::largest(fine)], 1)
    }

    /// Features of the bins of the angle about z, `[b, 72, 48]`, where this policy reads a ring.
    ///
    /// # Panics
    /// When it does and `local` has none.
    pub fn bins(&self, local: &Local) -> Option<Tensor<3>> {
        self.yaw.as_ref().map(|yaw| yaw.bins(local.ring()))
    }

    /// All discrete tokens at once with the true ones shown to each other: `prompts`
    /// `[b, prompts, width]`, `bins` from [`ActionTransformer::bins`], `shown` `[b, tokens]`, the classes of the
    /// tokens that `plan` predicts.
    pub fn interleaved(
        &self,
        plan: &Plan,
        prompts: Tensor<3>,
        bins: Option<&Tensor<3>>,
        shown: Tensor<2, Int>,
        dropout: Option<Dropout>,
    ) -> TokenOutput {
        let values = self.values(plan, prompts, &shown, shown.dims()[1]);
        self.run(plan, values, bins, &plan.interleaved(), dropout)
    }

    /// The discrete tokens chunk by chunk, each from those before it. Gives the answers and the most
    /// probable classes, `[b, tokens]`. With `shown`, tokens are continued by those instead of the
    /// most probable ones: the slow form of [`ActionTransformer::interleaved`].
    pub fn chunk_by_chunk(
        &self,
        plan: &Plan,
        prompts: Tensor<3>,
        bins: Option<&Tensor<3>>,
        shown: Option<Tensor<2, Int>>,
    ) -> (TokenOutput, Tensor<2, Int>) {
        let (mut logits, mut hidden) = (Vec::new(), Vec::new());
        let mut chosen: Vec<Tensor<2, Int>> = Vec::new();
        for rows in plan.passes() {
            let known = rows.iter().filter(|row| matches!(row, Row::Given(_))).count();
            let tokens = known - plan.prompts();
            let values = match (&shown, tokens) {
                (_, 0) => prompts.clone(),
                (Some(shown), _) => self.values(plan, prompts.clone(), shown, tokens),
                (None, _) => {
                    let before = Tensor::cat(chosen.clone(), 1);
                    self.values(plan, prompts.clone(), &before, tokens)
                }
            };
            let answers = self.run(plan, values, bins, &rows, None);
            chosen.extend(answers.logits.iter().map(|logits| logits.clone().argmax(1)));
            logits.extend(answers.logits);
            hidden.push(answers.hidden);
        }
        (TokenOutput { logits, hidden: Tensor::cat(hidden, 1) }, Tensor::cat(chosen, 1))
    }

    /// Prompts and the first `count` tokens by their values, without positions.
    fn values(
        &self,
        plan: &Plan,
        prompts: Tensor<3>,
        ids: &Tensor<2, Int>,
        count: usize,
    ) -> Tensor<3> {
        let [b, _, width] = prompts.dims();
        let sinusoids = features::bins(width, &prompts.device());
        let mut parts = vec![prompts];
        for (index, kind) in plan.asked().take(count).enumerate() {
            let table = match kind {
                Kind::Grip => self.grip_embed.val(),
                Kind::Collision => self.collision_embed.val(),
                _ => sinusoids.clone(),
            };
            let ids = ids.clone().narrow(1, index, 1).reshape([b]);
            parts.push(table.select(0, ids).reshape([b, 1, width]));
        }
        Tensor::cat(parts, 1)
    }

    /// One pass over `rows`, given ones first: `values` `[b, given, width]`.
    fn run(
        &self,
        plan: &Plan,
        values: Tensor<3>,
        bins: Option<&Tensor<3>>,
        rows: &[Row],
        dropout: Option<Dropout>,
    ) -> TokenOutput {
        let [b, given, width] = values.dims();
        let asked: Vec<_> = rows[given..]
            .iter()
            .map(|row| match row {
                Row::Given(index) | Row::Asked(index) => plan.describe(*index),
            })
            .collect();
        let known = values + self.pos_emb.val().narrow(0, 0, given).unsqueeze_dim(0);
        let holders = self.placeholders(&asked).expand([b, asked.len(), width]);
        let mut x = Tensor::cat(vec![known, holders], 1);
        let weights: Vec<f32> = rows
            .iter()
            .flat_map(|&row| rows.iter().map(move |&other| (row, other)))
            .map(|(row, other)| if plan.sees(row, other) { 0.0 } else { HIDDEN })
            .collect();
        let shape = [rows.len(), rows.len()];
        let mask = Tensor::<2>::from_data(TensorData::new(weights, shape), &x.device());
        for (index, block) in self.selfs.iter().enumerate() {
            x = block.forward(x, Some(mask.clone()), dropout, &format!("action.{index}"));
        }
        let hidden = layer_norm(&self.final_ln, EPSILON, x.narrow(1, given, asked.len()));
        let logits = asked.iter().enumerate().map(|(index, &(kind, _, _))| {
            let state = hidden.clone().narrow(1, index, 1).reshape([b, width]);
            let head = &self.predictors[kind as usize - Kind::RotX as usize];
            let logits = head.forward(state.clone());
            match (kind, &self.yaw, bins) {
                (Kind::RotZ, Some(yaw), Some(bins)) => logits + yaw.scores(state, bins.clone()),
                _ => logits,
            }
        });
        TokenOutput { logits: logits.collect(), hidden }
    }

    /// Placeholders of tokens given by kind, place in the chunk and place in the sequence:
    /// `[1, tokens, width]`.
    fn placeholders(&self, tokens: &[(Kind, usize, usize)]) -> Tensor<3> {
        let pick = |table: &Param<Tensor<2>>, index: fn(&(Kind, usize, usize)) -> usize| {
            let rows: Vec<i32> = tokens.iter().map(|token| index(token) as i32).collect();
            let table = table.val();
            let rows = Tensor::from_data(TensorData::new(rows, [tokens.len()]), &table.device());
            table.select(0, rows)
        };
        let kinds = pick(&self.chunk_embedder.token_type_embed, |token| token.0 as usize);
        let places = pick(&self.chunk_embedder.chunk_embed, |token| token.1);
        let positions = pick(&self.pos_emb, |token| token.2);
        (kinds + places + positions).unsqueeze_dim(0)
    }
}

/// Classes of a discrete token.
fn classes(kind: Kind) -> usize {
    match kind {
        Kind::Grip | Kind::Collision => 2,
        _ => BINS,
    }
}
