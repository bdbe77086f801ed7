//! Triangle meshes of shapes, for drawing: closed, wound outward, in the shape's own frame.
//!
//! Round shapes are inscribed: their vertices lie on the true surface. The number of sides
//! follows the size, so that the flats stay within about half a millimetre of the surface
//! for radii up to 4 cm and within 0.9 % of the radius beyond.

use core::f32::consts::{PI, TAU};

use rapier3d::parry::transformation::try_convex_hull;

use crate::scene::frame::Vec3;
use crate::scene::shape::Shape;

/// Largest wanted distance between a flat and the round surface it stands for, metres.
const SAGITTA: f32 = 0.0005;
/// Fewest and most sides of a round shape.
const SIDES: [u32; 2] = [8, 24];
/// Most sides of a sphere or a capsule, which have rows of faces.
const DOUBLY_ROUND_SIDES: u32 = 16;

/// A triangle mesh.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Vertex positions, metres.
    pub vertices: Vec<Vec3>,
    /// Vertex indices of each face, anticlockwise seen from outside.
    pub faces: Vec<[u32; 3]>,
}

impl Mesh {
    /// The mesh of a shape; empty if the shape is not finite or its hull has no volume.
    pub fn of(shape: &Shape) -> Self {
        let mesh = match *shape {
            Shape::Box { half } => cuboid(half),
            Shape::Sphere { radius } => {
                let sides = sides(radius).min(DOUBLY_ROUND_SIDES);
                lathe(&dome(radius, 0.0, sides / 4), sides)
            }
            Shape::Cylinder { radius, half_height } => {
                lathe(&[[radius, half_height]], sides(radius))
            }
            Shape::Capsule { radius, half_height } => {
                let sides = sides(radius).min(DOUBLY_ROUND_SIDES);
                lathe(&dome(radius, half_height, sides / 4), sides)
            }
            Shape::Hull { ref points } => hull(points),
        };
        if mesh.vertices.iter().all(|v| v.is_finite()) { mesh } else { Self::default() }
    }

    /// Enclosed volume, m^3.
    pub fn volume(&self) -> f32 {
        let corner = |i: u32| self.vertices[i as usize];
        let wedge = |&[a, b, c]: &[u32; 3]| corner(a).dot(corner(b).cross(corner(c)));
        self.faces.iter().map(wedge).sum::<f32>() / 6.0
    }

    /// Outward unit normal of each face; zero for a face without area.
    pub fn normals(&self) -> impl Iterator<Item = Vec3> {
        self.faces.iter().map(|face| {
            let [a, b, c] = face.map(|i| self.vertices[i as usize]);
            (b - a).cross(c - a).normalize_or_zero()
        })
    }
}

/// Number of sides, a multiple of four, for a round shape of this radius.
fn sides(radius: f32) -> u32 {
    // Half the angle of a side is sqrt(2 sagitta / radius) for small angles.
    let wanted = PI / libm::sqrtf(2.0 * SAGITTA / radius.abs());
    let [fewest, most] = SIDES;
    // A float to integer cast saturates, and turns a NaN into zero.
    (wanted as u32).clamp(fewest, most).next_multiple_of(4)
}

