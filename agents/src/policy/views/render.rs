//! Three orthographic pictures of a cloud, by splatting points into z-buffers.
//!
//! No gradient passes through here. One picture is drawn by one thread; batches are drawn in
//! parallel, one sample per task, so that the number of threads changes nothing.

use super::axes::{Axis, VIEWS};
use crate::policy::observation::cloud::Cloud;

/// Numbers per pixel: position (3, divided by the largest in the picture), colour (3), depth minus
/// the view's mean (1), and where the pixel is: view, row and column, each in [-1, 1] (3), or row and
/// column from the hand.
pub const CHANNELS: usize = 10;

/// The first channel of a pixel's colour.
pub(crate) const COLOUR: usize = 3;

/// Numbers of a pixel that say what is seen there rather than where the pixel is: z, colour (3), depth.
pub(super) const SHOWN: usize = 5;
/// Their channels: the third to the seventh.
const FIRST_SHOWN: usize = 2;

/// Radius within which a nearer point covers a pixel, cube units at 224 pixels (RVT).
const HOLE_RADIUS: f32 = 0.012;
/// Side of the published pictures, pixels.
const PUBLISHED_SIDE: f32 = 224.0;
/// Steps of the z-buffer per cube unit (RVT): nearer by less than one counts as equally near.
const DEPTH_STEPS: f32 = 1000.0;
/// What the depth channel holds where no point is.
const BACKGROUND: f32 = -1.0;
/// What a pixel shows that no point covers.
pub(super) const EMPTY_PIXEL: [f32; SHOWN] = [0.0, 0.0, 0.0, 0.0, BACKGROUND];
/// Marks a pixel that no point covers.
const EMPTY: u64 = u64::MAX;

/// Largest distance from the hand that a pixel is told, halves of a picture's side (own choice).
const FAR: f32 = 2.0;

/// What part of the cube a picture shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Its middle, in cube coordinates.
    pub centre: [f32; 3],
    /// Magnification: 1 shows the whole cube, 4 a quarter of its side.
    pub zoom: f32,
}

impl Window {
    /// The whole cube: what the coarse stage sees.
    pub const WHOLE: Self = Self { centre: [0.0; 3], zoom: 1.0 };
    /// Magnification of the fine stage (RVT-2, ARP).
    pub const ZOOM: f32 = 4.0;

    /// What the fine stage sees about a point of the cube.
    #[must_use]
    pub fn about(centre: [f32; 3]) -> Self {
        Self { centre, zoom: Self::ZOOM }
    }

    /// A point of the cube in the window's own coordinates, `[-1, 1]^3` where it is visible.
    #[inline]
    #[must_use]
    pub fn inward(&self, point: [f32; 3]) -> [f32; 3] {
        core::array::from_fn(|axis| (point[axis] - self.centre[axis]) * self.zoom)
    }

    /// A point given in the window's coordinates, in those of the cube.
    #[must_use]
    pub fn outward(&self, point: [f32; 3]) -> [f32; 3] {
        core::array::from_fn(|axis| point[axis] / self.zoom + self.centre[axis])
    }
}

/// Draws pictures of one size, cut into the patches that the network reads.
#[derive(Clone, Debug)]
pub struct Renderer {
    side: usize,
    patch: usize,
    disc: Vec<[isize; 2]>,
    deep: bool,
}

impl Renderer {
    /// Pictures of `side * side` pixels in patches of `patch * patch`; `patch` divides `side`.
    ///
    /// A nearer point covers what lies within 0.012 cube units of it; in pictures coarser than the
    /// published ones, within as many pixels (1.34).
    #[must_use]
    pub fn new(side: usize, patch: usize) -> Self {
        let pixels = 0.5 * HOLE_RADIUS * PUBLISHED_SIDE.max(side as f32);
        let reach = pixels as isize;
        let mut disc = Vec::new();
        for row in -reach..=reach {
            for column in -reach..=reach {
                let square = (row * row + column * column) as f32;
                if square > 0.0 && square <= pixels * pixels {
                    disc.push([row, column]);
                }
            }
        }
        Self { side, patch, disc, deep: false }
    }

