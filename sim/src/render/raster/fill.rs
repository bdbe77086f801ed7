//! Filling a triangle: depth test and surface index.

use super::frame::Frame;
use super::scan::{Corner, doubled_area, first_pixel, scan};
use super::view::{Projected, STEPS};

/// Draws a triangle whose corners turn anticlockwise on screen, that is, one seen from outside.
///
/// Inverse depth is linear across the image, which makes depth perspective-correct. Of two equal
/// depths the first one drawn stays.
#[inline]
pub(super) fn fill(frame: &mut Frame, [a, c, b]: [Projected; 3], surface: u32) {
    let corners: [Corner; 3] = [(a.x, a.y), (b.x, b.y), (c.x, c.y)];
    let area = doubled_area(corners[0], corners[1], corners[2]);
    if area <= 0 || misses_all_centres(&corners) {
        return;
    }
    // The plane through the corners' inverse depths, in f64 so that a large triangle is as exact
    // as a small one.
    let inverse_area = 1.0 / area as f64;
    let (bx, by) = (f64::from(b.x - a.x), f64::from(b.y - a.y));
    let (cx, cy) = (f64::from(c.x - a.x), f64::from(c.y - a.y));
    let [az, bz, cz] = [a, b, c].map(|corner| f64::from(corner.inverse));
    let (bz, cz) = (bz - az, cz - az);
    let along = (bz * cy - cz * by) * inverse_area;
    let down = (cz * bx - bz * cx) * inverse_area;
    let step = (along * f64::from(STEPS)) as f32;

    let Frame { width, height, depth, surface: surfaces, ramp, .. } = frame;
    scan(corners, *width as i32, *height as i32, |row, from, to| {
        let offset = |pixel: i32, corner: i32| f64::from(pixel * STEPS + STEPS / 2 - corner);
        let first = (az + along * offset(from, a.x) + down * offset(row, a.y)) as f32;
        let begin = row as usize * *width as usize + from as usize;
        let span = begin..begin + (to - from) as usize;
        nearest(&mut depth[span.clone()], &mut surfaces[span], ramp, first, step, surface);
    });
}

/// Depth test along a row: pixel `i` of the triangle has inverse depth `first + step * ramp[i]`.
///
/// Written in bit operations on slices of one length, which the compiler turns into vector
/// instructions. Testing whole blocks of small triangles by edge functions was no faster.
#[inline]
fn nearest(depth: &mut [f32], seen: &mut [u32], ramp: &[f32], first: f32, step: f32, surface: u32) {
    for ((depth, seen), column) in depth.iter_mut().zip(seen).zip(ramp) {
        let inverse = first + step * column;
        let nearer = if inverse > *depth { u32::MAX } else { 0 };
        let choose = |new: u32, old: u32| (new & nearer) | (old & !nearer);
        *depth = f32::from_bits(choose(inverse.to_bits(), depth.to_bits()));
        *seen = choose(surface, *seen);
    }
}

/// Whether a triangle lies between two neighbouring rows or columns of pixel centres.
#[inline]
fn misses_all_centres(&[a, b, c]: &[Corner; 3]) -> bool {
    let empty =
        |p: i32, q: i32, r: i32| first_pixel(p.min(q).min(r)) >= first_pixel(p.max(q).max(r));
    empty(a.0, b.0, c.0) || empty(a.1, b.1, c.1)
}
