//! A shape sorter: five toy shapes, and a box whose lid has a hole for each.

use core::f32::consts::{PI, TAU};

use crate::scene::description::Body;
use crate::scene::frame::{Pose, Vec3, at};
use crate::scene::palette::WOOD;
use crate::scene::shape::{Part, Rgb, Shape};

/// What the shapes are called, in the order of their holes.
pub(crate) const NAMES: [&str; 5] = ["cube", "cylinder", "triangular prism", "star", "moon"];
/// Equal turns of each shape about its upright axis.
pub(crate) const SYMMETRY: [u8; 5] = [4, 8, 3, 5, 1];
/// Height of the shapes, m (own choice).
pub(crate) const TALL: f32 = 0.035;
/// Length, width and height of the box, m (own choice).
pub(crate) const BOX: [f32; 3] = [0.312, 0.12, 0.09];
/// Thickness of the lid and of the walls, m.
pub(crate) const LID: f32 = 0.006;
const WALL: f32 = 0.006;
/// Distance between two holes, m (own choice).
const PITCH: f32 = 0.06;
/// Room left around a shape in its hole, m (own choice).
const CLEAR: f32 = 0.003;
/// Sides that stand for a circle.
const ROUND: usize = 16;
/// Radii of the moon and of the bite out of it, and where the bite is centred, m.
const MOON: f32 = 0.022;
const BITE: f32 = 0.022;
const BITE_X: f32 = 0.018;

const COLORS: [Rgb; 5] = [
    [0.85, 0.12, 0.10],
    [0.10, 0.30, 0.85],
    [0.10, 0.60, 0.20],
    [0.95, 0.75, 0.05],
    [0.55, 0.20, 0.70],
];
const SIDES: Rgb = [0.75, 0.80, 0.86];

type Point = [f32; 2];

/// A shape standing at the origin.
pub(crate) fn toy(kind: usize) -> Vec<Part> {
    let upright =
        |outline: &[Point]| Part::new(prism(outline, 0.0, TALL), Pose::IDENTITY, COLORS[kind]);
    match kind {
        3 => {
            let star = outline(3);
            // One kite per point of the star.
            let kite = |i: usize| upright(&[[0.0; 2], star[(i + 9) % 10], star[i], star[i + 1]]);
            (0..10).step_by(2).map(kite).collect()
        }
        4 => {
            let (outer, inner) = crescent();
            let slice = |i: usize| upright(&[outer[i], outer[i + 1], inner[i + 1], inner[i]]);
            (0..outer.len() - 1).map(slice).collect()
        }
        _ => vec![upright(&outline(kind))],
    }
}

/// The box, its lid up; the origin is the middle of its underside and holes lie along x.
pub(crate) fn sorter(name: &str) -> Body {
    let [long, wide, high] = BOX;
    let wall = high - LID;
    let part = |size: [f32; 3], [x, y, z]: [f32; 3]| {
        Part::new(Shape::cuboid(size[0], size[1], size[2]), at(x, y, z), SIDES)
    };
    let (end, side) = (0.5 * (long - WALL), 0.5 * (wide - WALL));
    let mut body = Body::fixed(name, Pose::IDENTITY)
        .with(part([long, wide, 0.005], [0.0, 0.0, 0.0025]))
        .with_all([end, -end].map(|x| part([WALL, wide, wall], [x, 0.0, 0.5 * wall])))
        .with_all([side, -side].map(|y| part([long, WALL, wall], [0.0, y, 0.5 * wall])))
        .with_all([end, -end].map(|x| {
            let rim = Shape::cuboid(WALL, wide, LID);
            Part::new(rim, at(x, 0.0, high - 0.5 * LID), WOOD)
        }));
    for kind in 0..5 {
        let place = at(hole(kind), 0.0, 0.0);
        let mut pieces = around(&grown(&outline(kind), CLEAR), [0.5 * PITCH, 0.5 * wide]);
        if kind == 4 {
            pieces.push(plug());
        }
        let lid = pieces.iter().map(|piece| Part::new(prism(piece, high - LID, high), place, WOOD));
        body = body.with_all(lid);
    }
    body
}

