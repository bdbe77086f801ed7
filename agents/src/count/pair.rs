//! Counting a preset: all parts, and what one training pair costs.

use super::alignment::{alignment, multiply_adds as alignment_multiply_adds};
use crate::policy;
use crate::presets::{Part, Preset};
use crate::video;

/// Parameters of the parts, and cost of a training pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// Parameters of the video-text model.
    pub video: usize,
    /// Parameters of the policy.
    pub policy: usize,
    /// Parameters of the alignment.
    pub alignment: usize,
    /// Floating-point operations of one step for a pair of a clip with its sentence and a
    /// transition: three forward passes of all parts.
    pub train_flop: f64,
}

impl Counts {
    /// Parameters of all parts.
    #[must_use]
    pub fn total(&self) -> usize {
        self.video + self.policy + self.alignment
    }
}

/// Counts a preset.
#[must_use]
pub fn counts(preset: &Preset) -> Counts {
    let multiply_adds = video::multiply_adds(&preset.video)
        + (policy::family(&preset.policy).multiply_adds)(&preset.policy)
        + alignment_multiply_adds(preset);
    Counts {
        video: video::parameters(&preset.video).total,
        policy: (policy::family(&preset.policy).parameters)(&preset.policy),
        alignment: alignment(preset),
        train_flop: 6.0 * multiply_adds as f64,
    }
}

/// Counts a part on its own; the others are zero, and a pair is the part's half of one.
#[must_use]
pub fn part(part: &Part) -> Counts {
    let (video, policy, multiply_adds) = match part {
        Part::Video(shape) => (video::parameters(shape).total, 0, video::multiply_adds(shape)),
        Part::Policy(shape) => {
            let family = policy::family(shape);
            (0, (family.parameters)(shape), (family.multiply_adds)(shape))
        }
    };
    Counts { video, policy, alignment: 0, train_flop: 6.0 * multiply_adds as f64 }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::super::alignment::taps;
    use super::*;
    use crate::alignment::{Alignment, Settings, losses};
    use crate::nn::weights::{Init, parameters};
    use crate::presets;
    use crate::presets::{ALL, BASE, MINI, PAPER_B, PAPER_L, SMALL, SMALL_PLUS, TINY};
    use crate::video::{FAMILIES, VideoEncoder};

    #[test]
    fn the_ladder_has_the_sizes_and_costs_of_the_specification() {
        for (preset, millions, giga) in [
            (&SMALL, 13.57, 43.8),
            (&SMALL_PLUS, 17.05, 63.8),
            (&BASE, 64.9, 243.0),
            (&PAPER_B, 225.2, 1473.0),
            (&PAPER_L, 503.4, 5363.0),
        ] {
            let counts = counts(preset);
            let total = counts.total() as f64 / 1e6;
            assert!((total / millions - 1.0).abs() < 1e-3, "{}: {total}", preset.name);
            // The specification embeds masked patches too, half a percent in `small`.
            let cost = counts.train_flop / 1e9;
            assert!((cost / giga - 1.0).abs() < 7e-3, "{}: {cost}", preset.name);
        }
    }

    #[test]
    fn the_presets_for_processors_keep_their_bounds() {
        let giga = |preset| counts(preset).train_flop / 1e9;
        assert!((0.38..0.45).contains(&giga(&TINY)), "{}", giga(&TINY));
        assert!((1.5..2.5).contains(&giga(&MINI)), "{}", giga(&MINI));
        for preset in [&TINY, &MINI] {
            assert!(preset.video.size >= 64 && preset.video.frames >= 8);
        }
        let fine = 250.0 / MINI.policy.size as f64;
        assert!(fine <= 2.7, "{fine} mm");
    }

    #[test]
    fn formulas_count_what_is_built() {
        let settings = Settings::default();
        for preset in ALL {
            let init = Init::new(0, &Device::flex());
            for family in FAMILIES {
                let shape = presets::Video { encoder: family.name, ..preset.video.clone() };
                let built = parameters(&VideoEncoder::new(&init, &shape));
                assert_eq!(
                    built,
                    video::parameters(&shape).total,
                    "{} {}",
                    preset.name,
                    family.name
                );
            }
            let loss = losses::find(&settings.loss).unwrap();
            let alignment =
                Alignment::new(&init, taps(preset), preset.alignment.latent, &settings, loss);
            let counts = counts(preset);
            assert_eq!(parameters(&alignment), counts.alignment, "{}", preset.name);
        }
    }

    #[test]
    fn every_preset_is_consistent() {
        for preset in ALL {
            assert_eq!(presets::find(preset.name), Some(preset));
            let (video, policy) = (&preset.video, &preset.policy);
            assert_eq!(video.grid() * video.patch, video.size, "{}", preset.name);
            assert_eq!(policy.grid() * policy.patch, policy.size, "{}", preset.name);
            assert_eq!(policy.action, 2 * policy.channels, "{}", preset.name);
            assert_eq!(policy.action % policy.action_heads, 0, "{}", preset.name);
            assert!([video.video, video.text].iter().all(|t| t.width % t.heads == 0));
            assert_eq!(preset.alignment.latent, 1024, "{}", preset.name);
        }
    }
}
