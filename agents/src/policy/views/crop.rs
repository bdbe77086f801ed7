//! Cutting the surroundings of a point out of the fine pictures.

use super::axes::{Axis, VIEWS};
use super::render::{EMPTY_PIXEL, Renderer, SHOWN};

/// Cells along a side of a crop.
pub(crate) const CELLS: usize = 8;
/// Pixels along a side of a cell.
const INSIDE: usize = 2;
/// Pixels along a side of a crop.
const SIDE: usize = CELLS * INSIDE;
/// Numbers of a cell: 2 x 2 pixels, row by row, with height, three colours and depth each.
pub(crate) const CELL_VALUES: usize = INSIDE * INSIDE * SHOWN;
/// Numbers of the crops of all views.
pub(crate) const CROPS: usize = VIEWS * CELLS * CELLS * CELL_VALUES;

/// Writes what lies within eight pixels of `point`, given in the window's coordinates, in each view of
/// `image` (as [`Renderer::draw`] lays it out): `[3, 64, 20]`, cells row by row. The point lies within
/// half a pixel of the crop's middle; pixels outside the picture are empty.
pub(crate) fn crops(renderer: &Renderer, image: &[f32], point: [f32; 3], slots: &mut [f32]) {
    for ((view, axis), slots) in
        Axis::ALL.into_iter().enumerate().zip(slots.chunks_exact_mut(CROPS / VIEWS))
    {
        let middle = axis.pixel(point, renderer.side());
        let [left, top] = middle.map(|pixel| libm::roundf(pixel) as isize - SIDE as isize / 2);
        for (place, pixel) in slots.chunks_exact_mut(SHOWN).enumerate() {
            let (cell, inside) = (place / (INSIDE * INSIDE), place % (INSIDE * INSIDE));
            let row = top + (cell / CELLS * INSIDE + inside / INSIDE) as isize;
            let column = left + (cell % CELLS * INSIDE + inside % INSIDE) as isize;
            let shown = renderer.pixel(image, view, [row, column]).unwrap_or(EMPTY_PIXEL);
            pixel.copy_from_slice(&shown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::observation::cloud::Cloud;
    use crate::policy::views::render::Window;

    #[test]
    fn the_point_is_in_the_middle_of_every_view_and_the_rest_is_empty() {
        let renderer = Renderer::new(48, 6);
        let mut image = vec![0.0; renderer.patches() * renderer.patch_values()];
        // Near a corner, so that the crops reach out of the pictures.
        for point in [[0.91, 0.9, -0.93], [0.1, -0.2, 0.3]] {
            let cloud = Cloud { positions: vec![point], colours: vec![[0.2, 0.4, 0.6]] };
            renderer.draw(&cloud, &Window::WHOLE, None, &mut image);
            let mut slots = vec![0.0; CROPS];
            crops(&renderer, &image, point, &mut slots);
            for view in slots.chunks_exact(CROPS / VIEWS) {
                let at = |row: usize, column: usize| {
                    let cell = row / 2 * CELLS + column / 2;
                    &view[cell * CELL_VALUES + (row % 2 * 2 + column % 2) * SHOWN..][..SHOWN]
                };
                let hit = |row: usize, column: usize| at(row, column)[1..4] == [0.2, 0.4, 0.6];
                assert!((7..9).any(|row| (7..9).any(|column| hit(row, column))));
                assert_eq!(at(0, 0), EMPTY_PIXEL);
                assert_eq!(at(15, 15), EMPTY_PIXEL);
            }
        }
    }
}
