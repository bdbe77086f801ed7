//! A prompt from how the hand is turned now.
//!
//! Most keyframes keep the hand's heading or change it by a constant, which nobody who does not know
//! the heading can tell. Two columns of the matrix determine it without jumps (Zhou et al. 2019, "On
//! the Continuity of Rotation Representations in Neural Networks"). Our own measurement:
//! `results/learning/log.md`.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;

use crate::nn::fused::{TanhGelu, activate};
use crate::nn::weights::{Fill, Init};
use crate::policy::preprocess::local::HAND;

/// Hidden width.
pub(super) const HIDDEN: usize = 64;

/// A feed-forward from the hand's rotation to the waypoint's prompts.
#[derive(Module, Debug)]
pub struct Hand {
    /// `[6, 64]` and bias.
    pub fc1: Linear,
    /// `[64, width]` and bias.
    pub fc2: Linear,
}

impl Hand {
    /// Gives prompts of `width` numbers.
    pub fn new(init: &Init, width: usize) -> Self {
        let linear = |field: &str, from: usize, to: usize| {
            init.linear(field, [from, to], Fill::torch(from), Some(Fill::torch(from)))
        };
        Self { fc1: linear("fc1", HAND, HIDDEN), fc2: linear("fc2", HIDDEN, width) }
    }

    /// `[b, 6]` to what is added to the prompt of every view at the waypoint, `[b, 1, width]`.
    pub fn forward(&self, columns: Tensor<2>) -> Tensor<3> {
        let inner = self.fc1.forward(columns.unsqueeze_dim::<3>(1));
        self.fc2.forward(activate::<TanhGelu, 3>(inner))
    }
}