    /// The same, with pictures of a part of the cube that also show what lies behind it. Distances behind
    /// the far face at d half sides of the part count as 1 + ln d, and positions are not divided by the
    /// largest.
    #[must_use]
    pub fn deep(self) -> Self {
        Self { deep: true, ..self }
    }

    /// Side of a picture, pixels.
    #[must_use]
    pub fn side(&self) -> usize {
        self.side
    }

    /// Patches of the three pictures.
    #[must_use]
    pub fn patches(&self) -> usize {
        let grid = self.side / self.patch;
        VIEWS * grid * grid
    }

    /// Numbers in one patch.
    #[must_use]
    pub fn patch_values(&self) -> usize {
        CHANNELS * self.patch * self.patch
    }

    /// Index of a pixel inside its view when pixels are ordered patch by patch, and inside a patch
    /// row by row: the order of heat maps in every tensor.
    #[inline]
    #[must_use]
    pub fn place(&self, row: usize, column: usize) -> usize {
        let (side, p) = (self.side, self.patch);
        ((row / p) * (side / p) + column / p) * p * p + (row % p) * p + column % p
    }

    /// What a pixel of a drawn picture shows: height, colour, depth. None outside the picture.
    #[inline]
    pub(super) fn pixel(
        &self,
        image: &[f32],
        view: usize,
        [row, column]: [isize; 2],
    ) -> Option<[f32; SHOWN]> {
        let inside = |index: isize| usize::try_from(index).ok().filter(|&index| index < self.side);
        let (place, plane) = (self.place(inside(row)?, inside(column)?), self.patch * self.patch);
        let patch = view * (self.side * self.side / plane) + place / plane;
        let first = (patch * CHANNELS + FIRST_SHOWN) * plane + place % plane;
        Some(core::array::from_fn(|channel| image[first + channel * plane]))
    }

    /// Draws `window` of the cloud. `out`: `[3 * grid * grid, channels * patch * patch]`, patches in
    /// the order view, row, column, and inside a patch channel, row, column; wholly overwritten. With a
    /// `hand`, a point of the cube, rows and columns are told from there, at most two halves of the
    /// picture's side.
    pub fn draw(&self, cloud: &Cloud, window: &Window, hand: Option<[f32; 3]>, out: &mut [f32]) {
        let pixels = self.side * self.side;
        let mut nearest = vec![EMPTY; VIEWS * pixels];
        let (visible, largest) = self.splat(cloud, window, &mut nearest);
        let scale = match largest {
            _ if self.deep => 1.0,
            0.0 => 0.0,
            largest => 1.0 / largest,
        };
        let mut covered = vec![EMPTY; pixels];
        let views = nearest.chunks_exact(pixels).zip(out.chunks_exact_mut(pixels * CHANNELS));
        for (view, (nearest, out)) in views.enumerate() {
            self.cover(nearest, &mut covered);
            let axis = Axis::ALL[view];
            let mean = mean_depth(axis, &covered, &visible);
            let origin = hand.map(|hand| {
                let (u, v, _) = axis.project(window.inward(hand));
                [v, u].map(|share| 2.0 * share - 1.0)
            });
            self.paint(&covered, out, view as f32 - 1.0, origin, |key| {
                let (position, source) = visible[key as u32 as usize];
                let [x, y, z] = position.map(|v| v * scale);
                let [r, g, b] = cloud.colours[source as usize];
                [x, y, z, r, g, b, axis.project(position).2 - mean]
            });
        }
    }

    /// Where a point counts as being in the window's coordinates; none where no view shows it.
    #[inline]
    fn shown(&self, point: [f32; 3]) -> Option<[f32; 3]> {
        let outside = point.iter().filter(|v| v.abs() > 1.0).count();
        match outside {
            0 => Some(point),
            1 if self.deep && point.iter().all(|&v| v <= 1.0) => {
                Some(point.map(|v| if v < -1.0 { -1.0 - libm::logf(-v) } else { v }))
            }
            _ => None,
        }
    }

