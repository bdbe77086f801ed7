//! What a family of video encoders does: the contract that training, evaluation and benchmarks know.

use burn::module::Module;
use burn::tensor::Tensor;

use crate::nn::cost::ProductList;
use crate::nn::weights::{Init, Noise};
use crate::presets;

/// A family of video towers: networks of one kind in every size.
///
/// Clips are prepared alike for all families: as many frames as the preset has, one of each of equally long
/// [`segments`](super::segments), cut into [`patches`](super::patches).
pub trait VideoFamily: Module {
    /// Its name in settings.
    const NAME: &'static str;

    /// A tower of this shape with first weights from `init`.
    #[must_use]
    fn new(init: &Init, shape: &presets::Video) -> Self;

    /// For every clip of a batch, the patches that training reads; `None` where it reads all. A patch is
    /// `position * frames + frame`.
    #[must_use]
    fn unmasked_patches(shape: &presets::Video, batch: usize, noise: &Noise) -> UnmaskedPatches;

    /// What the tower makes of clips that are cut into patches `[batch, tokens, 3 * patch * patch]`.
    ///
    /// With `unmasked`, `tokens` indices for each clip as [`Self::unmasked_patches`] gives them, row `j` is
    /// patch `unmasked[j]`; without it every patch is there. `noise` is there while training.
    ///
    /// # Panics
    ///
    /// When the number of patches does not fit the tower.
    #[must_use]
    fn forward(
        &self,
        patches: Tensor<3>,
        unmasked: Option<&[Vec<u32>]>,
        noise: Option<&Noise>,
    ) -> Features;

    /// Parameters of a tower of this shape, by formula.
    #[must_use]
    fn parameters(shape: &presets::Video) -> usize;

    /// Multiply-adds of a forward pass for one clip in training, by formula.
    #[must_use]
    fn multiply_adds(shape: &presets::Video) -> usize;

    /// Adds the matrix products of a forward pass for `batch` clips in training.
    fn products(shape: &presets::Video, batch: usize, list: &mut ProductList);
}

/// For every clip of a batch, the patches that training reads; `None` where it reads all.
pub type UnmaskedPatches = Option<Vec<Vec<u32>>>;

/// What a tower makes of a batch of clips.
#[derive(Clone, Debug)]
pub struct Features {
    /// The clip embedding `[batch, shared]`, not yet of unit length.
    pub embedding: Tensor<2>,
    /// What stands for the whole clip after the last norm, `[batch, width]`.
    pub class: Tensor<2>,
    /// Patch tokens after the last norm, `[batch, tokens, width]`.
    pub patches: Tensor<3>,
    /// What stands for the whole clip after each block, before the last norm, `[batch, width]`.
    pub blocks: Vec<Tensor<2>>,
}
