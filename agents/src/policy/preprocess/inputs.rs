//! A training batch on the device.

use burn::tensor::{Int, Tensor};

use super::local::Local;
use crate::policy::multi_view::language::SentenceInput;

/// A batch of transitions with their answers.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Pictures of the coarse and the fine stage, each `[b, 3 * area, 10 * patch * patch]`.
    pub images: [Tensor<3>; 2],
    /// Heat-map labels of both stages, each `[b * 3, area * patch * patch]`, of sum 1.
    pub labels: [Tensor<2>; 2],
    /// Entropies of the labels: of both stages' heat maps, averaged over views, and of the three
    /// angles; `[b, 5]`.
    pub floor: Tensor<2>,
    /// Weights of the cells of the coarse and the fine map at the waypoint, each `[b * 3, 1, area]`.
    pub prompts: [Tensor<3>; 2],
    /// What the optional parts read about the waypoint.
    pub local: Local,
    /// The robot's state as the coarse and the fine stage are told it, each `[b, 43]`, where the policy reads
    /// it.
    pub states: [Option<Tensor<2>>; 2],
    /// Proprioception, `[b, 3|4]`.
    pub proprio: Tensor<2>,
    /// The sentences.
    pub sentence: SentenceInput,
    /// What the three angles should be answered with, `[b, 3, 72]`, each of sum 1.
    pub angles: Tensor<3>,
    /// True classes of gripper and collision, `[b, 2]`.
    pub bits: Tensor<2, Int>,
    /// The classes that later tokens are shown, of all five discrete tokens: `[b, 5]`.
    pub shown: Tensor<2, Int>,
}