    /// Puts every visible point into the pixel of each view where it is nearest. Keys hold the depth
    /// in their upper half and the index into the returned list, the rest of the tie, in the lower.
    fn splat(
        &self,
        cloud: &Cloud,
        window: &Window,
        nearest: &mut [u64],
    ) -> (Vec<([f32; 3], u32)>, f32) {
        let pixels = self.side * self.side;
        let (scale, last) = (self.side as f32, self.side - 1);
        let mut visible = Vec::with_capacity(cloud.positions.len());
        let mut largest = 0.0_f32;
        for (source, &point) in cloud.positions.iter().enumerate() {
            let Some(point) = self.shown(window.inward(point)) else { continue };
            largest = point.iter().fold(largest, |most, v| most.max(v.abs()));
            let index = visible.len() as u64;
            visible.push((point, source as u32));
            for (view, axis) in Axis::ALL.into_iter().enumerate() {
                let (u, v, depth) = axis.project(point);
                if ![u, v].iter().all(|share| (0.0..=1.0).contains(share)) {
                    continue;
                }
                // Through i32, which x86 converts in one instruction; nothing here is negative.
                let column = ((u * scale) as i32 as usize).min(last);
                let row = ((v * scale) as i32 as usize).min(last);
                let key = ((depth * DEPTH_STEPS) as i32 as u64) << 32 | index;
                let pixel = &mut nearest[view * pixels + row * self.side + column];
                *pixel = key.min(*pixel);
            }
        }
        (visible, largest)
    }

    /// Fills holes: each pixel takes the nearest of the points within the disc around it, and keeps
    /// its own unless another is nearer.
    fn cover(&self, nearest: &[u64], covered: &mut [u64]) {
        covered.copy_from_slice(nearest);
        let side = self.side as isize;
        for &[down, right] in &self.disc {
            let columns = 0.max(-right)..side.min(side - right);
            for row in 0.max(-down)..side.min(side - down) {
                let start = (row * side + columns.start) as usize;
                let from = ((row + down) * side + columns.start + right) as usize;
                let length = (columns.end - columns.start).max(0) as usize;
                let others = &nearest[from..from + length];
                for (own, &other) in covered[start..start + length].iter_mut().zip(others) {
                    if other >> 32 < *own >> 32 {
                        *own = other;
                    }
                }
            }
        }
    }

    /// Writes the channels of one view, patch by patch.
    fn paint(
        &self,
        covered: &[u64],
        out: &mut [f32],
        view: f32,
        origin: Option<[f32; 2]>,
        features: impl Fn(u64) -> [f32; 7],
    ) {
        let (p, grid) = (self.patch, self.side / self.patch);
        let plane = p * p;
        let step = 2.0 / (self.side.max(2) - 1) as f32;
        for (number, patch) in out.chunks_exact_mut(CHANNELS * plane).enumerate() {
            let (top, left) = (number / grid * p, number % grid * p);
            for place in 0..plane {
                let (row, column) = (top + place / p, left + place % p);
                let key = covered[row * self.side + column];
                let values = match key {
                    EMPTY => [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, BACKGROUND],
                    key => features(key),
                };
                for (channel, value) in values.into_iter().enumerate() {
                    patch[channel * plane + place] = value;
                }
                patch[7 * plane + place] = view;
                let mut at = [row, column].map(|index| index as f32 * step - 1.0);
                if let Some(origin) = origin {
                    at = [0, 1].map(|i| (at[i] - origin[i]).clamp(-FAR, FAR));
                }
                patch[8 * plane + place] = at[0];
                patch[9 * plane + place] = at[1];
            }
        }
    }
}

