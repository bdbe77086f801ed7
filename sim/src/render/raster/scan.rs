//! Scan conversion: which pixels a triangle covers.
//!
//! A pixel is covered when its centre lies inside the triangle, on a left edge, or on a
//! horizontal top edge. So triangles that share an edge cover each pixel along it exactly once.

use super::view::STEPS;

/// A corner in steps: column, row. Magnitudes stay below 2^22.
pub(super) type Corner = (i32, i32);

/// First pixel whose centre is at or after `x` steps.
#[inline]
pub(super) fn first_pixel(x: i32) -> i32 {
    (x + STEPS / 2 - 1) >> STEPS.trailing_zeros()
}

/// Twice the area of a triangle, in square steps; positive when it turns clockwise on screen.
#[inline]
pub(super) fn doubled_area(a: Corner, b: Corner, c: Corner) -> i64 {
    let product = |p: i32, q: i32| i64::from(p) * i64::from(q);
    product(b.0 - a.0, c.1 - a.1) - product(b.1 - a.1, c.0 - a.0)
}

/// Calls `emit(row, first column, end column)` for each row of a triangle that turns clockwise,
/// cut to an image of `width` x `height` pixels.
#[inline]
pub(super) fn scan(
    [a, b, c]: [Corner; 3],
    width: i32,
    height: i32,
    mut emit: impl FnMut(i32, i32, i32),
) {
    // From the topmost corner, clockwise order comes to the right-hand side first.
    let [top, right, left] = if a.1 <= b.1 && a.1 <= c.1 {
        [a, b, c]
    } else if b.1 <= c.1 {
        [b, c, a]
    } else {
        [c, a, b]
    };
    let start = first_pixel(top.1).max(0);
    let end = first_pixel(right.1.max(left.1)).min(height).max(start);
    let bend = first_pixel(right.1.min(left.1)).max(start).min(end);
    let mut left_edge = Edge::new(top, left, start);
    let mut right_edge = Edge::new(top, right, start);
    let mut row = start;
    for until in [bend, end] {
        while row < until {
            let (from, to) = (left_edge.column(row).max(0), right_edge.column(row).min(width));
            if from < to {
                emit(row, from, to);
            }
            row += 1;
        }
        if row == end {
            return;
        }
        // The shorter side has ended: the edge between the two lower corners takes over.
        if right.1 < left.1 {
            right_edge = Edge::new(right, left, bend);
        } else {
            left_edge = Edge::new(left, right, bend);
        }
    }
}

/// A non-horizontal edge: where it crosses the rows' centre lines.
///
/// The crossing is a fraction with denominator at most 2^31 and magnitude below 2^15. Computed
/// in f64 its error stays below 2^-35, so lowering it by 2^-34 can carry it below an integer it
/// equals but never past one it does not equal: rounding up gives the exact first pixel.
#[derive(Clone, Copy)]
struct Edge {
    first_row: i32,
    /// Crossing at the first row, pixels, prepared for rounding to nearest instead of up.
    start: f64,
    /// Change from row to row, pixels.
    slope: f64,
}

impl Edge {
    #[inline]
    fn new(from: Corner, to: Corner, first_row: i32) -> Self {
        const HALF_LESS: f64 = 0.5 - 1.0 / (1_u64 << 34) as f64;
        let (steps, half) = (f64::from(STEPS), f64::from(STEPS / 2));
        let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
        let inverse = 1.0 / (steps * dy);
        // Both products are integers below 2^47: exact.
        let centre = f64::from(first_row * STEPS + STEPS / 2 - from.1);
        let crossing = (f64::from(from.0) - half) * dy + centre * dx;
        Self { first_row, start: crossing * inverse + HALF_LESS, slope: steps * dx * inverse }
    }

    /// First column whose centre is at or right of the edge in this row.
    #[inline]
    fn column(&self, row: i32) -> i32 {
        // Adding 1.5 * 2^52 rounds, and leaves the integer in the low bits of the significand.
        const SHIFT: f64 = 6_755_399_441_055_744.0;
        let crossing = self.start + self.slope * f64::from(row - self.first_row);
        (crossing + SHIFT).to_bits() as i32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZE: i32 = 24;

    fn covered(corners: [Corner; 3]) -> Vec<(i32, i32)> {
        let mut pixels = Vec::new();
        scan(corners, SIZE, SIZE, |row, from, to| pixels.extend((from..to).map(|x| (x, row))));
        pixels
    }

    /// The rule, by exact edge functions at every pixel centre.
    fn expected([a, b, c]: [Corner; 3]) -> Vec<(i32, i32)> {
        let inside = |x: i32, y: i32| {
            let p = (x * STEPS + STEPS / 2, y * STEPS + STEPS / 2);
            [(a, b), (b, c), (c, a)].iter().all(|&(from, to)| {
                let top_left = to.1 < from.1 || (to.1 == from.1 && to.0 > from.0);
                doubled_area(from, to, p) >= i64::from(!top_left)
            })
        };
        let pixels = (0..SIZE).flat_map(|y| (0..SIZE).map(move |x| (x, y)));
        pixels.filter(|&(x, y)| inside(x, y)).collect()
    }

    fn corner(range: i32) -> impl Strategy<Value = Corner> {
        // Multiples of a half pixel make ties: edges that pass through pixel centres.
        let any = (-range..range, -range..range);
        let ties = any.clone().prop_map(|(x, y)| (x / 128 * 128, y / 128 * 128));
        prop_oneof![any, ties, (-4_i32..28, -4_i32..28).prop_map(|(x, y)| (x * 128, y * 128))]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn covers_what_edge_functions_cover(
            a in prop_oneof![corner(8000), corner(4_000_000)],
            b in corner(8000),
            c in prop_oneof![corner(8000), corner(4_000_000)],
        ) {
            let corners = match doubled_area(a, b, c) {
                0 => return Ok(()),
                area if area > 0 => [a, b, c],
                _ => [a, c, b],
            };
            prop_assert_eq!(covered(corners), expected(corners));
        }
    }

    #[test]
    fn the_two_halves_of_a_quad_cover_its_pixels_once() {
        let quad = [(300, 128), (5000, 900), (5500, 5200), (128, 4700)];
        let mut both = covered([quad[0], quad[1], quad[2]]);
        both.extend(covered([quad[0], quad[2], quad[3]]));
        both.sort_unstable();
        let count = both.len();
        both.dedup();
        assert_eq!(both.len(), count);
        let mut other = covered([quad[1], quad[2], quad[3]]);
        other.extend(covered([quad[1], quad[3], quad[0]]));
        other.sort_unstable();
        assert_eq!(both, other);
        assert!(both.len() > 300);
    }

    #[test]
    fn a_square_on_pixel_centres_owns_its_top_and_left_sides() {
        let [low, high] = [128, 128 + 3 * 256];
        let mut pixels = covered([(low, low), (high, low), (high, high)]);
        pixels.extend(covered([(low, low), (high, high), (low, high)]));
        pixels.sort_unstable();
        let square: Vec<_> = (0..3).flat_map(|x| (0..3).map(move |y| (x, y))).collect();
        assert_eq!(pixels, square);
    }
}
