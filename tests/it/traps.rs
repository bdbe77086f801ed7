//! Regression scenes for the traps of a game engine at table-top scale: each fails with the
//! engine's own defaults.

use sim::scene::description::{Body, BodyId, Scene};
use sim::scene::frame::{Vec3, at};
use sim::scene::shape::{Part, Shape};
use sim::world::solver;
use sim::world::{Divergence, Owner, World};

const EDGE: f32 = 0.02;

fn table() -> Body {
    Body::fixed("table", at(0.0, 0.0, 0.70)).with(Part::new(
        Shape::cuboid(1.0, 1.0, 0.1),
        at(0.0, 0.0, 0.0),
        [0.5; 3],
    ))
}

fn cube(name: &str, x: f32, y: f32, z: f32, edge: f32, mass: f32) -> Body {
    Body::free(name, at(x, y, z), mass).with(Part::new(
        Shape::cuboid(edge, edge, edge),
        at(0.0, 0.0, 0.0),
        [1.0, 0.0, 0.0],
    ))
}

fn run(world: &mut World, seconds: f32) {
    for _ in 0..(seconds / solver::TICK).round() as u32 {
        world.tick();
        assert_eq!(world.divergence(), None);
    }
}

#[test]
fn a_cube_tips_soon_after_its_centre_passes_the_edge() {
    let mut scene = Scene::default();
    scene.add(table());
    // Slippery, so that the push at its centre hardly helps it over.
    let slippery = cube("cube", 0.45, 0.0, 0.75 + EDGE, 2.0 * EDGE, 0.1).rough(0.05);
    let id = scene.add(slippery);
    let mut world = World::new(&scene).expect("a plain scene");
    run(&mut world, 0.5);
    // Pushed a little faster than friction stops it, so that it creeps over the edge at x = 0.5.
    let mut tipped_at = None;
    for _ in 0..1200 {
        let (velocity, _) = world.velocity(id);
        let force = 0.27 + 20.0 * (0.05 - velocity.x);
        world.push(id, Vec3::new(force.clamp(0.0, 2.0), 0.0, 0.0));
        world.tick();
        let pose = world.pose(id);
        let up = pose.rotation * Vec3::Z;
        if up.z < 0.98 {
            tipped_at = Some(pose.translation.x - 0.5);
            break;
        }
    }
    let past = tipped_at.expect("the cube never tipped");
    assert!((-0.006..0.015).contains(&past), "tipped {:.1} mm past the edge", past * 1e3);
}

#[test]
fn a_tower_of_five_cubes_stands_ten_seconds() {
    let mut scene = Scene::default();
    scene.add(table());
    let ids: Vec<BodyId> = (0..5)
        .map(|i| {
            let z = 0.75 + EDGE + 2.0 * EDGE * i as f32;
            scene.add(cube(&format!("cube{i}"), 0.1, 0.0, z, 2.0 * EDGE, 0.1))
        })
        .collect();
    let mut world = World::new(&scene).expect("a plain scene");
    run(&mut world, 10.0);
    for (i, &id) in ids.iter().enumerate() {
        let p = world.pose(id).translation;
        let squash = 0.75 + EDGE + 2.0 * EDGE * i as f32 - p.z;
        assert!(squash.abs() < 0.002, "cube {i} sank {:.2} mm", squash * 1e3);
        let drift = ((p.x - 0.1).powi(2) + p.y.powi(2)).sqrt();
        assert!(drift < 0.0005, "cube {i} drifted {:.3} mm", drift * 1e3);
    }
}

#[test]
fn contact_forces_are_in_newtons() {
    let mut scene = Scene::default();
    let table = scene.add(table());
    let id = scene.add(cube("cube", 0.0, 0.0, 0.75 + EDGE, 2.0 * EDGE, 0.2));
    let mut world = World::new(&scene).expect("a plain scene");
    run(&mut world, 0.4);
    let force = world.contact_force(Owner::Body(table), Owner::Body(id));
    assert!((force - 0.2 * 9.81).abs() < 0.02, "{force} N instead of 1.962 N");
}

