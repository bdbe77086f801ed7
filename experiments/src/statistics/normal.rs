//! The few points of the normal distribution that the tests and intervals here need.

use std::f64::consts::SQRT_2;

/// The 97.5 % point: an interval of this many standard errors either way holds 95 %.
pub(super) const Z95: f64 = 1.959_963_984_540_054;
/// The 80 % point: what a design needs beyond [`Z95`] to find an effect four times out of five.
pub(super) const Z80: f64 = 0.841_621_233_572_914_3;

/// Probability of a value at least `z` away from 0, either way.
pub(super) fn two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() / SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_points_cut_off_what_they_say() {
        assert!((two_sided(Z95) - 0.05).abs() < 1e-12);
        assert!((two_sided(-Z80) - 0.4).abs() < 1e-12);
        assert_eq!(two_sided(0.0), 1.0);
    }
}
