//! The renderer as a whole.

mod rays;

use proptest::prelude::*;
use rayon::prelude::*;

use super::*;
use crate::render::camera::{Camera, Mount, rlbench_cameras};
use crate::scene::arena::arena;
use crate::scene::description::Body;
use crate::scene::frame::{Pose, Quat, Vec3, about, at, down};
use crate::scene::shape::{Part, Shape};

const RED: [f32; 3] = [0.7, 0.1, 0.1];

/// A camera at the origin that looks along z, with a focal length of `size` pixels.
fn eye(size: u32) -> Camera {
    Camera {
        name: "eye".into(),
        mount: Mount::World,
        pose: Pose::IDENTITY,
        width: size,
        height: size,
        focal: size as f32,
        near: 0.01,
        far: 8.0,
    }
}

fn draw(bodies: &[Body], camera: &Camera) -> Frame {
    let mut raster = Raster::new(&Visual::from_bodies(bodies));
    raster.pose(&bodies.iter().map(|body| body.pose).collect::<Vec<_>>());
    let mut frame = Frame::new();
    raster.render(camera, &mut frame);
    frame
}

fn block(shape: Shape, pose: Pose) -> Body {
    Body::fixed("block", pose).with(Part::new(shape, Pose::IDENTITY, RED))
}

/// Table, floor and wall, and one of each shape on the table.
fn table_scene() -> Vec<Body> {
    let spiral = (0..12)
        .map(|i| about(Vec3::Z, 0.9 * i as f32) * Vec3::new(0.05, 0.0, 0.006 * i as f32 - 0.03));
    let shapes = [
        Shape::cuboid(0.1, 0.06, 0.08),
        Shape::Hull { points: spiral.collect() },
        Shape::sphere(0.05),
        Shape::cylinder(0.04, 0.15),
        Shape::capsule(0.03, 0.1),
    ];
    let mut bodies = arena();
    for (i, shape) in shapes.into_iter().enumerate() {
        let place = Vec3::new(0.25, 0.16 * i as f32 - 0.3, 0.85);
        let pose = Pose::from_parts(place, about(Vec3::ONE.normalize(), 0.4 * i as f32));
        bodies.push(block(shape, pose));
    }
    bodies
}

fn views() -> Vec<Camera> {
    let tip = Pose::from_parts(Vec3::new(0.25, 0.0, 1.1), down(0.3));
    rlbench_cameras().iter().map(|camera| camera.resolved(tip)).collect()
}

/// Everything a frame shows, as bytes.
fn bytes(frame: &Frame) -> Vec<u8> {
    let mut bytes = frame.rgb.clone();
    bytes.extend(frame.depth.iter().flat_map(|d| d.to_le_bytes()));
    bytes.extend(frame.id.iter().flat_map(|id| id.to_le_bytes()));
    bytes
}

#[test]
fn a_box_ahead_covers_the_pixels_and_the_depth_worked_out_by_hand() {
    // Its front face, 1 m wide, is 2 m away: with a focal length of 4 pixels, 2 x 2 pixels.
    let frame = draw(&[block(Shape::cuboid(1.0, 1.0, 1.0), at(0.0, 0.0, 2.5))], &eye(4));
    for pixel in 0..16 {
        let hit = [5, 6, 9, 10].contains(&pixel);
        assert_eq!(frame.depth[pixel], if hit { 2.0 } else { 8.0 }, "{pixel}");
        assert_eq!(frame.id[pixel], u16::from(hit), "{pixel}");
    }
}

#[test]
fn nearer_surfaces_hide_farther_ones_in_any_order() {
    let far = block(Shape::cuboid(4.0, 4.0, 1.0), at(0.0, 0.0, 4.5));
    let near = block(Shape::cuboid(1.0, 1.0, 1.0), at(0.0, 0.0, 2.5));
    let (a, b) = (draw(&[far.clone(), near.clone()], &eye(4)), draw(&[near, far], &eye(4)));
    assert_eq!((a.id[5], a.id[0], b.id[5], b.id[0]), (2, 1, 1, 2));
    assert_eq!((a.depth[5], a.depth[0]), (2.0, 4.0));
    assert_eq!(a.depth, b.depth);
}

#[test]
fn a_plane_that_passes_below_the_camera_is_cut_and_keeps_its_depth() {
    // A floor 1 m below the eye, reaching far behind it. Image down is +y.
    let frame = draw(&[block(Shape::cuboid(12.0, 1.0, 12.0), at(0.0, 1.5, 0.0))], &eye(64));
    for row in 0..64 {
        let expected = 64.0 / (row as f32 + 0.5 - 32.0);
        for column in 0..64 {
            let depth = frame.depth[64 * row + column];
            if expected > 0.0 && expected < 6.0 {
                // Corners snapped by half a step move the plane by as much: 1/512 pixel.
                let tolerance = expected * expected / 64.0 / 512.0 + 1e-5;
                assert!((depth - expected).abs() < tolerance, "{row} {depth} {expected}");
            } else if expected < 0.0 {
                assert_eq!((depth, frame.id[64 * row + column]), (8.0, 0));
            }
        }
    }
}

