//! What every family of policies does: the contract that training, evaluation and viewers know.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::decision::Decision;
use super::losses::Losses;
use super::tap::Tap;
use crate::nn::cost::ProductList;
use crate::nn::weights::{Init, Noise};
use crate::policy::preprocess::inputs::Inputs;
use crate::policy::preprocess::preprocessor::{Observation, Preprocessor, SampleError};
use crate::presets;

/// A family of policies: networks of one kind in every size.
///
/// Samples are prepared by [`Preprocessor`], which is the same for all families: orthographic views of the
/// point cloud in two stages, and the labels of the next keyframe.
pub trait PolicyFamily: Module {
    /// Its name in settings.
    const NAME: &'static str;

    /// Names of its losses, in the order of [`Losses`]; tables call them `divergence/NAME`.
    const LOSSES: &'static [&'static str];

    /// Whether it has the optional parts that [`presets::Extensions`] asks for (default false); without, it
    /// leaves them out, and settings that ask for them are refused.
    const EXTENDS: bool = false;

    /// A network of this shape with first weights from `init`.
    #[must_use]
    fn new(init: &Init, shape: &presets::Policy) -> Self;

    /// Losses and tap of a batch. `dropout`: the noise of this step and the rate, or none.
    #[must_use]
    fn train_step(&self, inputs: Inputs, tap: Tap, dropout: Option<(Noise, f64)>)
    -> TrainingOutput;

    /// What the policy does next in each of the observations.
    ///
    /// # Errors
    /// An observation that cannot be used, the first of them.
    fn decide(
        &self,
        preprocessor: &Preprocessor,
        observations: &[Observation],
        tap: Tap,
    ) -> Result<Vec<Decision>, SampleError>;

    /// Where the parameters are.
    #[must_use]
    fn device(&self) -> Device;

    /// Numbers per sample of a tap in a policy of this shape.
    #[must_use]
    fn tap_width(tap: Tap, shape: &presets::Policy) -> usize;

    /// Parameters of a policy of this shape, by formula.
    #[must_use]
    fn parameters(shape: &presets::Policy) -> usize;

    /// Multiply-adds of a forward pass for one transition in training, by formula.
    #[must_use]
    fn multiply_adds(shape: &presets::Policy) -> usize;

    /// Adds the matrix products of a forward pass for `batch` transitions.
    fn products(shape: &presets::Policy, batch: usize, list: &mut ProductList);
}

/// What a training pass gives.
#[derive(Clone, Debug)]
pub struct TrainingOutput {
    /// The losses of the family.
    pub losses: Losses,
    /// The tap asked for, `[b, tap width]`.
    pub tap: Tensor<2>,
}
