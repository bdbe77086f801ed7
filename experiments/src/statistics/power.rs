//! How small an effect a study can find, before it is run.

use super::normal::{Z80, Z95};

/// Bisections of the search; more than a number has bits.
const STEPS: usize = 64;

/// How the scenes of the two arms relate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Design {
    /// Every arm has scenes of its own.
    Independent,
    /// Both arms have the same scenes, and their outcomes correlate this much, in 0..1.
    Paired(f64),
}

impl Design {
    /// The same scenes for both arms, with the correlation that outcomes on one scene commonly have.
    pub const SAME_SCENES: Self = Self::Paired(0.5);

    fn correlation(self) -> f64 {
        match self {
            Self::Independent => 0.0,
            Self::Paired(correlation) => correlation,
        }
    }
}

/// The smallest rise above a success rate `rate` (in 0..=1) that `tries` per arm show in four studies of five.
///
/// Two-sided test at 5 %, power 80 %, normal approximation of two proportions. None where even certain
/// success would not be found, so also for no tries.
pub fn minimum_detectable_effect(rate: f64, tries: usize, design: Design) -> Option<f64> {
    let correlation = design.correlation();
    let surplus = |effect: f64| {
        let better = rate + effect;
        let middle = rate + effect / 2.0;
        let (v, w) = (rate * (1.0 - rate), (better * (1.0 - better)).max(0.0));
        let same = 2.0 * middle * (1.0 - middle) * (1.0 - correlation);
        let different = v + w - 2.0 * correlation * (v * w).sqrt();
        effect * (tries as f64).sqrt() - Z95 * same.sqrt() - Z80 * different.sqrt()
    };
    let (mut low, mut high) = (0.0, 1.0 - rate);
    if surplus(high) <= 0.0 {
        return None;
    }
    for _ in 0..STEPS {
        let middle = (low + high) / 2.0;
        if surplus(middle) < 0.0 { low = middle } else { high = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(rate: f64, tries: usize, design: Design, effect: f64) {
        let found = minimum_detectable_effect(rate, tries, design).unwrap();
        assert!((found - effect).abs() < 1e-8, "{found}");
    }

    /// Roots of the same equation found with scipy 1.17 (`brentq`). The first two say that the paper's
    /// gains of 3.3 and 3.5 points need about 2,820 and 1,440 independent trials per arm.
    #[test]
    fn effects_match_those_found_with_scipy() {
        close(0.716, 2823, Design::Independent, 0.033_001_824_157_5);
        close(0.853, 1440, Design::Independent, 0.035_038_964_154_7);
        close(0.5, 450, Design::Independent, 0.092_860_913_381);
        close(0.5, 450, Design::SAME_SCENES, 0.065_847_912_120_2);
        close(0.853, 450, Design::SAME_SCENES, 0.043_742_291_345_7);
    }

    #[test]
    fn what_cannot_be_found_is_not_named() {
        assert_eq!(minimum_detectable_effect(0.5, 0, Design::Independent), None);
        assert_eq!(minimum_detectable_effect(1.0, 1000, Design::Independent), None);
        assert_eq!(minimum_detectable_effect(0.95, 10, Design::Independent), None);
    }
}
