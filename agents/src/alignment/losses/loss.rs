//! What a loss is, and what it sees of a batch.

use burn::tensor::Tensor;

use crate::alignment::labels::Labels;
use crate::alignment::settings::Settings;

/// One way to pull pairs together.
#[derive(Clone, Copy, Debug)]
pub struct Loss {
    /// What configuration files call it.
    pub name: &'static str,
    /// Where the numbers start that it learns itself, if it does.
    pub learned: Option<&'static [f32]>,
    /// The loss `[1]` of a batch.
    pub value: fn(&Case<'_>) -> Tensor<1>,
}

/// A batch as the losses see it.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// Cosines `[seen, done]`.
    pub similarity: Tensor<2>,
    /// What the pairs are.
    pub labels: &'a Labels,
    /// The choices.
    pub settings: &'a Settings,
    /// What the loss has learned so far, where it learns.
    pub learned: Option<Tensor<1>>,
}
