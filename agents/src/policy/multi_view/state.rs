//! What the policy knows of its own state: where its hand is, how it is turned, what it holds, and which
//! keyframe comes next; and the words of the sentence that matter in that state.
//!
//! The published policies see their hand in the pictures only; RVT-2 is told the time by one number. With
//! a layer or two of attention little can be made of that: nearly all of our policies' misses were
//! keyframes far from the hand, answered with a place near it. Words reach the published policies in the
//! last half of the transformer's layers: a small one never learned which of two things a sentence names
//! (`results/learning/log.md`).

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use crate::nn::fused::{TanhGelu, activate};
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::observation::state::STATE;
use crate::presets;

/// Hidden width.
const HIDDEN: usize = 64;
/// Width of a head that reads words.
const HEAD: usize = 16;

/// Words pooled for a state: their sum, each scaled by a gate that depends on word and state.
///
/// Sigmoids instead of a softmax: a mean of twenty words hardly varies with one of them, and the colour of a
/// thing is one word.
#[derive(Module, Debug)]
pub struct WordPooling {
    /// `[64, words]` and bias.
    pub query: Linear,
    /// `[words, 2 * words]` and bias.
    pub key_value: Linear,
    /// The state beside its pooled words: `[64 + words, 64]` and bias.
    pub mix: Linear,
}

impl WordPooling {
    fn new(init: &Init, words: usize) -> Self {
        let [query, key_value, mix] = pooling_maps(words, 1);
        Self {
            query: linear(init, "query", query),
            key_value: linear(init, "key_value", key_value),
            mix: linear(init, "mix", mix),
        }
    }

    /// A state `[b, 1, 64]` and words `[b, context, words]` to one vector, `[b, 1, words]`.
    fn pool(&self, state: Tensor<3>, words: Tensor<3>) -> Tensor<3> {
        let [b, context, width] = words.dims();
        let heads = heads(width);
        let head = width / heads;
        let apart = |x: Tensor<3>, rows: usize| x.reshape([b, rows, heads, head]).swap_dims(1, 2);
        let key_value = self.key_value.forward(words);
        let key = apart(key_value.clone().narrow(2, 0, width), context);
        let value = apart(key_value.narrow(2, width, width), context);
        let query = apart(self.query.forward(state), 1);
        let scores = query.matmul(key.swap_dims(2, 3)) / (head as f64).sqrt();
        // With gates of a half, as at first, a sum of unlike words is as large as one of them.
        let gates = activation::sigmoid(scores) * 2.0 / (context as f64).sqrt();
        gates.matmul(value).swap_dims(1, 2).reshape([b, 1, width])
    }
}

/// A feed-forward from the state to what is added to tokens.
#[derive(Module, Debug)]
pub struct StateEncoder {
    /// `[43, 64]` and bias.
    pub fc1: Linear,
    /// Words of the sentence, where the preset reads them.
    pub pooling: Option<WordPooling>,
    /// `[64, width]` and bias; `[64 + words, width]` with words.
    pub fc2: Linear,
}

impl StateEncoder {
    /// Of a policy of this shape, for tokens of `width` numbers.
    pub fn new(init: &Init, shape: &presets::Policy, width: usize) -> Self {
        let pooling = |[words, _]: [usize; 2]| WordPooling::new(&init.at("pooling"), words);
        Self {
            fc1: linear(init, "fc1", [1, STATE, HIDDEN]),
            pooling: words(shape).map(pooling),
            fc2: linear(init, "fc2", [1, hidden(shape), width]),
        }
    }

    /// A state `[b, 43]`, and words `[b, context, words]` where they are read, to hidden numbers: `[b, 1, 64]`,
    /// or `[b, 1, 64 + words]` with the pooled words.
    pub fn hidden(&self, state: Tensor<2>, words: Tensor<3>) -> Tensor<3> {
        let state = activate::<TanhGelu, 3>(self.fc1.forward(state.unsqueeze_dim::<3>(1)));
        let Some(pooling) = &self.pooling else { return state };
        let pooled = pooling.pool(state.clone(), words);
        let mixed = pooling.mix.forward(Tensor::cat(vec![state, pooled.clone()], 2));
        Tensor::cat(vec![activate::<TanhGelu, 3>(mixed), pooled], 2)
    }

    /// Hidden numbers to what is added to every token of a sample, `[b, 1, width]`.
    pub fn tokens(&self, hidden: Tensor<3>) -> Tensor<3> {
        self.fc2.forward(hidden)
    }

    /// Its linear maps: rows for each sample, inputs, outputs.
    pub(crate) fn maps(shape: &presets::Policy, width: usize) -> Vec<[usize; 3]> {
        let mut maps = vec![[1, STATE, HIDDEN], [1, hidden(shape), width]];
        maps.extend(words(shape).into_iter().flat_map(|[width, words]| pooling_maps(width, words)));
        maps
    }
}

/// Hidden numbers of the state of a policy of this shape.
pub(crate) fn hidden(shape: &presets::Policy) -> usize {
    HIDDEN + words(shape).map_or(0, |[width, _]| width)
}

/// Numbers of a word and words of a sentence, where the state reads them.
fn words(shape: &presets::Policy) -> Option<[usize; 2]> {
    let words = [shape.language.width(), shape.language.context()];
    shape.extensions.sentence.then_some(words)
}

/// Heads that read words of `width` numbers.
const fn heads(width: usize) -> usize {
    if width.is_multiple_of(HEAD) { width / HEAD } else { 1 }
}

fn pooling_maps(width: usize, words: usize) -> [[usize; 3]; 3] {
    [[1, HIDDEN, width], [words, width, 2 * width], [1, HIDDEN + width, HIDDEN]]
}

fn linear(init: &Init, field: &str, [_, from, to]: [usize; 3]) -> Linear {
    init.linear(field, [from, to], Fill::torch(from), Some(Fill::torch(from)))
}
