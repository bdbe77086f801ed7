//! The offscreen renderer against the rasteriser, on whatever adapter there is.

use std::io::Write as _;

use super::*;
use crate::render::camera::{Camera, rlbench_cameras};
use crate::render::observe::Observer;
use crate::render::raster::{Frame, Raster, Visual};
use crate::render::renderer::Renderer;
use crate::scene::arena::arena;
use crate::scene::description::{Body, Scene};
use crate::scene::frame::{Pose, Vec3, about, at, down};
use crate::scene::shape::{Part, Shape};

/// A renderer, or none on a machine without an adapter; said aloud, unless one is required.
fn renderer() -> Option<OffscreenRenderer> {
    match OffscreenRenderer::open() {
        Ok(renderer) => Some(renderer),
        Err(error) if std::env::var_os("MIRROR_REQUIRE_ADAPTER").is_none() => {
            let line = format!("SKIPPED, nothing was drawn by Bevy: {error}\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            None
        }
        Err(error) => panic!("MIRROR_REQUIRE_ADAPTER is set, and {error}"),
    }
}

/// Table, floor and wall, and one of each round shape on the table.
fn scene() -> Vec<Body> {
    let shapes = [
        Shape::cuboid(0.1, 0.06, 0.08),
        Shape::sphere(0.05),
        Shape::cylinder(0.04, 0.15),
        Shape::capsule(0.03, 0.1),
    ];
    let mut bodies = arena();
    for (i, shape) in shapes.into_iter().enumerate() {
        let place = Vec3::new(0.25, 0.16 * i as f32 - 0.3, 0.85);
        let pose = Pose::from_parts(place, about(Vec3::ONE.normalize(), 0.4 * i as f32));
        let part = Part::new(shape, Pose::IDENTITY, [0.7, 0.1, 0.1]);
        bodies.push(Body::fixed("block", pose).with(part));
    }
    bodies
}

fn poses(bodies: &[Body]) -> Vec<Pose> {
    bodies.iter().map(|body| body.pose).collect()
}

fn cameras() -> Vec<Camera> {
    let tip = Pose::from_parts(Vec3::new(0.25, 0.0, 1.1), down(0.3));
    rlbench_cameras().iter().map(|camera| camera.resolved(tip)).collect()
}

fn raster(bodies: &[Body], camera: &Camera) -> Frame {
    let mut raster = Raster::new(&Visual::from_bodies(bodies));
    raster.pose(&poses(bodies));
    let mut frame = Frame::new();
    raster.render(camera, &mut frame);
    frame
}

#[test]
fn pictures_are_whole_at_once_and_the_same_again() {
    let Some(renderer) = renderer() else { return };
    let bodies = scene();
    let scene = renderer.scene(Visual::from_bodies(&bodies)).unwrap();
    // A width whose rows are padded on their way back.
    let mut cameras = cameras();
    cameras.push(cameras[3].clone().resized(70, 50));
    let first = scene.draw(poses(&bodies), cameras.clone()).unwrap();
    for (frame, camera) in first.iter().zip(&cameras) {
        assert_eq!((frame.width, frame.height), (camera.width, camera.height));
        let reference = raster(&bodies, camera);
        let same = frame.id.iter().zip(&reference.id).filter(|(a, b)| a == b).count();
        let share = same as f64 / frame.id.len() as f64;
        assert!(share > 0.985, "{}: {share}", camera.name);
        for (i, (depth, expected)) in frame.depth.iter().zip(&reference.depth).enumerate() {
            let sure = frame.id[i] == reference.id[i];
            assert!(!sure || (depth - expected).abs() < 0.02, "{} {i}", camera.name);
        }
    }
    for _ in 0..3 {
        let again = scene.draw(poses(&bodies), cameras.clone()).unwrap();
        let equal = first.iter().zip(&again).all(|(a, b)| a.rgb == b.rgb && a.depth == b.depth);
        assert!(equal);
    }
}

#[test]
fn a_moved_body_is_seen_where_it_is_at_once() {
    let Some(renderer) = renderer() else { return };
    let bodies = scene();
    let scene = renderer.scene(Visual::from_bodies(&bodies)).unwrap();
    let camera = cameras().swap_remove(3);
    let mut poses = poses(&bodies);
    let seen = |frame: &Frame, id: u16| frame.id.iter().filter(|one| **one == id).count();
    let before = scene.draw(poses.clone(), vec![camera.clone()]).unwrap().swap_remove(0);
    assert!(seen(&before, 4) > 30);
    poses[3] = at(0.25, 0.0, -5.0);
    let after = scene.draw(poses.clone(), vec![camera.clone()]).unwrap().swap_remove(0);
    assert_eq!(seen(&after, 4), 0);
    poses[3] = at(f32::NAN, 0.0, 0.0);
    let hidden = scene.draw(poses, vec![camera]).unwrap().swap_remove(0);
    assert_eq!(seen(&hidden, 4), 0);
}

#[test]
fn things_cast_shadows_on_the_table() {
    let Some(renderer) = renderer() else { return };
    let plate = Part::new(Shape::cuboid(0.3, 0.3, 0.02), Pose::IDENTITY, [0.5; 3]);
    let mut bodies = arena();
    bodies.push(Body::fixed("plate", at(0.25, 0.0, 1.3)).with(plate));
    let scene = renderer.scene(Visual::from_bodies(&bodies)).unwrap();
    // Under the plate, looking at the table beside the plate's foot, away from the light.
    let camera =
        Camera::look_at("low", Vec3::new(0.1, -0.5, 1.0), Vec3::new(0.0, -0.3, 0.75), 50.0, 64, 64);
    let mut poses = poses(&bodies);
    let sum = |frame: &Frame| frame.rgb.iter().map(|x| u64::from(*x)).sum::<u64>();
    let dark = scene.draw(poses.clone(), vec![camera.clone()]).unwrap().swap_remove(0);
    poses[3] = at(0.25, 0.0, -3.0);
    let light = scene.draw(poses, vec![camera]).unwrap().swap_remove(0);
    assert!(light.id == dark.id, "only the light has changed");
    assert!(sum(&dark) * 100 < sum(&light) * 97, "{} {}", sum(&dark), sum(&light));
}

#[test]
fn impossible_cameras_see_nothing() {
    let Some(renderer) = renderer() else { return };
    let bodies = scene();
    let scene = renderer.scene(Visual::from_bodies(&bodies)).unwrap();
    let good = cameras().swap_remove(3);
    let wrong = [
        Camera { width: 0, ..good.clone() },
        Camera { focal: f32::NAN, ..good.clone() },
        Camera { pose: at(f32::INFINITY, 0.0, 0.0), ..good.clone() },
        Camera { far: 0.0, ..good.clone() },
    ];
    let cameras: Vec<Camera> = wrong.into_iter().chain([good]).collect();
    let frames = scene.draw(poses(&bodies), cameras).unwrap();
    assert!(frames[..4].iter().all(|frame| frame.id.iter().all(|id| *id == 0)));
    assert!(frames[4].id.iter().any(|id| *id > 3));
    assert_eq!((frames[0].width, frames[0].id.len()), (0, 0));
}

#[test]
fn scenes_take_turns() {
    let Some(renderer) = renderer() else { return };
    let (full, empty) = (scene(), arena());
    let scenes = [&full, &empty].map(|bodies| renderer.scene(Visual::from_bodies(bodies)).unwrap());
    let camera = cameras().swap_remove(3);
    for _ in 0..2 {
        for (scene, bodies) in scenes.iter().zip([&full, &empty]) {
            let frame = scene.draw(poses(bodies), vec![camera.clone()]).unwrap().swap_remove(0);
            let most = frame.id.iter().max().copied();
            assert_eq!(most, raster(bodies, &camera).id.into_iter().max());
        }
    }
}

#[test]
fn a_driver_that_is_gone_costs_one_line() {
    let Some(renderer) = renderer() else { return };
    let bevy = Renderer::Bevy(renderer.clone());
    let scene = Scene { bodies: scene(), ..Scene::default() };
    let observer = Observer::by(&bevy, &scene).unwrap();
    let mut frame = Frame::new();
    observer.draw(&cameras()[0], &mut frame).unwrap();
    renderer.close();
    let error = observer.draw(&cameras()[0], &mut frame).unwrap_err();
    assert_eq!(error.to_string(), "the graphics driver failed: its thread has ended");
}
