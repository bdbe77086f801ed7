//! Reading a peak more finely than its grid.

/// Where the parabola through three neighbouring logarithms has its top, in steps from the middle one:
/// exact for a Gaussian. Between -0.5 and 0.5 when the middle one is the largest; 0 where there is no
/// top, as at a flat place or beside a value that is not finite.
pub(crate) fn vertex([before, at, after]: [f32; 3]) -> f32 {
    let bend = before - 2.0 * at + after;
    let top = 0.5 * (before - after) / bend;
    if bend < 0.0 && top.is_finite() { top.clamp(-0.5, 0.5) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gaussian_gives_its_middle_and_nothing_gives_zero() {
        for middle in [-0.5_f32, -0.2, 0.0, 0.37] {
            let log = |x: f32| -0.5 * (x - middle).powi(2) / 1.7 + 3.0;
            assert!((vertex([-1.0, 0.0, 1.0].map(log)) - middle).abs() < 1e-5);
        }
        let lowest = f32::NEG_INFINITY;
        for flat in [[1.0; 3], [lowest, 0.0, -1.0], [f32::NAN, 0.0, 0.0], [2.0, 1.0, 2.0]] {
            assert_eq!(vertex(flat), 0.0);
        }
    }
}
