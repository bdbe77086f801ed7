//! Depth against ray casting on the shapes that physics uses.

use rapier3d::parry::query::Ray;
use rapier3d::parry::shape::SharedShape;

use super::*;
use crate::scene::frame::z_to_y;

/// A solid in the world, as physics sees it, and the id of its body.
type Solid = (Pose, SharedShape, u16);

fn solids(bodies: &[Body]) -> Vec<Solid> {
    let solid = |(body, part, id): (&Body, &Part, u16)| {
        let shape = match &part.shape {
            Shape::Box { half } => SharedShape::cuboid(half.x, half.y, half.z),
            Shape::Hull { points } => SharedShape::convex_hull(points).unwrap(),
            _ => unreachable!("round shapes are drawn with flats"),
        };
        (body.pose * part.pose, shape, id)
    };
    let parts = bodies.iter().zip(1..).flat_map(|(b, id)| b.parts.iter().map(move |p| (b, p, id)));
    parts.map(solid).collect()
}

/// Distance along the view axis to the first solid seen at a place in the image, and its id.
fn cast(solids: &[Solid], camera: &Camera, u: f32, v: f32) -> (f32, u16) {
    let from = camera.pose.translation;
    let ray = Ray::new(from, camera.unproject(u, v, 1.0) - from);
    solids.iter().fold((camera.far, 0), |best, (pose, shape, id)| {
        shape.cast_ray(pose, &ray, best.0, true).map_or(best, |depth| (depth, *id))
    })
}

#[test]
fn depth_and_id_agree_with_ray_casting() {
    let mut bodies = table_scene();
    bodies.truncate(5);
    let solids = solids(&bodies);
    for camera in views() {
        let frame = draw(&bodies, &camera);
        let mut compared = 0;
        for (row, column) in (0..128).flat_map(|row| (0..128).map(move |column| (row, column))) {
            let (u, v) = (column as f32 + 0.5, row as f32 + 0.5);
            let (depth, id) = cast(&solids, &camera, u, v);
            // Half a pixel aside must show the same body, or the pixel is on an edge.
            let around = [(-0.5, 0.0), (0.5, 0.0), (0.0, -0.5), (0.0, 0.5)];
            if around.iter().any(|(du, dv)| cast(&solids, &camera, u + du, v + dv).1 != id) {
                continue;
            }
            compared += 1;
            let pixel = 128 * row + column;
            assert_eq!(frame.id[pixel], id, "{} {row} {column}", camera.name);
            let difference = (frame.depth[pixel] - depth).abs();
            assert!(difference < 1e-3, "{} {row} {column}: {difference}", camera.name);
        }
        assert!(compared > 15_000, "{} {compared}", camera.name);
    }
}

#[test]
fn round_shapes_are_as_near_as_their_flats_allow() {
    let camera = eye(128);
    let middle = |shape, turn| {
        let pose = Pose::from_parts(Vec3::new(0.0, 0.0, 0.5), turn);
        draw(&[block(shape, pose)], &camera).depth[64 * 128 + 64]
    };
    for angle in [0.1, 0.7, 1.4] {
        let sphere = middle(Shape::sphere(0.04), about(Vec3::X, angle));
        assert!((sphere - 0.46).abs() < 1.5e-3, "{sphere}");
        let cylinder = middle(Shape::cylinder(0.04, 0.2), z_to_y() * about(Vec3::Z, angle));
        assert!((cylinder - 0.46).abs() < 7e-4, "{cylinder}");
    }
}