#[test]
fn parts_that_are_hidden_or_have_no_pose_are_not_seen() {
    let part = Part::new(Shape::cuboid(1.0, 1.0, 1.0), Pose::IDENTITY, RED);
    let mut visual = Visual::default();
    let hidden = visual.add_body(&[part.clone().hidden()]);
    let first = visual.append(&[Body::fixed("ghost", Pose::IDENTITY).with(part.ghost())]);
    assert_eq!((hidden, first, visual.bodies(), visual.triangles()), (0, 1, 2, 12));
    let mut raster = Raster::new(&visual);
    let mut frame = Frame::new();
    for (poses, id) in [
        (vec![at(0.0, 0.0, 2.5); 2], 2),
        (vec![at(0.0, 0.0, 2.5)], 0),
        (vec![at(0.0, 0.0, 2.5), at(f32::NAN, 0.0, 2.5)], 0),
        (vec![], 0),
    ] {
        raster.pose(&poses);
        raster.render(&eye(4), &mut frame);
        assert_eq!(frame.id[5], id);
    }
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let bodies = table_scene();
    let mut raster = Raster::new(&Visual::from_bodies(&bodies));
    raster.pose(&bodies.iter().map(|body| body.pose).collect::<Vec<_>>());
    let all = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let one = |camera: &Camera| {
            let mut frame = Frame::new();
            raster.render(camera, &mut frame);
            bytes(&frame)
        };
        pool.install(|| views().par_iter().map(one).collect::<Vec<_>>())
    };
    let single = all(1);
    assert!(single == all(2) && single == all(4));
    // The golden: any change of these bytes is a change of every dataset.
    let joined = single.concat();
    let digest = blake3::hash(&joined).to_hex();
    assert_eq!((joined.len(), &digest.as_str()[..16]), (737_280, "f1f0bdf9016e195c"));
}

#[test]
fn oversized_cameras_are_cut_to_the_limit() {
    let camera = Camera { width: u32::MAX, height: 1, ..eye(4) };
    let frame = draw(&table_scene(), &camera);
    assert_eq!((frame.width, frame.height, frame.id.len()), (MAX_SIDE, 1, MAX_SIDE as usize));
}

#[test]
fn frames_are_reused_without_leftovers() {
    let bodies = table_scene();
    let mut raster = Raster::new(&Visual::from_bodies(&bodies));
    raster.pose(&bodies.iter().map(|body| body.pose).collect::<Vec<_>>());
    let (mut used, views) = (Frame::new(), views());
    for camera in [&views[0], &views[4], &views[3].clone().resized(64, 48), &views[0]] {
        raster.render(camera, &mut used);
        let mut fresh = Frame::new();
        raster.render(camera, &mut fresh);
        assert!(bytes(&used) == bytes(&fresh), "{}", camera.name);
    }
    let place = used.rgb.as_ptr();
    raster.render(&views[3], &mut used);
    assert_eq!(used.rgb.as_ptr(), place);
}

/// Mostly ordinary numbers, now and then a wild one.
fn number() -> impl Strategy<Value = f32> + Clone {
    prop_oneof![8 => -2_f32..2.0, 1 => any::<f32>(), 1 => Just(0.0), 1 => Just(f32::NAN)]
}

fn pose() -> impl Strategy<Value = Pose> {
    let rotation = [number(), number(), number(), number()];
    let tidy = rotation.clone().prop_map(|q| Quat::from_array(q).normalize());
    let rotation = prop_oneof![3 => tidy, 1 => rotation.prop_map(Quat::from_array)];
    ([number(), number(), number()], rotation)
        .prop_map(|(place, rotation)| Pose::from_parts(Vec3::from(place), rotation))
}

proptest! {
    #[test]
    fn nothing_panics(
        poses in prop::collection::vec(pose(), 8),
        eye in pose(),
        (width, height) in (0_u32..70, 0_u32..70),
        (focal, near, far) in (prop_oneof![number(), 1_f32..200.0], number(), number()),
    ) {
        let mut raster = Raster::new(&Visual::from_bodies(&table_scene()));
        raster.pose(&poses);
        let name = String::new();
        let camera =
            Camera { name, mount: Mount::World, pose: eye, width, height, focal, near, far };
        let mut frame = Frame::new();
        raster.render(&camera, &mut frame);
        prop_assert_eq!(frame.id.len(), (width * height) as usize);
    }
}
