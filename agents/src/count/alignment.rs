//! Counting the alignment.

use crate::nn::cost::layers::linear;
use crate::policy;
use crate::presets::Preset;
use crate::video::Tap;

/// Widths of the default taps: the class token of a clip, and the spatial maximum of the feature maps
/// of three views in both stages.
#[must_use]
pub fn taps(preset: &Preset) -> [usize; 2] {
    let tap_width = policy::family(&preset.policy).tap_width;
    [Tap::default().width(&preset.video), tap_width(policy::Tap::default(), &preset.policy)]
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