fn cuboid(half: Vec3) -> Mesh {
    let sign = |i: u32, bit: u32| if i & bit == 0 { -1.0 } else { 1.0 };
    let vertices = (0..8).map(|i| half * Vec3::new(sign(i, 1), sign(i, 2), sign(i, 4))).collect();
    let quads =
        [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
    let faces = quads.iter().flat_map(|&[a, b, c, d]| [[a, b, c], [a, c, d]]).collect();
    Mesh { vertices, faces }
}

/// Upper half of the outline of a sphere cut at the equator and pulled apart by `half_height`,
/// as (radius, height) pairs from the equator to just below the pole.
fn dome(radius: f32, half_height: f32, rings: u32) -> Vec<[f32; 2]> {
    let ring = |i: u32| {
        let (s, c) = libm::sincosf(0.5 * PI * i as f32 / rings as f32);
        [radius * c, half_height + radius * s]
    };
    let mut outline: Vec<_> = (0..rings).map(ring).collect();
    outline.push([0.0, half_height + radius]);
    outline
}

/// Turns half an outline, mirrored at z = 0, about z.
///
/// The outline lists (radius, height) pairs upward. If it ends at radius 0 that is the pole;
/// otherwise a flat lid closes it.
fn lathe(half: &[[f32; 2]], sides: u32) -> Mesh {
    let upper = half.iter().filter(|p| p[0] != 0.0);
    let mirrored = upper.clone().rev().filter(|p| p[1] != 0.0).map(|&[r, z]| [r, -z]);
    let rings: Vec<[f32; 2]> = mirrored.chain(upper.copied()).collect();
    let top = half.iter().map(|p| p[1]).fold(0.0, f32::max);
    let mut vertices = vec![Vec3::new(0.0, 0.0, -top), Vec3::new(0.0, 0.0, top)];
    for [r, z] in &rings {
        vertices.extend((0..sides).map(|i| {
            let (s, c) = libm::sincosf(TAU * i as f32 / sides as f32);
            Vec3::new(r * c, r * s, *z)
        }));
    }
    let last = rings.len() as u32 - 1;
    let at = |ring: u32, side: u32| 2 + ring * sides + side % sides;
    let mut faces = Vec::new();
    for i in 0..sides {
        faces.push([0, at(0, i + 1), at(0, i)]);
        for ring in 0..last {
            faces.push([at(ring, i), at(ring, i + 1), at(ring + 1, i + 1)]);
            faces.push([at(ring, i), at(ring + 1, i + 1), at(ring + 1, i)]);
        }
        faces.push([1, at(last, i), at(last, i + 1)]);
    }
    Mesh { vertices, faces }
}

fn hull(points: &[Vec3]) -> Mesh {
    if points.len() < 4 || !points.iter().all(|p| p.is_finite()) {
        return Mesh::default();
    }
    try_convex_hull(points).map(|(vertices, faces)| Mesh { vertices, faces }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn tetrahedron() -> Shape {
        Shape::Hull { points: vec![Vec3::ZERO, Vec3::X, Vec3::Y, Vec3::Z, Vec3::splat(0.1)] }
    }

    fn shapes() -> Vec<(Shape, f32)> {
        let (r, h) = (0.05_f32, 0.3_f32);
        vec![
            (Shape::cuboid(0.1, 0.2, 0.3), 0.006),
            (Shape::sphere(r), 4.0 / 3.0 * PI * r * r * r),
            (Shape::cylinder(r, h), PI * r * r * h),
            (Shape::cylinder(0.003, h), PI * 0.003 * 0.003 * h),
            (Shape::capsule(r, h), PI * r * r * h + 4.0 / 3.0 * PI * r * r * r),
            (tetrahedron(), 1.0 / 6.0),
        ]
    }

    #[test]
    fn meshes_are_closed() {
        for (shape, _) in shapes() {
            let mut edges = BTreeMap::<_, i32>::new();
            for [a, b, c] in Mesh::of(&shape).faces {
                for edge in [[a, b], [b, c], [c, a]] {
                    *edges.entry(edge).or_default() += 1;
                }
            }
            for ([a, b], count) in &edges {
                assert_eq!((*count, edges.get(&[*b, *a])), (1, Some(&1)), "{shape:?}");
            }
        }
    }

    #[test]
    fn meshes_are_wound_outward() {
        for (shape, _) in shapes() {
            let mesh = Mesh::of(&shape);
            let inside = mesh.vertices.iter().sum::<Vec3>() / mesh.vertices.len() as f32;
            for (face, normal) in mesh.faces.iter().zip(mesh.normals()) {
                let offset = mesh.vertices[face[0] as usize] - inside;
                assert!(normal.dot(offset) > 0.0 && (normal.length() - 1.0).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn volumes_are_close_to_the_solids() {
        for (shape, volume) in shapes() {
            let ratio = Mesh::of(&shape).volume() / volume;
            let floor =
                if matches!(shape, Shape::Box { .. } | Shape::Hull { .. }) { 0.9999 } else { 0.89 };
            assert!(ratio > floor && ratio < 1.0001, "{shape:?} {ratio}");
        }
    }

    #[test]
    fn flats_stay_close_to_the_round_surface() {
        for radius in [0.002, 0.01, 0.04] {
            let angle = PI / sides(radius) as f32;
            assert!(radius * (1.0 - libm::cosf(angle)) < 1.05 * SAGITTA, "{radius}");
        }
        assert!(1.0 - libm::cosf(PI / SIDES[1] as f32) < 0.009);
        assert!(sides(f32::NAN) == SIDES[0] && sides(f32::INFINITY) == SIDES[1]);
    }

    #[test]
    fn degenerate_shapes_give_nothing_to_draw() {
        let flat = vec![Vec3::ZERO, Vec3::X, Vec3::Y, Vec3::new(1.0, 1.0, 0.0)];
        for points in [vec![], vec![Vec3::NAN; 5], vec![Vec3::X; 5], flat] {
            let mesh = Mesh::of(&Shape::Hull { points });
            assert!(mesh.volume() < 1e-6);
        }
        assert_eq!(Mesh::of(&Shape::sphere(f32::NAN)), Mesh::default());
    }
}
