//! What the policy knows of its own state: where its hand is, how it is turned, what it holds, and which
//! keyframe comes next.
//!
//! The published policies see their hand in the pictures only; RVT-2 is told the time by one number. With
//! a layer or two of attention little can be made of that: nearly all of our policies' misses were
//! keyframes far from the hand, answered with a place near it (`results/learning/log.md`).

use burn::module::Module;
use burn::tensor::Tensor;

use crate::nn::fused::{TanhGelu, activate};
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::observation::state::STATE;

/// Hidden width.
const HIDDEN: usize = 64;

/// A feed-forward from the state to what is added to tokens.
#[derive(Module, Debug)]
pub struct StateEncoder {
    /// `[37, 64]` and bias.
    pub fc1: Linear,
    /// `[64, width]` and bias.
    pub fc2: Linear,
}

impl StateEncoder {
    /// For tokens of `width` numbers.
    pub fn new(init: &Init, width: usize) -> Self {
        let linear = |field: &str, from: usize, to: usize| {
            init.linear(field, [from, to], Fill::torch(from), Some(Fill::torch(from)))
        };
        Self { fc1: linear("fc1", STATE, HIDDEN), fc2: linear("fc2", HIDDEN, width) }
    }

    /// `[b, 37]` to what is added to every token of a sample, `[b, 1, width]`.
    pub fn forward(&self, state: Tensor<2>) -> Tensor<3> {
        let inner = self.fc1.forward(state.unsqueeze_dim::<3>(1));
        self.fc2.forward(activate::<TanhGelu, 3>(inner))
    }

    /// Its linear maps: rows for each sample, inputs, outputs.
    pub(crate) const fn maps(width: usize) -> [[usize; 3]; 2] {
        [[1, STATE, HIDDEN], [1, HIDDEN, width]]
    }
}
