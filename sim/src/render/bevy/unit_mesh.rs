//! A mesh brought to unit size, so that all boxes are one mesh, and all cylinders of equal sides.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};

use crate::scene::frame::Vec3;
use crate::scene::mesh;

/// Cosine of the largest angle between faces that are shaded as one round surface: 50 degrees, more
/// than between the sides of the coarsest round shape (45) and less than between those of a box.
const ROUND: f32 = 0.643;
/// Smallest half extent that a mesh is divided by, metres.
const THIN: f32 = 1e-6;
/// Steps per unit in which unit meshes are compared: finer than any picture, coarser than rounding.
const STEPS: f32 = 65_536.0;

/// Corners and their normals at unit size.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct UnitMesh {
    /// Positions; each axis spans -1 to 1.
    positions: Vec<[f32; 3]>,
    /// Unit normals that give the right ones when scaled as Bevy scales them.
    normals: Vec<[f32; 3]>,
    indices: Vec<u32>,
}

/// What unit meshes that may share a mesh have in common.
pub(super) type MeshKey = Vec<i32>;

impl UnitMesh {
    /// The form of a mesh with its centre and its half extents, metres; none where nothing is to be
    /// drawn.
    pub(super) fn of(mesh: &mesh::Mesh) -> Option<(Self, Vec3, Vec3)> {
        let bounds = |(low, high): (Vec3, Vec3), v: &Vec3| (low.min(*v), high.max(*v));
        let (low, high) = mesh.vertices.iter().fold((Vec3::MAX, Vec3::MIN), bounds);
        let (centre, extent) = (0.5 * (low + high), 0.5 * (high - low));
        if mesh.faces.is_empty() || extent.min_element() <= THIN || extent.is_nan() {
            return None;
        }
        let faces: Vec<Vec3> = mesh.normals().collect();
        let areas: Vec<f32> = mesh.faces.iter().map(|face| area(mesh, face)).collect();
        let mut around = vec![Vec::new(); mesh.vertices.len()];
        for (index, face) in mesh.faces.iter().enumerate() {
            face.iter().for_each(|&corner| around[corner as usize].push(index));
        }
        let mut form = Self { positions: Vec::new(), normals: Vec::new(), indices: Vec::new() };
        // Corners of the same vertex and normal are one; the first of each vertex's run.
        let mut corners: Vec<Vec<(Vec3, u32)>> = vec![Vec::new(); mesh.vertices.len()];
        for (index, face) in mesh.faces.iter().enumerate() {
            for &vertex in face {
                let mates = around[vertex as usize].iter();
                let mates = mates.filter(|&&mate| faces[mate].dot(faces[index]) > ROUND);
                let sum: Vec3 = mates.map(|&mate| faces[mate] * areas[mate]).sum();
                let normal = (sum.normalize_or(faces[index]) * extent).normalize_or_zero();
                let known = &mut corners[vertex as usize];
                let found = known.iter().find(|(other, _)| other.distance(normal) < 1e-4);
                let corner = found.map_or(form.positions.len() as u32, |(_, corner)| *corner);
                if found.is_none() {
                    known.push((normal, corner));
                    let unit = (mesh.vertices[vertex as usize] - centre) / extent;
                    form.positions.push(unit.to_array());
                    form.normals.push(normal.to_array());
                }
                form.indices.push(corner);
            }
        }
        Some((form, centre, extent))
    }

    /// Equal for meshes that look the same.
    pub(super) fn key(&self) -> MeshKey {
        let steps = |x: &f32| (x * STEPS + 0.5).floor() as i32;
        let numbers = self.positions.iter().chain(&self.normals).flatten().map(steps);
        numbers.chain(self.indices.iter().map(|&index| index as i32)).collect()
    }

    /// The mesh to draw.
    pub(super) fn mesh(self) -> Mesh {
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::default())
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals)
            .with_inserted_indices(Indices::U32(self.indices))
    }
}

/// Twice the area of a face, square metres.
fn area(mesh: &mesh::Mesh, face: &[u32; 3]) -> f32 {
    let [a, b, c] = face.map(|i| mesh.vertices[i as usize]);
    (b - a).cross(c - a).length()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::shape::Shape;

    fn form(shape: Shape) -> (UnitMesh, Vec3, Vec3) {
        UnitMesh::of(&mesh::Mesh::of(&shape)).unwrap()
    }

    #[test]
    fn boxes_share_a_mesh_and_so_do_cylinders_of_equal_sides() {
        let (cube, centre, extent) = form(Shape::cuboid(0.2, 0.4, 0.6));
        assert!(centre.length() < 1e-7 && extent.distance(Vec3::new(0.1, 0.2, 0.3)) < 1e-7);
        assert_eq!(cube.key(), form(Shape::cuboid(2.0, 0.1, 0.03)).0.key());
        assert_eq!(cube.positions.len(), 24);
        let (tall, flat) = (Shape::cylinder(0.05, 0.3), Shape::cylinder(0.06, 0.01));
        assert_eq!(form(tall.clone()).0.key(), form(flat).0.key());
        assert_ne!(form(tall).0.key(), form(Shape::cylinder(0.005, 0.3)).0.key());
    }

    #[test]
    fn round_sides_are_smooth_and_lids_are_flat() {
        let (cylinder, ..) = form(Shape::cylinder(0.004, 0.1));
        for (position, normal) in cylinder.positions.iter().zip(&cylinder.normals) {
            let (position, normal) = (Vec3::from_array(*position), Vec3::from_array(*normal));
            let lid = normal.z.abs() > 0.999;
            let radial = Vec3::new(position.x, position.y, 0.0).normalize_or_zero();
            // Triangles of unequal area meet at a vertex, hence not exactly radial.
            assert!(lid || normal.dot(radial) > 0.98, "{position} {normal}");
        }
    }

    #[test]
    fn nothing_is_made_of_nothing() {
        assert!(UnitMesh::of(&mesh::Mesh::default()).is_none());
        assert!(UnitMesh::of(&mesh::Mesh::of(&Shape::sphere(f32::NAN))).is_none());
    }
}