/// Mean depth of the covered pixels of a view; 0 when there are none.
fn mean_depth(axis: Axis, covered: &[u64], visible: &[([f32; 3], u32)]) -> f32 {
    let (mut sum, mut count) = (0.0_f64, 0_u32);
    for &key in covered.iter().filter(|&&key| key != EMPTY) {
        sum += f64::from(axis.project(visible[key as u32 as usize].0).2);
        count += 1;
    }
    (sum / f64::from(count.max(1))) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 24;

    fn draw(points: &[([f32; 3], [f32; 3])], window: Window) -> Vec<f32> {
        draw_by(&Renderer::new(SIDE, 6), points, window, None)
    }

    fn draw_by(
        renderer: &Renderer,
        points: &[([f32; 3], [f32; 3])],
        window: Window,
        hand: Option<[f32; 3]>,
    ) -> Vec<f32> {
        let cloud = Cloud {
            positions: points.iter().map(|p| p.0).collect(),
            colours: points.iter().map(|p| p.1).collect(),
        };
        let mut out = vec![f32::NAN; renderer.patches() * renderer.patch_values()];
        renderer.draw(&cloud, &window, hand, &mut out);
        assert!(out.iter().all(|v| v.is_finite()));
        out
    }

    fn at(out: &[f32], view: usize, channel: usize, row: usize, column: usize) -> f32 {
        let (grid, plane) = (SIDE / 6, 36);
        let patch = (view * grid + row / 6) * grid + column / 6;
        out[(patch * CHANNELS + channel) * plane + row % 6 * 6 + column % 6]
    }

    #[test]
    fn one_point_lands_in_the_predicted_pixel_of_each_view_and_its_neighbours() {
        let point = [0.21, -0.4, 0.77];
        let out = draw(&[(point, [0.2, 0.4, 0.6])], Window::WHOLE);
        for (view, axis) in Axis::ALL.into_iter().enumerate() {
            let [u, v] = axis.pixel(point, SIDE);
            let (row, column) = (v as usize, u as usize);
            let channel = |c| at(&out, view, c, row, column);
            assert_eq!([channel(3), channel(4), channel(5)], [0.2, 0.4, 0.6]);
            // The largest coordinate is 0.77; every covered pixel shows the one point's depth.
            assert!((channel(0) - 0.21 / 0.77).abs() < 1e-6 && (channel(2) - 1.0).abs() < 1e-6);
            assert_eq!(channel(6), 0.0);
            let covered = |r: usize, c: usize| at(&out, view, 6, r, c) != BACKGROUND;
            let total = (0..SIDE * SIDE).filter(|i| covered(i / SIDE, i % SIDE)).count();
            assert_eq!(total, 5, "the pixel and its four neighbours");
            assert!(covered(row + 1, column) && covered(row, column - 1));
        }
    }

    #[test]
    fn deep_pictures_show_what_lies_behind_their_window_and_nothing_else() {
        let deep = Renderer::new(SIDE, 6).deep();
        let window = Window::about([0.1, 0.2, 0.3]);
        let covered = |out: &[f32]| -> Vec<usize> {
            let shown = |view| {
                let pixels = (0..SIDE * SIDE).map(|i| [i / SIDE, i % SIDE]);
                pixels.filter(|&[r, c]| at(out, view, 6, r, c) != BACKGROUND).count()
            };
            (0..VIEWS).map(shown).collect()
        };
        let place = |inward: [f32; 3]| window.outward(inward);
        // Behind each far face; in front of a near face; beside; behind two far faces.
        for (axis, expected) in [(2, [5, 0, 0]), (0, [0, 5, 0]), (1, [0, 0, 5])] {
            let mut inward = [0.02; 3];
            inward[axis] = -2.0;
            let points = [(place(inward), [0.5; 3])];
            assert_eq!(covered(&draw_by(&deep, &points, window, None)), expected);
            assert_eq!(covered(&draw(&points, window)), [0; 3]);
            inward[axis] = 1.5;
            assert_eq!(
                covered(&draw_by(&deep, &[(place(inward), [0.5; 3])], window, None)),
                [0; 3]
            );
        }
        let corner = [(place([-1.5, 0.0, -1.5]), [0.5; 3])];
        assert_eq!(covered(&draw_by(&deep, &corner, window, None)), [0; 3]);
        // Of two points in a column the near one is seen; the far one would be at 1 + ln 2 below the middle.
        let far = (place([0.02, 0.02, -2.0]), [0.1; 3]);
        let near = (place([0.02, 0.02, 0.5]), [0.9; 3]);
        let middle = SIDE / 2;
        let pixel = |points: &[_], channel| {
            at(&draw_by(&deep, points, window, None), 0, channel, middle - 1, middle)
        };
        assert_eq!(pixel(&[far, near], 3), 0.9);
        let expected = -1.0 - core::f32::consts::LN_2;
        assert!((pixel(&[far], 2) - expected).abs() < 1e-4, "{}", pixel(&[far], 2));
    }

    #[test]
    fn pixels_are_told_where_they_are_from_the_hand() {
        let renderer = Renderer::new(SIDE, 6);
        let window = Window::about([0.1, 0.2, 0.3]);
        // The hand at the left edge of the top view, a quarter of the side above its middle.
        let hand = window.outward([-1.0, 0.5, 0.0]);
        let out = draw_by(&renderer, &[], window, Some(hand));
        let told = |row, column| [8, 9].map(|channel| at(&out, 0, channel, row, column));
        let close = |a: [f32; 2], b: [f32; 2]| (0..2).all(|i| (a[i] - b[i]).abs() < 1e-5);
        assert!(close(told(0, 0), [-0.5, 0.0]), "{:?}", told(0, 0));
        assert!(close(told(SIDE - 1, SIDE - 1), [1.5, 2.0]), "{:?}", told(SIDE - 1, SIDE - 1));
        let away = draw_by(&renderer, &[], window, Some([-0.9; 3]));
        assert!((0..SIDE).all(|i| at(&away, 1, 9, i, i) == FAR));
    }

    #[test]
    fn empty_pixels_hold_the_background_and_every_pixel_its_place() {
        let out = draw(&[], Window::WHOLE);
        for view in 0..VIEWS {
            assert_eq!(at(&out, view, 0, 3, 4), 0.0);
            assert_eq!(at(&out, view, 6, 3, 4), -1.0);
            assert_eq!(at(&out, view, 7, 3, 4), view as f32 - 1.0);
            assert_eq!([at(&out, view, 8, 0, 4), at(&out, view, 9, 0, SIDE - 1)], [-1.0, 1.0]);
        }
    }

    #[test]
    fn nearer_points_hide_farther_ones_in_either_order() {
        let (low, high) =
            (([0.01, 0.01, -0.5], [1.0, 0.0, 0.0]), ([0.01, 0.01, 0.5], [0.0, 1.0, 0.0]));
        for points in [[low, high], [high, low]] {
            let out = draw(&points, Window::WHOLE);
            assert_eq!(at(&out, 0, 3, 11, 12), 0.0);
            assert_eq!(at(&out, 0, 4, 11, 12), 1.0);
            // From the front they lie one above the other.
            assert_eq!(at(&out, 1, 4, 5, 12), 1.0);
            assert_eq!(at(&out, 1, 3, 17, 12), 1.0);
        }
    }

    #[test]
    fn a_window_magnifies_and_hides_what_is_outside() {
        let window = Window::about([0.5, 0.5, 0.5]);
        let out = draw(&[([0.6, 0.5, 0.5], [1.0; 3]), ([0.0; 3], [1.0; 3])], window);
        // 0.1 cube units to the right are 0.4 of the half side.
        assert_eq!(at(&out, 0, 3, 11, 16), 1.0);
        let covered = (0..SIDE * SIDE).filter(|i| at(&out, 0, 6, i / SIDE, i % SIDE) != BACKGROUND);
        assert_eq!(covered.count(), 5);
        let point = [0.3, 0.7, -0.2];
        let back = window.outward(window.inward(point));
        assert!((0..3).all(|axis| (back[axis] - point[axis]).abs() < 1e-6));
    }

    #[test]
    fn published_pictures_fill_holes_within_the_published_radius() {
        assert_eq!(Renderer::new(224, 14).disc.len(), 4);
        assert_eq!(Renderer::new(48, 6).disc.len(), 4);
        // 0.012 cube units are 2.69 pixels at 448: the 5 x 5 square without nothing but its centre
        // lies within 2.83, its corners do not.
        assert_eq!(Renderer::new(448, 14).disc.len(), 20);
    }
}
