//! Heat maps: what the network should answer, and how its answer becomes a point.

use super::axes::{Axis, VIEWS, voxel_centre};
use super::render::Window;
use crate::policy::observation::vertex::vertex;

/// The least probability that a coarse map gives a place when it is combined with a fine one.
const LEAST: f32 = 1e-6;

/// What a view's heat map should look like: a Gaussian about a point's pixel, cut at three
/// deviations, of sum 1. `sigma` and coordinates in pixels; pixel i has its centre at i + 0.5.
///
/// Adds to `map`, `side * side` zeros, at `place(row, column)`. A point outside the image counts as
/// the nearest pixel. Returns the label's entropy in nats, the least that cross-entropy can be.
pub fn label(
    map: &mut [f32],
    side: usize,
    pixel: [f32; 2],
    sigma: f32,
    place: impl Fn(usize, usize) -> usize,
) -> f32 {
    let last = side as f32 - 1.0;
    let [u, v] = pixel.map(|p| (p - 0.5).clamp(0.0, last));
    let reach = 3.0 * sigma;
    let range = |centre: f32| {
        let low = libm::ceilf(centre - reach).max(0.0) as usize;
        low..=libm::floorf((centre + reach).min(last)) as usize
    };
    let mut entries = Vec::new();
    for row in range(v) {
        for column in range(u) {
            let (du, dv) = (column as f32 - u, row as f32 - v);
            let square = du * du + dv * dv;
            if square <= reach * reach {
                entries.push((place(row, column), libm::expf(-0.5 * square / (sigma * sigma))));
            }
        }
    }
    if entries.is_empty() {
        // A deviation below a sixth of a pixel reaches no centre.
        entries.push((place(libm::roundf(v) as usize, libm::roundf(u) as usize), 1.0));
    }
    let sum: f32 = entries.iter().map(|(_, weight)| weight).sum();
    let mut entropy = 0.0;
    for (index, weight) in entries {
        let share = weight / sum;
        map[index] = share;
        entropy -= share * libm::logf(share.max(f32::MIN_POSITIVE));
    }
    entropy
}

/// The point of the cube where the three maps add up to most. `maps`: three images of `side * side`
/// probabilities, row by row, in the order of the views.
///
/// The voxel comes from an exact search over a grid of `side`^3; where in it the point lies, from the
/// neighbours' sums along each axis, so that labels come back as the points they were made of, not
/// rounded to voxels.
#[must_use]
pub fn peak(maps: [&[f32]; VIEWS], side: usize) -> [f32; 3] {
    let [x, y, z] = voxel(maps, side);
    let flip = |index: usize| side - 1 - index;
    // The two views that show an axis; the third adds the same to every voxel along it.
    let top = |x: usize, y: usize| maps[0][flip(y) * side + x];
    let front = |y: usize, z: usize| maps[1][flip(z) * side + y];
    let back = |x: usize, z: usize| maps[2][flip(z) * side + flip(x)];
    let along = |index: usize, sum: &dyn Fn(usize) -> f32| {
        let inside = (1..side.saturating_sub(1)).contains(&index);
        let near = |from: usize| [from - 1, from, from + 1].map(|i| libm::logf(sum(i)));
        let off = if inside { vertex(near(index)) } else { 0.0 };
        voxel_centre(index, side) + 2.0 * off / side as f32
    };
    [
        along(x, &|x| top(x, y) + back(x, z)),
        along(y, &|y| top(x, y) + front(y, z)),
        along(z, &|z| front(y, z) + back(x, z)),
    ]
}

/// The voxel where the three maps add up to most. Of equal sums the first in the order of z, y, x
/// wins; NaN never wins.
fn voxel(maps: [&[f32]; VIEWS], side: usize) -> [usize; 3] {
    let flip = |index: usize| side - 1 - index;
    // Both planes with x along rows, so that the inner loop runs over consecutive values.
    let top = |y: usize| &maps[0][flip(y) * side..][..side];
    let mut back = maps[2].to_vec();
    back.chunks_exact_mut(side).for_each(<[f32]>::reverse);
    let back = |z: usize| &back[flip(z) * side..][..side];
    let most = |row: &[f32]| row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let top_most: Vec<f32> = (0..side).map(|y| most(top(y))).collect();
    let back_most: Vec<f32> = (0..side).map(|z| most(back(z))).collect();

    let mut best = (f32::NEG_INFINITY, [0; 3]);
    for z in 0..side {
        for y in 0..side {
            let front = maps[1][flip(z) * side + y];
            // Rounding is monotonic: no sum of this row exceeds that of the largest parts.
            let bound = top_most[y] + back_most[z] + front;
            if bound.is_nan() || bound <= best.0 {
                continue;
            }
            let (sum, x) = row_peak(top(y), back(z), front);
            if sum > best.0 {
                best = (sum, [x, y, z]);
            }
        }
    }
    best.1
}

