//! Arithmetic over slices in a form that compilers turn into vector instructions: no branches, no calls,
//! sums in a fixed number of lanes. What comes out depends on nothing but the numbers.

use pulp::Arch;

/// Runs a loop compiled for the widest vectors of this machine. Nothing is reordered or contracted for
/// them, so the numbers are those of any other machine.
#[inline(always)]
pub(super) fn wide<R>(work: impl FnOnce() -> R) -> R {
    Arch::new().dispatch(work)
}

/// Sums run in this many lanes.
const LANES: usize = 16;
/// Below this the exponential is zero.
const LEAST: f32 = -87.0;
/// Above this it stays where it is.
const MOST: f32 = 88.0;

/// `e^x` within 2 units in the last place; 0 below -87, NaN for NaN (Cephes' polynomial).
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let inside = if x < LEAST { LEAST } else { x };
    let inside = if inside > MOST { MOST } else { inside };
    let shifted = inside * core::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = inside - whole * 0.693_359_4;
    let rest = rest + whole * 2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * rest + 1.398_2e-3;
    p = p * rest + 8.333_452e-3;
    p = p * rest + 4.166_579_6e-2;
    p = p * rest + 1.666_666_5e-1;
    p = p * rest + 0.5;
    let value = p * rest * rest + rest + 1.0;
    let scale = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    if x < LEAST { 0.0 } else { value * scale }
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The standard normal distribution below `x`, within 1.5e-7 (Abramowitz and Stegun 7.1.26), and its
/// density there without the factor `1 / sqrt(2 pi)`.
#[inline(always)]
pub(super) fn normal(x: f32) -> (f32, f32) {
    let size = x.abs();
    let bell = exp(-0.5 * x * x);
    let t = 1.0 / (1.0 + 0.327_591_1 * core::f32::consts::FRAC_1_SQRT_2 * size);
    let mut p = 1.061_405_4;
    p = p * t - 1.453_152;
    p = p * t + 1.421_413_7;
    p = p * t - 0.284_496_74;
    p = p * t + 0.254_829_6;
    let beyond = 0.5 * p * t * bell;
    (if x < 0.0 { beyond } else { 1.0 - beyond }, bell)
}

/// Folds a slice in lanes: `add` takes in a number, `join` brings two lanes together.
#[inline(always)]
fn fold(
    values: &[f32],
    start: f32,
    add: impl Fn(f32, f32) -> f32,
    join: impl Fn(f32, f32) -> f32,
) -> f32 {
    let mut lanes = [start; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = add(*lane, value);
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(rest) {
        *lane = add(*lane, value);
    }
    lanes.into_iter().fold(start, join)
}

/// Sum of the numbers.
#[inline(always)]
pub(super) fn sum(values: &[f32]) -> f32 {
    fold(values, 0.0, |a, b| a + b, |a, b| a + b)
}

/// Sum of the squares of `value - centre`.
#[inline(always)]
pub(super) fn squares(values: &[f32], centre: f32) -> f32 {
    fold(values, 0.0, |a, b| a + (b - centre) * (b - centre), |a, b| a + b)
}

/// The largest number.
#[inline(always)]
pub(super) fn largest(values: &[f32]) -> f32 {
    let most = |a, b| if b > a { b } else { a };
    fold(values, f32::NEG_INFINITY, most, most)
}

/// Sum of the products.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0; LANES];
    let (left, right) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = left.remainder().iter().zip(right.remainder());
    let tail: f32 = rest.map(|(a, b)| a * b).sum();
    for (a, b) in left.zip(right) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.into_iter().sum::<f32>() + tail
}

/// `target += source`.
#[inline(always)]
pub(super) fn add(target: &mut [f32], source: &[f32]) {
    for (target, source) in target.iter_mut().zip(source) {
        *target += source;
    }
}

/// Replaces a row by its softmax.
#[inline(always)]
pub(super) fn softmax(row: &mut [f32]) {
    let top = largest(row);
    for x in row.iter_mut() {
        *x = exp(*x - top);
    }
    let scale = 1.0 / sum(row);
    for x in row {
        *x *= scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_and_the_normal_distribution_are_close() {
        for step in -8800..8800 {
            let x = step as f32 * 0.01;
            let expected = libm::exp(f64::from(x));
            let found = f64::from(exp(x));
            if x >= LEAST {
                assert!((found / expected - 1.0).abs() < 3e-7, "{x}: {found} for {expected}");
            }
            let expected = 0.5 * (1.0 + libm::erf(f64::from(x) / 2f64.sqrt()));
            let (found, bell) = normal(x);
            assert!((f64::from(found) - expected).abs() < 3e-7, "{x}: {found} for {expected}");
            assert!((f64::from(bell) - libm::exp(-0.5 * f64::from(x * x))).abs() < 1e-6);
        }
        assert_eq!([exp(-1e9), exp(f32::NEG_INFINITY)], [0.0; 2]);
        assert!(exp(f32::NAN).is_nan() && exp(f32::INFINITY).is_finite());
    }

    #[test]
    fn sums_take_every_number_once() {
        for count in [0, 1, 15, 16, 17, 50] {
            let values: Vec<f32> = (1..=count).map(|i| i as f32).collect();
            let total = (count * (count + 1) / 2) as f32;
            assert_eq!(sum(&values), total);
            assert_eq!(dot(&values, &vec![2.0; count]), 2.0 * total);
            assert_eq!(squares(&values, 0.0), dot(&values, &values));
            assert_eq!(largest(&values), if count == 0 { f32::NEG_INFINITY } else { count as f32 });
        }
    }
}
