//! Dropout from the host's noise.

use burn::tensor::Tensor;

use crate::nn::weights::Noise;

/// Dropout of one training step. Masks come from (seed, step, sample, layer), so that a run resumes
/// exactly. The published networks drop attention weights; masks of that size would have to cross
/// from host to device, so what leaves a branch is dropped instead.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    /// Where masks come from.
    pub noise: Noise,
    /// Share of numbers dropped, in [0, 1).
    pub rate: f64,
}

impl Dropout {
    /// Drops numbers of `x` (first axis: samples) where `dropout` says so; `layer` names the place.
    pub(crate) fn apply<const D: usize>(
        dropout: Option<Self>,
        x: Tensor<D>,
        layer: &str,
    ) -> Tensor<D> {
        match dropout {
            Some(Self { noise, rate }) if rate > 0.0 => {
                let mask = noise.dropout(x.dims(), rate, layer, &x.device());
                x * mask
            }
            _ => x,
        }
    }
}
