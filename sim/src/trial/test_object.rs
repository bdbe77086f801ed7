//! The objects of the grasp trials.

use crate::scene::description::Body;
use crate::scene::frame::{Pose, Quat, TABLE_TOP, Vec3, at, z_to_x};
use crate::scene::shape::{Part, Shape};

/// One object: what it is made of and how it lies on the table. The fingers close along y.
#[derive(Clone, Debug, PartialEq)]
pub struct TestObject {
    /// Name in tables, `snake_case`.
    pub name: &'static str,
    /// Its solid.
    pub shape: Shape,
    /// Orientation on the table.
    pub lies: Quat,
    /// Height of its centre above the table, m; the fingers close there.
    pub height: f32,
    /// Mass, kg.
    pub mass: f32,
    /// Whether the pads meet it on flat faces or along a line, so that friction alone must hold it
    /// to within 2 mm.
    pub firm: bool,
}

/// Where objects stand: in front of the robot, world xy in metres.
pub const PLACE: [f32; 2] = [0.30, 0.0];

impl TestObject {
    /// The object on the table at [`PLACE`].
    pub fn body(&self) -> Body {
        let [x, y] = PLACE;
        let pose = Pose::from_parts(at(x, y, TABLE_TOP + self.height).translation, self.lies);
        let part = Part::new(self.shape.clone(), Pose::IDENTITY, [0.75, 0.30, 0.12]);
        Body::free(self.name, pose, self.mass).with(part).graspable()
    }
}

/// The eight objects, 50 to 200 g.
pub fn test_objects() -> [TestObject; 8] {
    let upright = |name, shape, height, mass, firm| TestObject {
        name,
        shape,
        lies: Quat::IDENTITY,
        height,
        mass,
        firm,
    };
    [
        upright("small_cube", Shape::cuboid(0.03, 0.03, 0.03), 0.015, 0.05, true),
        upright("cube", Shape::cuboid(0.04, 0.04, 0.04), 0.02, 0.10, true),
        upright("carton", Shape::cuboid(0.06, 0.05, 0.08), 0.04, 0.20, true),
        upright("plate", Shape::cuboid(0.08, 0.05, 0.01), 0.005, 0.08, true),
        upright("can", Shape::cylinder(0.02, 0.08), 0.04, 0.15, true),
        TestObject {
            lies: z_to_x(),
            ..upright("lying_cylinder", Shape::cylinder(0.018, 0.08), 0.018, 0.10, true)
        },
        upright("hexagon", hexagon(0.02, 0.05), 0.025, 0.12, true),
        upright("ball", Shape::sphere(0.022), 0.022, 0.08, false),
    ]
}

/// A hexagonal prism along z whose flats, `apothem` from the axis, face the fingers.
fn hexagon(apothem: f32, height: f32) -> Shape {
    let side = apothem / (0.5 * 3.0_f32.sqrt());
    let corners = [(1.0, 0.0), (0.5, 1.0), (-0.5, 1.0), (-1.0, 0.0), (-0.5, -1.0), (0.5, -1.0)];
    let points = corners
        .iter()
        .flat_map(|&(x, y)| [-0.5, 0.5].map(|z| Vec3::new(x * side, y * apothem, z * height)));
    Shape::Hull { points: points.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::mesh::Mesh;

    #[test]
    fn specimens_stand_on_the_table_between_the_fingers() {
        for test_object in test_objects() {
            let body = test_object.body();
            let vertices = Mesh::of(&test_object.shape).vertices;
            let points: Vec<Vec3> =
                vertices.into_iter().map(|v| body.pose.transform_point(v)).collect();
            let low = points.iter().map(|p| p.z).fold(f32::INFINITY, f32::min);
            let wide = points.iter().map(|p| p.y.abs()).fold(0.0, f32::max);
            assert!((low - TABLE_TOP).abs() < 1e-5, "{}: {low}", test_object.name);
            assert!(wide < 0.035, "{}: {wide}", test_object.name);
            assert!((0.05..=0.20).contains(&test_object.mass));
        }
    }
}
