//! The arm in the world does what its kinematics say.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use sim::robot::cell::{Cell, Flow, Travel};
use sim::robot::clearance::{narrow, widen};
use sim::robot::gripper::ATTACHED_FORCE;
use sim::robot::ik::random_joints;
use sim::robot::kinematics::{base, link_frames, tip};
use sim::robot::links::{FINGERS, HAND};
use sim::robot::motion::{Limits, Trajectory};
use sim::robot::panda::{DOF, FINGER_FORCE, FINGER_TRAVEL, HOME, Joints, TORQUE_MAX};
use sim::robot::{Arm, GraspMode};
use sim::scene::arena;
use sim::scene::description::{Body, Scene};
use sim::scene::frame::{Pose, Vec3, at, down};
use sim::scene::shape::{Part, Shape};
use sim::world::solver::TICK;
use sim::world::{Owner, World};

/// The arm alone in the air at `q`.
fn alone(q: &Joints) -> (World, Arm) {
    let mut world = World::new(&Scene::default()).unwrap();
    let arm = Arm::mount(&mut world, q, FINGER_TRAVEL);
    (world, arm)
}

/// Distance of the tip from where the commanded joints put it, m.
fn tip_error(world: &World, arm: &Arm, commanded: &Joints) -> f64 {
    widen(arm.tip(world)).translation.distance(tip(commanded).translation)
}

/// Asserts that no motor asks for more than the real one gives.
fn assert_torques(world: &World, arm: &Arm) {
    let torques = arm.torques(world);
    for i in 0..DOF {
        assert!(torques[i].abs() <= TORQUE_MAX[i], "joint {i}: {} N m", torques[i]);
    }
}

/// A swing of joints 1 and 4 with about 0.5 m/s at the tip.
fn swing(t: f64) -> (Joints, Joints) {
    let (sin, cos) = libm::sincos(2.0 * t);
    let (mut q, mut speed) = (HOME, [0.0; DOF]);
    q[0] += 0.5 * sin;
    speed[0] = cos;
    q[3] += -0.8 + 0.2 * cos;
    speed[3] = -0.4 * sin;
    (q, speed)
}

#[test]
fn link_frames_agree_with_the_kinematics() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..100 {
        let q = random_joints(&mut rng);
        let (world, arm) = alone(&q);
        let poses = arm.poses(&world);
        for (link, frame) in link_frames(&q).iter().take(HAND).enumerate() {
            let expected = narrow(base() * *frame);
            let off = poses[link + 1].translation - expected.translation;
            assert!(off.length() < 1e-4, "link {}: {} m", link + 1, off.length());
            let turn = poses[link + 1].rotation.dot(expected.rotation).abs();
            assert!(turn > 1.0 - 1e-5, "link {}: {turn}", link + 1);
        }
        assert!(tip_error(&world, &arm, &q) < 1e-4);
    }
}

#[test]
fn gravity_is_compensated_in_every_pose() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for _ in 0..20 {
        let q = random_joints(&mut rng);
        let (mut world, mut arm) = alone(&q);
        arm.command(&mut world, &q, &[0.0; DOF]);
        for _ in 0..300 {
            world.tick();
        }
        let error = tip_error(&world, &arm, &q);
        assert!(error < 1e-4, "{:.3} mm after 5 s at {q:?}", error * 1e3);
    }
}

#[test]
fn an_arm_at_rest_for_ten_seconds_obeys_a_new_target() {
    let (mut world, mut arm) = alone(&HOME);
    for _ in 0..600 {
        world.tick();
    }
    let mut q = HOME;
    q[0] += 0.3;
    arm.command(&mut world, &q, &[0.0; DOF]);
    arm.command_fingers(&mut world, 0.01);
    for _ in 0..120 {
        world.tick();
    }
    assert!(tip_error(&world, &arm, &q) < 2e-3);
    assert!(arm.opening(&world).iter().all(|opening| (opening - 0.01).abs() < 1e-3));
}

#[test]
fn the_tip_follows_a_sinusoid() {
    let (mut world, mut arm) = alone(&swing(0.0).0);
    let mut worst: f64 = 0.0;
    for k in 1..=600 {
        let (q, speed) = swing(k as f64 * f64::from(TICK));
        arm.command(&mut world, &q, &speed);
        world.tick();
        assert_torques(&world, &arm);
        // The arm starts at rest while the sinusoid does not.
        if k > 60 {
            worst = worst.max(tip_error(&world, &arm, &q));
        }
    }
    assert!(worst < 1e-2, "{:.2} mm", worst * 1e3);
    let (q, _) = swing(10.0);
    arm.command(&mut world, &q, &[0.0; DOF]);
    for _ in 0..60 {
        world.tick();
    }
    let rest = tip_error(&world, &arm, &q);
    assert!(rest < 2e-3, "{:.2} mm at rest", rest * 1e3);
}