#[test]
fn bodies_that_leave_or_break_are_reported() {
    let mut scene = Scene::default();
    let id = scene.add(cube("cube", 0.0, 0.0, 1.0, 0.04, 0.1));
    let mut world = World::new(&scene).expect("a plain scene");
    for _ in 0..120 {
        world.tick();
    }
    assert_eq!(world.divergence(), Some(Divergence::OutOfArena(id)));

    let mut world = World::new(&scene).expect("a plain scene");
    world.push(id, Vec3::new(f32::NAN, 0.0, 0.0));
    world.tick();
    world.tick();
    assert_eq!(world.divergence(), Some(Divergence::NotFinite));

    let mut world = World::new(&scene).expect("a plain scene");
    world.push(id, Vec3::new(500.0, 0.0, 0.0));
    world.tick();
    assert_eq!(world.divergence(), Some(Divergence::TooFast(id)));
}

#[test]
fn springs_pull_and_dry_friction_holds() {
    use sim::scene::description::{Joint, JointKind, Motion};
    let mut scene = Scene::default();
    let frame = scene.add(table());
    let drawer = |x: f32, name: &str, stiffness: f32, value: f32| Body {
        motion: Motion::Jointed(Joint {
            parent: frame,
            kind: JointKind::Prismatic,
            axis: Vec3::Y,
            limits: [-0.2, 0.2],
            value,
            mass: 0.5,
            dry_friction: 3.0,
            damping: 1.0,
            stiffness,
            rest: 0.0,
        }),
        ..cube(name, x, 0.0, 0.9, 0.04, 0.5)
    };
    let held = scene.add(drawer(0.0, "held", 0.0, 0.05));
    let sprung = scene.add(drawer(0.2, "sprung", 400.0, 0.1));
    let mut world = World::new(&scene).expect("a plain scene");
    assert!((world.joint_value(held) - 0.05).abs() < 1e-6);
    assert!((world.pose(held).translation - Vec3::new(0.0, 0.05, 0.9)).length() < 1e-5);
    run(&mut world, 1.0);
    // 400 N/m wins over 3 N of friction until 7.5 mm from rest.
    assert!(world.joint_value(sprung).abs() < 0.0085, "{}", world.joint_value(sprung));
    for (force, moves) in [(2.0, false), (4.0, true)] {
        let before = world.joint_value(held);
        for _ in 0..60 {
            world.push(held, Vec3::new(0.0, force, 0.0));
            world.tick();
        }
        let moved = (world.joint_value(held) - before).abs();
        assert_eq!(moved > 0.002, moves, "{force} N moved it by {:.2} mm", moved * 1e3);
    }
}

#[test]
fn round_things_stay_where_they_lie_and_roll_to_rest() {
    use sim::scene::frame::z_to_x;
    let mut scene = Scene::default();
    scene.add(table());
    let mut round = |name: &str, shape: Shape, y: f32| {
        let pose = sim::scene::frame::Pose::from_parts(Vec3::new(0.0, y, 0.77), z_to_x());
        let part = Part::new(shape, at(0.0, 0.0, 0.0), [0.5; 3]);
        scene.add(Body::free(name, pose, 0.1).with(part))
    };
    let can = round("can", Shape::cylinder(0.02, 0.08), -0.2);
    let ball = round("ball", Shape::sphere(0.02), 0.2);
    let mut world = World::new(&scene).expect("a plain scene");
    run(&mut world, 10.0);
    for (id, y) in [(can, -0.2), (ball, 0.2)] {
        let moved = (world.pose(id).translation.y - y).abs();
        assert!(moved < 0.001, "rolled off by {:.1} mm", moved * 1e3);
    }
    for id in [can, ball] {
        let start = world.pose(id).translation.y;
        for _ in 0..6 {
            world.push(id, Vec3::new(0.0, 0.1, 0.0));
            world.tick();
        }
        world.push(id, Vec3::ZERO);
        run(&mut world, 1.0);
        let rolled = world.pose(id).translation.y - start;
        assert!((0.02..0.2).contains(&rolled), "rolled {rolled} m");
        run(&mut world, 10.0);
        assert!(world.velocity(id).0.length() < 0.005, "{:?}", world.velocity(id).0);
    }
}
