//! Counting `mirror`.

use super::block::linear;
use crate::presets::Preset;

/// Widths of the default taps: the class token of a clip, and the spatial maximum of the feature maps
/// of three views in both stages.
#[must_use]
pub fn taps(preset: &Preset) -> [usize; 2] {
    [preset.seeing.video.width, 2 * 3 * 2 * preset.doing.channels]
}

/// Parameters of both linear maps.
#[must_use]
pub fn mirror(preset: &Preset) -> usize {
    taps(preset).map(|tap| linear(tap, preset.mirror.latent)).iter().sum()
}

/// Multiply-adds of both linear maps for one pair.
#[must_use]
pub fn multiply_adds(preset: &Preset) -> usize {
    taps(preset).map(|tap| tap * preset.mirror.latent).iter().sum()
}