/// Where a shape's hole lies along the box, m.
pub(crate) fn hole(kind: usize) -> f32 {
    (kind as f32 - 2.0) * PITCH
}

/// Outline of a shape, counter-clockwise around the origin; the moon without its bite.
fn outline(kind: usize) -> Vec<Point> {
    match kind {
        0 => ring(4, 0.25 * PI, |_| 0.02 * core::f32::consts::SQRT_2),
        1 => ring(ROUND, 0.0, |_| 0.02),
        2 => ring(3, 0.5 * PI, |_| 0.024),
        3 => ring(10, 0.5 * PI, |i| if i % 2 == 0 { 0.023 } else { 0.012 }),
        _ => ring(ROUND, 0.0, |_| MOON),
    }
}

fn ring(count: usize, from: f32, radius: impl Fn(usize) -> f32) -> Vec<Point> {
    (0..count).map(|i| polar(radius(i), from + TAU * i as f32 / count as f32)).collect()
}

fn polar(radius: f32, angle: f32) -> Point {
    let (sin, cos) = libm::sincosf(angle);
    [radius * cos, radius * sin]
}

/// Outer and inner edge of the moon, from horn to horn. The horns' ends are cut off.
fn crescent() -> (Vec<Point>, Vec<Point>) {
    let steps = 8;
    let arc = |x: f32, radius: f32, from: f32| -> Vec<Point> {
        let step = |i: usize| from + 2.0 * (PI - from) * i as f32 / steps as f32;
        (0..=steps).map(|i| polar(radius, step(i))).map(|[px, py]| [px + x, py]).collect()
    };
    (arc(0.0, MOON, 1.13), arc(BITE_X, BITE, 2.08))
}

/// What fills the bite in the moon's hole.
fn plug() -> Vec<Point> {
    let arc = (0..=8).map(|i| polar(BITE - CLEAR, PI * (0.5 + i as f32 / 8.0)));
    let far = MOON + CLEAR + 0.001;
    arc.map(|[x, y]| [x + BITE_X, y]).chain([[far, 0.012], [far, -0.012]]).collect()
}

/// An outline with every edge moved outwards by `by`.
fn grown(outline: &[Point], by: f32) -> Vec<Point> {
    let count = outline.len();
    let normal = |i: usize| {
        let ([ax, ay], [bx, by]) = (outline[i % count], outline[(i + 1) % count]);
        let length = libm::hypotf(bx - ax, by - ay);
        [(by - ay) / length, (ax - bx) / length]
    };
    let corner = |i: usize| {
        let (m, n) = (normal(i + count - 1), normal(i));
        let scale = by / (1.0 + m[0] * n[0] + m[1] * n[1]);
        [outline[i][0] + scale * (m[0] + n[0]), outline[i][1] + scale * (m[1] + n[1])]
    };
    (0..count).map(corner).collect()
}

/// A rectangle of the given half edges with a hole that is seen whole from the origin, in convex
/// pieces: one beyond each edge of the hole, between the rays to its ends.
fn around(hole: &[Point], half: Point) -> Vec<Vec<Point>> {
    let cross = |a: Point, b: Point| a[0] * b[1] - a[1] * b[0];
    let exit = |[x, y]: Point| {
        let scale = (half[0] / x.abs()).min(half[1] / y.abs());
        [x * scale, y * scale]
    };
    let corners = [[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]];
    let corners = corners.map(|[x, y]: Point| [x * half[0], y * half[1]]);
    let piece = |i: usize| {
        let (a, b) = (hole[i], hole[(i + 1) % hole.len()]);
        let between = corners.into_iter().filter(|&q| cross(a, q) > 0.0 && cross(q, b) > 0.0);
        [a, b, exit(b), exit(a)].into_iter().chain(between).collect()
    };
    (0..hole.len()).map(piece).collect()
}

/// An upright prism over a convex outline.
fn prism(outline: &[Point], bottom: f32, top: f32) -> Shape {
    let level = |z: f32| outline.iter().map(move |p| Vec3::new(p[0], p[1], z));
    Shape::Hull { points: level(bottom).chain(level(top)).collect() }
}
