//! What lies around a point in the direction of each bin of the angle about z.

use super::axes::Axis;
use super::render::{EMPTY_PIXEL, Renderer, SHOWN};
use crate::policy::observation::rotation::{self, BINS};

/// Samples along a bin's direction.
const RADII: usize = 12;
/// Distance between them as a share of the picture's side: two pixels of 48, or 1 cm of the fine
/// stage's 25. The first lies at half of it.
const STEP: f32 = 2.0 / 48.0;
/// Quarters of a turn at which the hand's heading is shown as well.
const TURNS: usize = 4;
/// Numbers of a bin.
pub(crate) const RING_VALUES: usize = RADII * SHOWN + TURNS;
/// Numbers of a ring.
pub(crate) const RING: usize = BINS * RING_VALUES;
/// Bins beyond which a heading shows nothing: three deviations of one bin.
const REACH: f32 = 3.0;

/// Writes a row for each bin of the angle about z: what the top view of `image` (as
/// [`Renderer::draw`] lays it out) shows at 12 distances from `point` in the bin's direction, five
/// numbers each, mixed of the four pixels around; then how near the bin is to the hand's heading (the
/// angle about z of `hand`, a unit quaternion), and to it plus 90, 180 and 270 degrees: Gaussians with a
/// deviation of one bin and a height of 1. `[72, 64]`; `point` in the window's coordinates.
///
/// Turning the scene and the hand about the vertical through the point by one bin moves the rows by
/// one, up to what the pixels lose. Where the hand points along the horizontal, its heading is the
/// angle that [`rotation::euler`] gives.
pub(crate) fn ring(
    renderer: &Renderer,
    image: &[f32],
    point: [f32; 3],
    hand: [f32; 4],
    slots: &mut [f32],
) {
    let side = renderer.side();
    let [u, v] = Axis::Top.pixel(point, side);
    let heading = rotation::place(rotation::euler(hand)[2]);
    for (bin, slots) in slots.chunks_exact_mut(RING_VALUES).enumerate() {
        // x points right in the top view, y up.
        let (sin, cos) = libm::sincosf(rotation::degrees(bin as f32).to_radians());
        let (shown, turns) = slots.split_at_mut(RADII * SHOWN);
        for (index, values) in shown.chunks_exact_mut(SHOWN).enumerate() {
            let radius = (index as f32 + 0.5) * STEP * side as f32;
            mix(renderer, image, [u + radius * cos, v - radius * sin], values);
        }
        for (turn, value) in turns.iter_mut().enumerate() {
            let other = heading + (turn * BINS / TURNS) as f32;
            let apart = (bin as f32 - other).rem_euclid(BINS as f32);
            let apart = apart.min(BINS as f32 - apart);
            *value = if apart <= REACH { libm::expf(-0.5 * apart * apart) } else { 0.0 };
        }
    }
}

/// What the top view shows at a place between pixels.
fn mix(renderer: &Renderer, image: &[f32], [u, v]: [f32; 2], values: &mut [f32]) {
    let (x, y) = (u - 0.5, v - 0.5);
    let (left, top) = (libm::floorf(x), libm::floorf(y));
    let (right, down) = (x - left, y - top);
    values.fill(0.0);
    for (row, rows) in [(0, 1.0 - down), (1, down)] {
        for (column, columns) in [(0, 1.0 - right), (1, right)] {
            let place = [top as isize + row, left as isize + column];
            let shown = renderer.pixel(image, 0, place).unwrap_or(EMPTY_PIXEL);
            let mixed = values.iter_mut().zip(shown);
            mixed.for_each(|(value, shown)| *value += rows * columns * shown);
        }
    }
}

#[cfg(test)]
mod tests {
    use core::f32::consts::TAU;

    use super::*;
    use crate::policy::views::render::CHANNELS;

    const SIDE: usize = 48;

    /// A picture whose shown channels are smooth waves around the middle, turned by `angle`.
    fn picture(renderer: &Renderer, angle: f32) -> Vec<f32> {
        let mut image = vec![0.0; renderer.patches() * renderer.patch_values()];
        let (sin, cos) = libm::sincosf(angle);
        let plane = 36;
        for row in 0..SIDE {
            for column in 0..SIDE {
                let at = |index: usize| (index as f32 + 0.5) * 2.0 / SIDE as f32 - 1.0;
                let (x, y) = (at(column), -at(row));
                let (x, y) = (cos * x + sin * y, cos * y - sin * x);
                let place = renderer.place(row, column);
                for channel in 0..CHANNELS {
                    let wave = libm::sinf(2.0 * x + 0.3 * channel as f32) * libm::cosf(1.5 * y);
                    image[(place / plane * CHANNELS + channel) * plane + place % plane] = wave;
                }
            }
        }
        image
    }

    #[test]
    fn rows_turn_with_the_scene() {
        let renderer = Renderer::new(SIDE, 6);
        let take = |turns: usize| {
            let angle = turns as f32 * TAU / BINS as f32;
            let hand = rotation::product(
                rotation::about(2, angle),
                rotation::from_euler([180.0, 0.0, 33.0]),
            );
            let hand = rotation::normalised(hand).unwrap();
            let mut slots = vec![0.0; RING];
            ring(&renderer, &picture(&renderer, angle), [0.0; 3], hand, &mut slots);
            slots
        };
        let still = take(0);
        let most = still.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
        assert!(most > 0.9);
        for turns in [1, 7, 18, 50] {
            let turned = take(turns);
            for bin in 0..BINS {
                let before = &still[(bin + BINS - turns) % BINS * RING_VALUES..][..RING_VALUES];
                let after = &turned[bin * RING_VALUES..][..RING_VALUES];
                let apart = before.iter().zip(after).map(|(a, b)| (a - b).abs());
                let apart = apart.fold(0.0, f32::max);
                assert!(apart < 0.01, "{turns} {bin}: {apart}");
            }
        }
    }

    #[test]
    fn the_heading_stands_at_its_own_bin_and_at_the_quarters() {
        let renderer = Renderer::new(SIDE, 6);
        let image = vec![0.0; renderer.patches() * renderer.patch_values()];
        let hand = rotation::from_euler([180.0, 0.0, 35.0]);
        let mut slots = vec![0.0; RING];
        ring(&renderer, &image, [0.2, 0.1, 0.0], hand, &mut slots);
        let [_, _, bin] = rotation::to_bins(hand);
        for turn in 0..TURNS {
            let column = |bin: usize| slots[bin * RING_VALUES + RADII * SHOWN + turn];
            let best = (0..BINS).max_by(|&a, &b| column(a).total_cmp(&column(b))).unwrap();
            assert_eq!(best, (bin + turn * BINS / TURNS) % BINS);
            assert!((column(best) - 1.0).abs() < 1e-3);
        }
    }
}