/// The largest `a[x] + b[x] + c` and the first x that has it.
fn row_peak(a: &[f32], b: &[f32], c: f32) -> (f32, usize) {
    const LANES: usize = 16;
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let whole = a.len() - a.len() % LANES;
    for (a, b) in a[..whole].chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for lane in 0..LANES {
            lanes[lane] = lanes[lane].max(a[lane] + b[lane] + c);
        }
    }
    let rest = a[whole..].iter().zip(&b[whole..]).map(|(a, b)| a + b + c);
    let most = lanes.into_iter().chain(rest).fold(f32::NEG_INFINITY, f32::max);
    let place = a.iter().zip(b).position(|(a, b)| a + b + c == most);
    (most, place.unwrap_or(0))
}

/// Multiplies the maps of a fine stage by what the coarse stage said of the same places, so that each sums
/// to 1 again: `coarse` of the whole cube, `fine` of `window`, both row by row in the order of the views.
///
/// Between pixels the coarse map's logarithm is a parabola along rows and columns, which keeps the shape
/// of a Gaussian label. Fine maps learn about windows whose centres are off at random, so that theirs is the
/// likelihood of what the window shows and the coarse map the prior: where a window shows nothing, the
/// product stays with the coarse answer.
pub(crate) fn combine(fine: &mut [Vec<f32>; VIEWS], coarse: &[Vec<f32>; VIEWS], window: &Window) {
    for ((axis, fine), coarse) in Axis::ALL.into_iter().zip(fine).zip(coarse) {
        let side = fine.len().isqrt();
        let [u, v] = axis.pixel(window.centre, side);
        // Along one axis: the coarse pixels around each fine one, and their weights.
        let near = |centre: f32| -> Vec<(usize, [f32; 3])> {
            let each = |index: usize| {
                let place = centre + (index as f32 + 0.5 - 0.5 * side as f32) / window.zoom;
                let middle = (place.max(1.0) as usize).clamp(1, side - 2);
                let d = (place - middle as f32 - 0.5).clamp(-1.0, 1.0);
                (middle - 1, [0.5 * d * (d - 1.0), 1.0 - d * d, 0.5 * d * (d + 1.0)])
            };
            (0..side).map(each).collect()
        };
        let logs: Vec<f32> = coarse.iter().map(|p| libm::logf(p.max(LEAST))).collect();
        let (rows, columns) = (near(v), near(u));
        let mut sum = 0.0;
        for (row, (top, down)) in fine.chunks_exact_mut(side).zip(&rows) {
            for (value, (left, along)) in row.iter_mut().zip(&columns) {
                let of = |index: usize| {
                    let first = (top + index) * side + left;
                    let each = logs[first..first + 3].iter().zip(along);
                    down[index] * each.map(|(log, weight)| log * weight).sum::<f32>()
                };
                *value *= libm::expf([0, 1, 2].map(of).iter().sum());
                sum += *value;
            }
        }
        fine.iter_mut().for_each(|value| *value /= sum.max(f32::MIN_POSITIVE));
    }
}

