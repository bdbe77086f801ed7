//! Round things with a hole, from convex pieces.

use core::f32::consts::TAU;

use crate::scene::frame::{Pose, Vec3, at, yaw};
use crate::scene::shape::{Part, Rgb, Shape};

/// Sides of a round thing (default 16: corners lie 2 % of the radius off the true circle).
const PIECES: usize = 16;

/// A corner on a circle about z; flats face x and y, where fingers may touch them.
fn point(radius: f32, index: usize, z: f32) -> Vec3 {
    let (s, c) = libm::sincosf(TAU * (index as f32 - 0.5) / PIECES as f32);
    Vec3::new(radius * c, radius * s, z)
}

/// A ring about z between two radii and two heights, m, from boxes: unlike thin wedges, the engine
/// tells exactly what touches them.
pub(crate) fn ring(inner: f32, outer: f32, z: [f32; 2], color: Rgb) -> Vec<Part> {
    let width = 2.0 * outer * libm::tanf(0.5 * TAU / PIECES as f32);
    let place = at(0.5 * (inner + outer), 0.0, 0.5 * (z[0] + z[1]));
    (0..PIECES)
        .map(|i| {
            let turn = Pose::from_rotation(yaw(i as f32 * TAU / PIECES as f32));
            let shape = Shape::cuboid(outer - inner, width, z[1] - z[0]);
            Part::new(shape, turn * place, color)
        })
        .collect()
}

/// An eight-sided disc about z between two heights, m, from boxes.
pub(crate) fn disc(radius: f32, z: [f32; 2], color: Rgb) -> Vec<Part> {
    let width = 2.0 * radius * libm::tanf(TAU / 16.0);
    (0..4)
        .map(|i| {
            let pose =
                Pose::from_rotation(yaw(i as f32 * TAU / 8.0)) * at(0.0, 0.0, 0.5 * (z[0] + z[1]));
            Part::new(Shape::cuboid(2.0 * radius, width, z[1] - z[0]), pose, color)
        })
        .collect()
}

/// A solid of revolution about z through (radius, height) pairs, m; it must be convex.
pub(crate) fn turned(profile: &[[f32; 2]], color: Rgb) -> Part {
    let points = profile
        .iter()
        .flat_map(|&[radius, z]| (0..PIECES).map(move |i| point(radius, i, z)))
        .collect();
    Part::new(Shape::Hull { points }, Pose::IDENTITY, color)
}
