//! What the policy knows of its own state: where its hand is, how it is turned, what it holds, and which
//! keyframe comes next; and what the sentence asks for in that state.
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

/// Hidden width.
const HIDDEN: usize = 64;
/// Width of a head that reads words.
const HEAD: usize = 16;

/// What the sentence says to a state: the sum of its words, each let through as far as the state asks for it.
///
/// Gates instead of weights that share one: a mean of twenty words hardly varies with one of them, and the
/// colour of a thing is one word. At first every gate is half open.
#[derive(Module, Debug)]
pub struct Listener {
    /// `[64, words]` and bias.
    pub query: Linear,
    /// Keys and values: `[words, 2 * words]` and bias.
    pub memory: Linear,
    /// The state and what it heard: `[64 + words, 64]` and bias.
    pub mix: Linear,
}

impl Listener {
    /// A state `[b, 1, 64]` and words `[b, context, words]` to what it hears, `[b, 1, words]`.
    fn hear(&self, state: Tensor<3>, words: Tensor<3>) -> Tensor<3> {
        let [b, context, width] = words.dims();
        let heads = heads(width);
        let head = width / heads;
        let apart = |x: Tensor<3>, rows: usize| x.reshape([b, rows, heads, head]).swap_dims(1, 2);
        let memory = self.memory.forward(words);
        let key = apart(memory.clone().narrow(2, 0, width), context);
        let value = apart(memory.narrow(2, width, width), context);
        let query = apart(self.query.forward(state), 1);
        let scores = query.matmul(key.swap_dims(2, 3)) / (head as f64).sqrt();
        // A sum of n unlike words is as large as one of them after this.
        let gates = activation::sigmoid(scores) * 2.0 / (context as f64).sqrt();
        gates.matmul(value).swap_dims(1, 2).reshape([b, 1, width])
    }
}

/// A feed-forward from the state to what is added to tokens.
#[derive(Module, Debug)]
pub struct StateEncoder {
    /// `[43, 64]` and bias.
    pub fc1: Linear,
    /// What the sentence says to it, where the preset has it.
    pub listener: Option<Listener>,
    /// `[64, width]` and bias; `[64 + words, width]` with a listener.
    pub fc2: Linear,
}

impl StateEncoder {
    /// For tokens of `width` numbers; reads words of `words` numbers, if any.
    pub fn new(init: &Init, width: usize, words: Option<usize>) -> Self {
        let listener = |words: usize| {
            let [query, memory, mix] = listener_maps(words, 1);
            let init = init.at("listener");
            Listener {
                query: linear(&init, "query", query),
                memory: linear(&init, "memory", memory),
                mix: linear(&init, "mix", mix),
            }
        };
        Self {
            fc1: linear(init, "fc1", [1, STATE, HIDDEN]),
            listener: words.map(listener),
            fc2: linear(init, "fc2", [1, hidden(words), width]),
        }
    }

    /// A state `[b, 43]`, and words `[b, context, words]` where they are read, to hidden numbers: `[b, 1, 64]`,
    /// or `[b, 1, 64 + words]` with what was heard.
    pub fn hidden(&self, state: Tensor<2>, words: Tensor<3>) -> Tensor<3> {
        let state = activate::<TanhGelu, 3>(self.fc1.forward(state.unsqueeze_dim::<3>(1)));
        let Some(listener) = &self.listener else { return state };
        let heard = listener.hear(state.clone(), words);
        let mixed = listener.mix.forward(Tensor::cat(vec![state, heard.clone()], 2));
        Tensor::cat(vec![activate::<TanhGelu, 3>(mixed), heard], 2)
    }

    /// Hidden numbers to what is added to every token of a sample, `[b, 1, width]`.
    pub fn tokens(&self, hidden: Tensor<3>) -> Tensor<3> {
        self.fc2.forward(hidden)
    }

    /// Its linear maps: rows for each sample, inputs, outputs. `words`: numbers of a word, and words.
    pub(crate) fn maps(width: usize, words: Option<[usize; 2]>) -> Vec<[usize; 3]> {
        let inner = hidden(words.map(|[width, _]| width));
        let mut maps = vec![[1, STATE, HIDDEN], [1, inner, width]];
        maps.extend(words.into_iter().flat_map(|[width, words]| listener_maps(width, words)));
        maps
    }
}

/// Hidden numbers of an encoder that reads words of `words` numbers, if any.
pub(crate) fn hidden(words: Option<usize>) -> usize {
    HIDDEN + words.unwrap_or_default()
}

/// Heads that read words of `width` numbers.
const fn heads(width: usize) -> usize {
    if width.is_multiple_of(HEAD) { width / HEAD } else { 1 }
}

fn listener_maps(width: usize, words: usize) -> [[usize; 3]; 3] {
    [[1, HIDDEN, width], [words, width, 2 * width], [1, HIDDEN + width, HIDDEN]]
}

fn linear(init: &Init, field: &str, [_, from, to]: [usize; 3]) -> Linear {
    init.linear(field, [from, to], Fill::torch(from), Some(Fill::torch(from)))
}
