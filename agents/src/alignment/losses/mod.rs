//! The alignment losses. A new one is a file with a [`Loss`] and a line in [`ALL`].

mod hierarchical;
mod infonce;
mod siglip;
mod supcon;
#[cfg(test)]
mod tests;

use burn::tensor::Tensor;

use super::labels::Labels;
use super::settings::Settings;

/// All losses; the first is the paper's.
pub const ALL: &[Loss] = &[infonce::LOSS, supcon::LOSS, siglip::LOSS, hierarchical::LOSS];

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

/// The loss of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Loss> {
    ALL.iter().find(|loss| loss.name == name)
}
