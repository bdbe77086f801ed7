//! Counting the alignment.

use super::block::linear;
use crate::presets::Preset;

/// Widths of the default taps: the class token of a clip, and the spatial maximum of the feature maps
/// of three views in both stages.
#[must_use]
pub fn taps(preset: &Preset) -> [usize; 2] {
    [preset.video.video.width, 2 * 3 * 2 * preset.policy.channels]
}

/// Parameters of both linear maps.
#[must_use]
pub fn alignment(preset: &Preset) -> usize {
    taps(preset).map(|tap| linear(tap, preset.alignment.latent)).iter().sum()
}

/// Multiply-adds of both linear maps for one pair.
#[must_use]
pub fn multiply_adds(preset: &Preset) -> usize {
    taps(preset).map(|tap| tap * preset.alignment.latent).iter().sum()
}
