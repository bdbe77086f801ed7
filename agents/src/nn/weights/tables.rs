//! Positional tables for another number of frames or patches than they were trained with.

use crate::nn::interpolation::between;

/// A temporal table `[from, width]` for `to` frames: the first rows where there are fewer, linear
/// interpolation (ends aligned to pixel edges) where there are more.
///
/// # Panics
///
/// When `table` does not have `from` rows, or there are none.
#[must_use]
pub(super) fn temporal(table: &[f32], from: usize, to: usize) -> Vec<f32> {
    let width = table.len() / from;
    assert_eq!(table.len(), from * width, "whole rows");
    if to <= from {
        return table[..to * width].to_vec();
    }
    let mut longer = Vec::with_capacity(to * width);
    for i in 0..to {
        let (first, second, weight) = between(i, to, from);
        let rows = table[first * width..][..width].iter().zip(&table[second * width..][..width]);
        longer.extend(rows.map(|(a, b)| a * (1.0 - weight) + b * weight));
    }
    longer
}

/// A spatial table `[from^2 + 1, width]` for a grid of `to x to` patches: bicubic on the grid, the
/// first row, which belongs to the class token, untouched.
///
/// # Panics
///
/// When `table` does not have `from * from + 1` rows.
#[must_use]
pub(super) fn spatial(table: &[f32], from: usize, to: usize) -> Vec<f32> {
    let width = table.len() / (from * from + 1);
    assert_eq!(table.len(), (from * from + 1) * width, "whole rows");
    let (class, grid) = table.split_at(width);
    let taps: Vec<_> = (0..to).map(|i| cubic(i, to, from)).collect();
    let mut resized = class.to_vec();
    for down in &taps {
        for across in &taps {
            let start = resized.len();
            resized.resize(start + width, 0.0);
            for &(row, a) in down {
                for &(column, b) in across {
                    let source = &grid[(row * from + column) * width..][..width];
                    let target = resized[start..].iter_mut().zip(source);
                    target.for_each(|(sum, value)| *sum += a * b * value);
                }
            }
        }
    }
    resized
}

/// Rows and weights that make row `i`: cubic convolution with a = -0.75, edges repeated, pixel
/// centres at halves, as PyTorch's `interpolate` does it.
fn cubic(i: usize, to: usize, from: usize) -> [(usize, f32); 4] {
    const A: f64 = -0.75;
    let place = (i as f64 + 0.5) * from as f64 / to as f64 - 0.5;
    let (floor, t) = (place.floor(), place - place.floor());
    let near = |t: f64| ((A + 2.0) * t - (A + 3.0)) * t * t + 1.0;
    let far = |t: f64| ((A * t - 5.0 * A) * t + 8.0 * A) * t - 4.0 * A;
    let weights = [far(t + 1.0), near(t), near(1.0 - t), far(2.0 - t)];
    std::array::from_fn(|k| {
        let row = (floor + k as f64 - 1.0).clamp(0.0, (from - 1) as f64);
        (row as usize, weights[k] as f32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_frames_take_the_first_rows_and_more_interpolate() {
        let table = [0.0, 10.0, 1.0, 20.0];
        assert_eq!(temporal(&table, 2, 1), [0.0, 10.0]);
        assert_eq!(temporal(&table, 2, 2), table);
        let longer = temporal(&table, 2, 4);
        assert_eq!(longer, [0.0, 10.0, 0.25, 12.5, 0.75, 17.5, 1.0, 20.0]);
    }

    #[test]
    fn the_same_grid_changes_nothing_and_constants_stay() {
        let table: Vec<f32> = (0..10).map(|i| i as f32).collect();
        assert_eq!(spatial(&table, 3, 3), table);
        let flat = spatial(&[[7.0_f32].as_slice(), &[2.0; 9]].concat(), 3, 5);
        assert_eq!(flat[0], 7.0);
        assert!(flat[1..].iter().all(|value| (value - 2.0).abs() < 1e-6));
    }

    #[test]
    fn grids_are_resized_as_pytorch_does() {
        let ramp: Vec<f32> = std::iter::once(0.0).chain((0..16).map(|i| (i % 4) as f32)).collect();
        let finer = spatial(&ramp, 4, 8);
        // `interpolate(mode="bicubic")` of the same grid, row 3.
        let expected = [
            -0.105_468_75,
            0.191_406_25,
            0.667_968_75,
            1.296_875,
            1.703_125,
            2.332_031_3,
            2.808_593_8,
            3.105_468_8,
        ];
        assert_eq!(finer[25..33], expected);
    }
}
