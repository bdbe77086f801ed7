//! A fixed episode of motion and grasping whose final state must never change unnoticed.
//!
//! It moves along lines and round an obstacle, picks a block up, carries it over a wall and puts it
//! down. Tests and `examples/golden.rs` compare the state that it ends in across threads and
//! optimisation levels.

use crate::robot::GraspMode;
use crate::robot::action::{Action, Outcome};
use crate::robot::cell::{Cell, Flow};
use crate::scene::arena;
use crate::scene::description::{Body, Scene};
use crate::scene::frame::{Pose, TABLE_TOP, Vec3, at, down};
use crate::scene::shape::{Part, Shape};

/// Seed of the episode's planner.
pub const SEED: u64 = 7;

/// The block's edge length, m.
const EDGE: f32 = 0.04;

/// Table, a block to carry, a wall in the way, and a can that stands by.
pub fn scene() -> Scene {
    let mut scene = Scene::default();
    for body in arena::arena() {
        scene.add(body);
    }
    let part = |shape| Part::new(shape, Pose::IDENTITY, [0.2, 0.5, 0.3]);
    let wall = Shape::cuboid(0.30, 0.03, 0.25);
    let fixed = Body::fixed("wall", at(0.30, 0.0, TABLE_TOP + 0.125)).with(part(wall));
    let block = Body::free("block", at(0.28, -0.18, TABLE_TOP + 0.5 * EDGE), 0.1)
        .with(part(Shape::cuboid(EDGE, EDGE, EDGE)))
        .graspable();
    let can = Body::free("can", at(0.45, -0.25, TABLE_TOP + 0.04), 0.15)
        .with(part(Shape::cylinder(0.025, 0.08)));
    for body in [fixed, block, can] {
        scene.add(body);
    }
    scene
}

/// What the episode does with the [`scene`].
pub fn actions() -> Vec<Action> {
    let to = |y: f32, height: f32, psi: f32, open: bool| {
        let pose = Pose::from_parts(Vec3::new(0.28, y, TABLE_TOP + height), down(psi));
        Action::to(pose, open, false)
    };
    vec![
        to(-0.18, 0.12, 0.0, true),
        to(-0.18, 0.5 * EDGE, 0.0, true),
        to(-0.18, 0.5 * EDGE, 0.0, false),
        to(-0.18, 0.12, 0.0, false),
        // The wall stands between these two.
        to(0.20, 0.12, 0.5, false),
        to(0.20, 0.5 * EDGE + 0.002, 0.5, false),
        to(0.20, 0.5 * EDGE + 0.002, 0.5, true),
        to(0.20, 0.15, 0.5, true),
    ]
}

/// The cell at the start of the episode.
pub fn start(mode: GraspMode) -> Cell {
    Cell::new(&scene(), mode, SEED).expect("the scene is sound")
}

/// Carries out some of the [`actions`].
///
/// # Errors
/// The reason why one of them could not be carried out.
pub fn perform(cell: &mut Cell, actions: &[Action]) -> Result<(), Outcome> {
    actions
        .iter()
        .try_for_each(|action| cell.perform(action, &mut |_, _| Flow::Continue).map(|_| ()))
}

/// The whole episode in both modes, one line each: mode, length of the final state in bytes, digest.
///
/// # Errors
/// The reason why an action could not be carried out.
pub fn lines() -> Result<String, Outcome> {
    let mut text = String::new();
    for (name, mode) in [("assist", GraspMode::Assist), ("friction", GraspMode::Friction)] {
        let mut cell = start(mode);
        perform(&mut cell, &actions())?;
        let bytes = cell.world().state_bytes().len();
        text += &format!("{name} {bytes} {}\n", cell.state_hash());
    }
    Ok(text)
}
