//! The timed scene: a table with five bodies in contact, and the arm swinging above them.

use anyhow::Context as _;
use sim::robot::Arm;
use sim::robot::clearance::widen;
use sim::robot::kinematics::tip;
use sim::robot::panda::{DOF, Joints};
use sim::scene::arena;
use sim::scene::description::{Body, BodyId, Scene};
use sim::scene::frame::{TABLE_TOP, Vec3, at};
use sim::scene::shape::{Part, Shape};
use sim::world::World;
use sim::world::solver::TICK;

use crate::cli::clock::thread_seconds;

/// Seconds of simulation before the clock starts, while it runs, and of swinging afterwards in which
/// the tip's error is taken.
pub(super) const SPANS: [f64; 3] = [1.0, 10.0, 2.0];
/// Seconds at rest before the error at rest is taken.
pub(super) const SETTLE: f64 = 1.0;
/// Force that keeps each body awake, N: a sleeping body would cost nothing.
const NUDGE: f32 = 1e-3;
/// Posture around which the arm swings, rad: the tip points down, 30 cm above the table.
const POSTURE: Joints = [0.0, 0.1, 0.0, -1.9, 0.0, 2.0, core::f64::consts::FRAC_PI_4];
/// Finger opening throughout, m from closed.
pub(super) const OPENING: f64 = 0.04;
/// Angular frequency of the swing, rad/s.
const RATE: f64 = 2.0;
/// Amplitudes of joints 1 and 4, rad.
const SWING: [f64; 2] = [0.5, 0.2];

/// What one repeat measures, in this simulator or in the other.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub(super) struct Repeat {
    pub(super) real_time_factor: f64,
    /// Largest distance of the tip from the commanded kinematics while moving, mm.
    pub(super) moving_mm: f64,
    /// The same at rest.
    pub(super) rest_mm: f64,
    /// Largest distance of a body from where it started, mm.
    pub(super) strayed_mm: f64,
    /// Touching pairs (here) or contact points (there) at the end.
    pub(super) contacts: usize,
}

/// The five bodies: three boxes of which one carries another's weight, a cylinder and a ball.
pub(super) fn bodies() -> Vec<Body> {
    let body = |name: &str, shape, x: f32, y: f32, height: f32| {
        let part = Part::new(shape, at(0.0, 0.0, 0.0), [0.6, 0.3, 0.2]);
        Body::free(name, at(x, y, TABLE_TOP + height), 0.1).with(part)
    };
    let cube = || Shape::cuboid(0.05, 0.05, 0.05);
    vec![
        body("cube1", cube(), 0.15, -0.20, 0.025),
        body("cube2", cube(), 0.25, -0.10, 0.025),
        body("cube3", cube(), 0.25, -0.10, 0.075),
        body("can", Shape::cylinder(0.03, 0.08), 0.25, 0.10, 0.04),
        body("ball", Shape::sphere(0.03), 0.15, 0.20, 0.03),
    ]
}

/// Table and bodies.
pub(super) fn scene() -> Scene {
    let mut scene = Scene::default();
    scene.add(arena::table());
    for body in bodies() {
        scene.add(body);
    }
    scene
}

/// Joint positions (rad) and speeds (rad/s) at time `t` (s); the tip moves at about 0.6 m/s.
pub(super) fn swing(t: f64) -> (Joints, Joints) {
    let (sin, cos) = (RATE * t).sin_cos();
    let (mut q, mut speed) = (POSTURE, [0.0; DOF]);
    q[0] += SWING[0] * sin;
    speed[0] = SWING[0] * RATE * cos;
    q[3] += SWING[1] * cos;
    speed[3] = -SWING[1] * RATE * sin;
    (q, speed)
}

/// Runs one repeat on a fresh world.
pub(super) fn repeat() -> anyhow::Result<Repeat> {
    let scene = scene();
    let mut world = World::new(&scene).context("the timed scene")?;
    let mut arm = Arm::mount(&mut world, &swing(0.0).0, OPENING as f32);
    let ids: Vec<BodyId> = (1..scene.bodies.len()).map(BodyId).collect();
    let dt = f64::from(TICK);
    let [warm, timed, watched] = SPANS.map(|span| (span / dt).round() as usize);
    let mut step = |k: usize, q: &Joints, speed: &Joints, world: &mut World| {
        let nudge = if k.is_multiple_of(2) { NUDGE } else { -NUDGE };
        for &id in &ids {
            world.push(id, Vec3::new(nudge, 0.0, 0.0));
        }
        arm.command(world, q, speed);
        world.tick();
        widen(arm.tip(world)).translation
    };
    for k in 1..=warm {
        let (q, speed) = swing(k as f64 * dt);
        step(k, &q, &speed, &mut world);
    }
    let clock = thread_seconds();
    for k in warm + 1..=warm + timed {
        let (q, speed) = swing(k as f64 * dt);
        step(k, &q, &speed, &mut world);
    }
    let seconds = thread_seconds() - clock;
    let mut moving: f64 = 0.0;
    for k in warm + timed + 1..=warm + timed + watched {
        let (q, speed) = swing(k as f64 * dt);
        let at = step(k, &q, &speed, &mut world);
        moving = moving.max(at.distance(tip(&q).translation));
    }
    let (q, _) = swing(SPANS.iter().sum());
    let mut rest = f64::NAN;
    for k in 0..(SETTLE / dt).round() as usize {
        rest = step(k, &q, &[0.0; DOF], &mut world).distance(tip(&q).translation);
    }
    let strayed = ids
        .iter()
        .map(|&id| (world.pose(id).translation - scene.bodies[id.0].pose.translation).length());
    Ok(Repeat {
        real_time_factor: timed as f64 * dt / seconds,
        moving_mm: moving * 1e3,
        rest_mm: rest * 1e3,
        strayed_mm: f64::from(strayed.fold(0.0, f32::max)) * 1e3,
        contacts: world.contacts().len(),
    })
}
