//! Counting a preset: all parts, and what one training pair costs.

use super::doing::{doing, multiply_adds as doing_multiply_adds};
use super::mirror::{mirror, multiply_adds as mirror_multiply_adds};
use super::seeing::{clip_multiply_adds, seeing, text_multiply_adds};
use crate::presets;
use crate::presets::{Part, Preset};

/// Parameters of the parts, and cost of a training pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// Parameters of the video-text model.
    pub seeing: usize,
    /// Parameters of the policy.
    pub doing: usize,
    /// Parameters of the alignment.
    pub mirror: usize,
    /// Floating-point operations of one step for a pair of a clip with its sentence and a
    /// transition: three forward passes of all parts.
    pub train_flop: f64,
}

impl Counts {
    /// Parameters of all parts.
    #[must_use]
    pub fn total(&self) -> usize {
        self.seeing + self.doing + self.mirror
    }
}

/// Counts a preset.
#[must_use]
pub fn counts(preset: &Preset) -> Counts {
    let multiply_adds = clip_and_sentence(&preset.seeing)
        + doing_multiply_adds(&preset.doing)
        + mirror_multiply_adds(preset);
    Counts {
        seeing: seeing(&preset.seeing).total,
        doing: doing(&preset.doing).total,
        mirror: mirror(preset),
        train_flop: 6.0 * multiply_adds as f64,
    }
}

/// Counts a part on its own; the others are zero, and a pair is the part's half of one.
#[must_use]
pub fn part(part: &Part) -> Counts {
    let (seeing, doing, multiply_adds) = match part {
        Part::Seeing(shape) => (seeing(shape).total, 0, clip_and_sentence(shape)),
        Part::Doing(shape) => (0, doing(shape).total, doing_multiply_adds(shape)),
    };
    Counts { seeing, doing, mirror: 0, train_flop: 6.0 * multiply_adds as f64 }
}

/// A clip, as training masks it, and its sentence.
fn clip_and_sentence(shape: &presets::Seeing) -> usize {
    clip_multiply_adds(shape, shape.trained_tokens())
        + text_multiply_adds(shape.text, shape.context)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::super::mirror::taps;
    use super::*;
    use crate::alignment::{Mirror, Settings, losses};
    use crate::nn::weights::{Init, parameters};
    use crate::presets::{ALL, BASE, MINI, PAPER_B, PAPER_L, SMALL, SMALL_PLUS, TINY};
    use crate::video::viclip::Seeing;

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
            assert!(preset.seeing.size >= 64 && preset.seeing.frames >= 8);
        }
        let fine = 250.0 / MINI.doing.size as f64;
        assert!(fine <= 2.7, "{fine} mm");
    }

    #[test]
    fn formulas_count_what_is_built() {
        let settings = Settings::default();
        for preset in ALL {
            let init = Init::new(0, &Device::flex());
            let seeing = Seeing::new(&init, &preset.seeing);
            let loss = losses::find(&settings.loss).unwrap();
            let mirror = Mirror::new(&init, taps(preset), preset.mirror.latent, &settings, loss);
            let counts = counts(preset);
            assert_eq!(parameters(&seeing), counts.seeing, "{}", preset.name);
            assert_eq!(parameters(&mirror), counts.mirror, "{}", preset.name);
        }
    }

    #[test]
    fn every_preset_is_consistent() {
        for preset in ALL {
            assert_eq!(presets::find(preset.name), Some(preset));
            let (seeing, doing) = (&preset.seeing, &preset.doing);
            assert_eq!(seeing.grid() * seeing.patch, seeing.size, "{}", preset.name);
            assert_eq!(doing.grid() * doing.patch, doing.size, "{}", preset.name);
            assert_eq!(doing.action, 2 * doing.channels, "{}", preset.name);
            assert_eq!(doing.action % doing.action_heads, 0, "{}", preset.name);
            assert!([seeing.video, seeing.text].iter().all(|t| t.width % t.heads == 0));
            assert_eq!(preset.mirror.latent, 1024, "{}", preset.name);
        }
    }
}
