//! Reading a map of patches at a point between their centres.

use super::axes::{Axis, VIEWS};
use crate::presets;

/// Distance below which a point counts as being at a cell's centre, cells.
const SAME: f32 = 1e-6;

/// Weights of each view's cells at a point given in the window's coordinates: the four cells around
/// it, by inverse distance (RVT-2, ARP). The centre of cell i lies at i + 0.5 patches; a point
/// beyond the outermost centres counts as lying on them.
///
/// `slots`: `[3, grid * grid]`, zeros before.
pub(crate) fn weights(point: [f32; 3], shape: &presets::Policy, slots: &mut [f32]) {
    let grid = shape.grid();
    for (axis, slots) in Axis::ALL.into_iter().zip(slots.chunks_exact_mut(grid * grid)).take(VIEWS)
    {
        let [u, v] = axis
            .pixel(point, shape.size)
            .map(|pixel| (pixel / shape.patch as f32 - 0.5).clamp(0.0, (grid - 1) as f32));
        let (column, row) = (u as usize, v as usize);
        let mut sum = 0.0;
        for near in 0..4 {
            let (r, c) = ((row + near / 2).min(grid - 1), (column + near % 2).min(grid - 1));
            let distance = libm::hypotf(u - c as f32, v - r as f32);
            let weight = 1.0 / distance.max(SAME);
            slots[r * grid + c] += weight;
            sum += weight;
        }
        slots.iter_mut().for_each(|weight| *weight /= sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::TINY;

    #[test]
    fn weights_sum_to_one_and_peak_at_the_nearest_cell() {
        let grid = TINY.policy.grid();
        for point in [[0.1, -0.3, 0.77], [-1.0, 1.0, 0.0], [3.0, -3.0, 0.0]] {
            let mut slots = vec![0.0; VIEWS * grid * grid];
            weights(point, &TINY.policy, &mut slots);
            for view in slots.chunks_exact(grid * grid) {
                assert!((view.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                assert!(view.iter().filter(|&&w| w > 0.0).count() <= 4);
            }
        }
        // The centre of the cell in row 2, column 5 of the top view.
        let at = |index: f32| (index + 0.5) / grid as f32 * 2.0 - 1.0;
        let mut slots = vec![0.0; VIEWS * grid * grid];
        weights([at(5.0), -at(2.0), 0.0], &TINY.policy, &mut slots);
        assert!(slots[2 * grid + 5] > 0.999, "{}", slots[2 * grid + 5]);
    }
}
