//! What stands around every task: table, floor and back wall.
//!
//! Sizes of table, floor and wall are measured in the published RLBench data; colours and legs
//! are our own.

use crate::scene::description::Body;
use crate::scene::frame::{Pose, TABLE_TOP, at};
use crate::scene::shape::{Part, Rgb, Shape};

/// Extent of the table top along x, metres (measured in the published RLBench data).
pub const TABLE_X: [f32; 2] = [-0.50, 1.11];
/// Half of the table's width along y, metres (measured in the published RLBench data).
pub const TABLE_HALF_Y: f32 = 0.55;
/// Thickness of the table top, metres (own choice).
pub const TABLE_THICKNESS: f32 = 0.05;
/// Height of the floor, metres (measured in the published RLBench data).
pub const FLOOR: f32 = 0.0;
/// Where the back wall stands on the x axis, metres (measured in the published RLBench data).
pub const WALL_X: f32 = -2.5;

/// Half of the floor's edge length, metres: it reaches the wall and fills every published view.
const FLOOR_HALF: f32 = 2.5;
/// Thickness of floor and wall, metres.
const SLAB: f32 = 0.1;
/// Height of the back wall, metres.
const WALL_HEIGHT: f32 = 3.0;
/// Edge length of a table leg's square section, metres.
const LEG: f32 = 0.06;
/// Distance from the table's edge to the outside of a leg, metres.
const INSET: f32 = 0.04;

/// Light wood.
const WOOD: Rgb = [0.42, 0.24, 0.11];
/// The same wood, stained darker.
const DARK_WOOD: Rgb = [0.22, 0.12, 0.05];
/// Light grey.
const GREY: Rgb = [0.42, 0.42, 0.40];
/// Pale blue.
const PALE: Rgb = [0.55, 0.61, 0.66];

/// The bodies that stand around every task: table, floor, wall. None of them moves.
///
/// Physics may use them all; the wall is only seen.
pub fn arena() -> Vec<Body> {
    vec![table(), floor(), wall()]
}

/// The table: a top whose surface is at [`TABLE_TOP`], on four legs.
pub fn table() -> Body {
    let [from, to] = TABLE_X;
    let (length, middle) = (to - from, 0.5 * (from + to));
    let top = Shape::cuboid(length, 2.0 * TABLE_HALF_Y, TABLE_THICKNESS);
    let height = TABLE_TOP - TABLE_THICKNESS - FLOOR;
    let reach = INSET + 0.5 * LEG;
    let (x, y) = (0.5 * length - reach, TABLE_HALF_Y - reach);
    let leg = |[sx, sy]: [f32; 2]| {
        let pose = at(sx * x, sy * y, -TABLE_THICKNESS - 0.5 * height);
        Part::new(Shape::cuboid(LEG, LEG, height), pose, DARK_WOOD)
    };
    Body::fixed("table", at(middle, 0.0, TABLE_TOP))
        .with(Part::new(top, at(0.0, 0.0, -0.5 * TABLE_THICKNESS), WOOD))
        .with_all([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]].map(leg))
}

/// The floor: a slab whose surface is at [`FLOOR`].
pub fn floor() -> Body {
    let slab = Shape::cuboid(2.0 * FLOOR_HALF, 2.0 * FLOOR_HALF, SLAB);
    Body::fixed("floor", at(0.0, 0.0, FLOOR - 0.5 * SLAB)).with(Part::new(
        slab,
        Pose::IDENTITY,
        GREY,
    ))
}

/// The back wall, facing the robot's back; only seen.
pub fn wall() -> Body {
    let slab = Shape::cuboid(SLAB, 2.0 * FLOOR_HALF, WALL_HEIGHT);
    Body::fixed("wall", at(WALL_X - 0.5 * SLAB, 0.0, FLOOR + 0.5 * WALL_HEIGHT))
        .with(Part::new(slab, Pose::IDENTITY, PALE).ghost())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::frame::Vec3;
    use crate::scene::mesh::Mesh;

    fn bounds(body: &Body) -> (Vec3, Vec3) {
        let corners = body.parts.iter().flat_map(|part| {
            let pose = body.pose * part.pose;
            Mesh::of(&part.shape).vertices.into_iter().map(move |v| pose.transform_point(v))
        });
        corners.fold((Vec3::MAX, Vec3::MIN), |(low, high), v| (low.min(v), high.max(v)))
    }

    #[test]
    fn the_table_has_the_measured_size_and_stands_on_the_floor() {
        let (low, high) = bounds(&table());
        assert!((low - Vec3::new(-0.50, -0.55, 0.0)).length() < 1e-5, "{low}");
        assert!((high - Vec3::new(1.11, 0.55, 0.75)).length() < 1e-5, "{high}");
    }

    #[test]
    fn floor_and_wall_meet() {
        let ((low, high), (wall_low, wall_high)) = (bounds(&floor()), bounds(&wall()));
        assert_eq!((high.z, wall_high.x, wall_low.z), (0.0, -2.5, 0.0));
        assert_eq!(low.x, wall_high.x);
    }
}