/// Three labels about one point of the cube (row by row) and the sum of their entropies.
#[must_use]
pub fn labels(point: [f32; 3], side: usize, sigma: f32) -> ([Vec<f32>; VIEWS], f32) {
    let mut entropy = 0.0;
    let maps = Axis::ALL.map(|axis| {
        let mut map = vec![0.0; side * side];
        let pixel = axis.pixel(point, side);
        entropy += label(&mut map, side, pixel, sigma, |row, column| row * side + column);
        map
    });
    (maps, entropy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    fn slices(maps: &[Vec<f32>; VIEWS]) -> [&[f32]; VIEWS] {
        [&maps[0], &maps[1], &maps[2]]
    }

    #[test]
    fn labels_decode_to_the_point_they_were_made_of() {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        for side in [48, 96, 128, 224] {
            for sigma in [1.0, 1.5] {
                // The labels of points near an edge are cut off there.
                let edge = 1.0 - 10.0 / side as f32;
                let point = [(); 3].map(|()| rng.random_range(-edge..edge));
                let (maps, entropy) = labels(point, side, sigma);
                for map in &maps {
                    assert!((map.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                }
                let found = peak(slices(&maps), side);
                for axis in 0..3 {
                    let error = (found[axis] - point[axis]).abs();
                    // A two-hundredth of a voxel.
                    assert!(error <= 0.01 / side as f32, "{side} {point:?} {found:?}");
                }
                // A Gaussian's entropy is 1 + ln(2 pi sigma^2); cutting it takes a little away.
                let whole = 3.0 * (1.0 + (2.0 * core::f32::consts::PI * sigma * sigma).ln());
                assert!((entropy - whole).abs() < 0.25, "{entropy} {whole}");
            }
        }
    }

    #[test]
    fn the_peak_is_that_of_an_exhaustive_search() {
        let mut rng = ChaCha8Rng::seed_from_u64(12);
        for side in [3, 16, 19, 33] {
            let mut random = || -> Vec<f32> {
                (0..side * side).map(|_| rng.random_range(0..50) as f32 * 0.125).collect()
            };
            let maps = [random(), random(), random()];
            let mut best = (f32::NEG_INFINITY, [0; 3]);
            for z in 0..side {
                for y in 0..side {
                    for x in 0..side {
                        let point = [x, y, z].map(|i| voxel_centre(i, side));
                        let sum: f32 = Axis::ALL
                            .iter()
                            .zip(&maps)
                            .map(|(axis, map)| {
                                let [u, v] = axis.pixel(point, side);
                                map[v as usize * side + u as usize]
                            })
                            .sum();
                        if sum > best.0 {
                            best = (sum, [x, y, z]);
                        }
                    }
                }
            }
            assert_eq!(voxel(slices(&maps), side), best.1);
            let off = |i: usize| peak(slices(&maps), side)[i] - voxel_centre(best.1[i], side);
            assert!((0..3).all(|i| off(i).abs() <= 1.001 / side as f32));
        }
    }

    #[test]
    fn a_point_outside_the_image_counts_as_the_nearest_pixel() {
        let mut map = vec![0.0; 100];
        label(&mut map, 10, [-5.0, 30.0], 1.0, |row, column| row * 10 + column);
        assert!((map.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let top = map.iter().copied().fold(0.0, f32::max);
        assert_eq!(map[90], top);
        let mut map = vec![0.0; 100];
        assert_eq!(label(&mut map, 10, [5.0, 5.0], 0.1, |row, column| row * 10 + column), 0.0);
        assert_eq!(map[55], 1.0);
    }

    #[test]
    fn maps_of_nan_give_a_point_all_the_same() {
        let map = vec![f32::NAN; 64];
        let point = peak([&map, &map, &map], 8);
        assert!(point.iter().all(|v| v.abs() < 1.0));
    }

    /// Where a fine map shows nothing the coarse answer stands; where it is sure the coarse one hardly
    /// moves it.
    #[test]
    fn combined_maps_keep_what_either_stage_knows() {
        let (side, point) = (48, [0.31, -0.22, 0.13]);
        let window = Window::about(point.map(|v| v + 0.04));
        let (coarse, _) = labels(point, side, 1.0);
        let mut blind = Axis::ALL.map(|_| vec![1.0 / (side * side) as f32; side * side]);
        combine(&mut blind, &coarse, &window);
        let found = window.outward(peak(slices(&blind), side));
        let pixel = 2.0 / side as f32;
        // Cut labels end at three deviations, 12 pixels of the fine stage.
        let near =
            |found: [f32; 3], share: f32| (0..3).all(|i| (found[i] - point[i]).abs() < share);
        assert!(near(found, 0.1 * pixel), "{found:?}");
        assert!(blind.iter().all(|map| (map.iter().sum::<f32>() - 1.0).abs() < 1e-4));
        let (off, _) = labels(point.map(|v| v + 0.5 * pixel), side, 1.0);
        let (mut sure, _) = labels(window.inward(point), side, 1.0);
        combine(&mut sure, &off, &window);
        let found = window.outward(peak(slices(&sure), side));
        assert!(near(found, 0.05 * pixel), "{found:?}");
    }
}