#[test]
fn the_tip_follows_planned_trajectories_within_torque_limits() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut worst: f64 = 0.0;
    for _ in 0..10 {
        let (from, to) = (random_joints(&mut rng), random_joints(&mut rng));
        let (mut world, mut arm) = alone(&from);
        let trajectory = Trajectory::along(&[from, to], &Limits::default()).unwrap();
        let mut time = 0.0;
        while time < trajectory.duration() {
            time += f64::from(TICK);
            let (q, speed) = trajectory.sample(time);
            arm.command(&mut world, &q, &speed);
            world.tick();
            assert_torques(&world, &arm);
            worst = worst.max(tip_error(&world, &arm, &q));
        }
        for _ in 0..30 {
            world.tick();
        }
        assert!(tip_error(&world, &arm, &to) < 2e-3);
    }
    assert!(worst < 1e-2, "{:.2} mm", worst * 1e3);
}

/// A cell with a 4 cm cube of `mass` kg in the hand, off-centre by `off` m along the fingers' axis,
/// and the tip's pose before the fingers closed.
fn with_cube(
    mode: GraspMode,
    mass: f32,
    off: f32,
) -> (Cell, sim::scene::description::BodyId, Pose) {
    let mut scene = Scene::default();
    for body in arena::arena() {
        scene.add(body);
    }
    let part = Part::new(Shape::cuboid(0.04, 0.04, 0.04), Pose::IDENTITY, [0.8, 0.2, 0.1]);
    let cube = scene.add(Body::free("cube", at(0.3, off, 0.77), mass).with(part).graspable());
    let mut cell = Cell::new(&scene, mode, 0).unwrap();
    let travel = Travel { ignore_collisions: true, ..Travel::default() };
    let watch = &mut |_: &Cell, _| Flow::Continue;
    for z in [0.9, 0.77] {
        let to = Pose::from_parts(Vec3::new(0.3, 0.0, z), down(0.0));
        cell.travel(to, travel, watch).unwrap();
    }
    let before = cell.tip();
    cell.close(watch).unwrap();
    (cell, cube, before)
}

#[test]
fn a_load_of_200_g_lowers_the_tip_by_less_than_a_millimetre() {
    for mode in [GraspMode::Assist, GraspMode::Friction] {
        let (mut cell, cube, _) = with_cube(mode, 0.2, 0.0);
        let travel = Travel { ignore_collisions: true, ..Travel::default() };
        let to = Pose::from_parts(Vec3::new(0.45, 0.1, 1.1), down(0.0));
        cell.travel(to, travel, &mut |_, _| Flow::Continue).unwrap();
        cell.wait(20, &mut |_, _| Flow::Continue).unwrap();
        assert!(cell.world().pose(cube).translation.z > 1.05, "{mode:?}: dropped");
        let sag = tip_error(cell.world(), cell.arm(), cell.arm().target());
        assert!(sag < 1e-3, "{mode:?}: {:.2} mm", sag * 1e3);
    }
}

#[test]
fn pads_press_with_their_rated_force_and_hardly_sink() {
    let (mut cell, cube, _) = with_cube(GraspMode::Friction, 0.1, 0.0);
    cell.wait(20, &mut |_, _| Flow::Continue).unwrap();
    let press = |finger| cell.world().contact_force(Owner::Body(cube), Owner::Robot(finger));
    let [a, b] = FINGERS.map(press);
    assert!((a + b - 2.0 * FINGER_FORCE).abs() < 0.3 * FINGER_FORCE, "{a} N and {b} N");
    assert!((a - b).abs() < 0.1 * FINGER_FORCE, "{a} N and {b} N");
    let width: f32 = cell.arm().opening(cell.world()).iter().sum();
    let sunk = 0.5 * (0.04 - width);
    assert!(sunk < 1e-3, "each pad sank {:.2} mm", sunk * 1e3);
}

#[test]
fn fingers_rest_beside_what_is_attached() {
    let (mut cell, cube, _) = with_cube(GraspMode::Assist, 0.1, 0.0);
    cell.wait(20, &mut |_, _| Flow::Continue).unwrap();
    let press = |finger| cell.world().contact_force(Owner::Body(cube), Owner::Robot(finger));
    let force: f32 = FINGERS.map(press).iter().sum();
    assert!(force <= ATTACHED_FORCE, "{force} N");
    let width: f32 = cell.arm().opening(cell.world()).iter().sum();
    assert!((width - 0.04).abs() < 4e-3, "the fingers are {:.1} mm apart", width * 1e3);
}

#[test]
fn mimic_fingers_stay_together_when_squeezing_off_centre() {
    let mut worst: f32 = 0.0;
    let (mut cell, _, _) = with_cube(GraspMode::Friction, 0.2, 0.008);
    let mut watch = |cell: &Cell, _| {
        let [a, b] = cell.arm().opening(cell.world());
        worst = worst.max((a - b).abs());
        Flow::Continue
    };
    cell.open(&mut watch).unwrap();
    cell.close(&mut watch).unwrap();
    cell.wait(20, &mut watch).unwrap();
    assert!(worst < 1e-4, "{:.3} mm apart", worst * 1e3);
}
