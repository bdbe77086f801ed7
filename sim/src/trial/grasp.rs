//! One grasp trial: pick an object up, hold it, shake it, and measure how far it slips.

use serde::{Deserialize, Serialize};

use super::shake::Shake;
use super::test_object::{PLACE, TestObject};
use crate::robot::GraspMode;
use crate::robot::action::Outcome;
use crate::robot::cell::{Cell, Flow, Travel};
use crate::robot::clearance::widen;
use crate::scene::arena;
use crate::scene::description::{BodyId, Scene};
use crate::scene::frame::{DVec3, Pose, TABLE_TOP, Vec3, down};
use crate::world::solver::CONTROL_PERIOD;

/// How far an object is lifted, m.
pub const LIFT: f32 = 0.30;
/// How long it is held still, s.
pub const HOLD: f32 = 10.0;

/// What the hand does with the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Lifts it at a fifth of full speed.
    LiftSlow,
    /// Lifts it at half of full speed.
    LiftMedium,
    /// Lifts it at full speed.
    LiftFast,
    /// Holds it still for [`HOLD`] seconds.
    Hold,
    /// Shakes it along x, across the closing fingers.
    ShakeX,
    /// Then along y, the direction in which the fingers close.
    ShakeY,
    /// Then along z, in and out of the hand.
    ShakeZ,
}

impl Phase {
    /// All phases in the order of tables.
    pub const ALL: [Self; 7] = [
        Self::LiftSlow,
        Self::LiftMedium,
        Self::LiftFast,
        Self::Hold,
        Self::ShakeX,
        Self::ShakeY,
        Self::ShakeZ,
    ];

    /// Name in tables and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::LiftSlow => "lift_slow",
            Self::LiftMedium => "lift_medium",
            Self::LiftFast => "lift_fast",
            Self::Hold => "hold",
            Self::ShakeX => "shake_x",
            Self::ShakeY => "shake_y",
            Self::ShakeZ => "shake_z",
        }
    }
}

/// Displacement in the hand since the fingers closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slip {
    /// Of the object's centre, mm.
    pub distance: f32,
    /// Of its orientation, degrees.
    pub turn: f32,
}

/// The slip at the end of one phase.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The phase.
    pub phase: Phase,
    /// The slip since the grasp; hold and shakes follow the fast lift.
    pub slip: Slip,
}

/// Everything measured on one object in one mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraspTrial {
    /// Name of the object.
    pub test_object: String,
    /// How the gripper held it.
    pub mode: GraspMode,
    /// One reading per phase.
    pub readings: Vec<Reading>,
    /// Peak acceleration of the tip while shaken along x, y, z, in units of gravity.
    pub acceleration: [f64; 3],
}

/// A trial that could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("grasp trial of `{test_object}`: {}", outcome.name())]
pub struct TrialError {
    /// Name of the object.
    pub test_object: String,
    /// Why.
    pub outcome: Outcome,
}

/// Runs all phases on one object: each lift on a fresh object, then hold and shake.
///
/// # Errors
/// When the arm cannot carry the motion out or the simulation diverges. Losing the object is not
/// an error: it shows as a slip of many millimetres.
pub fn grasp_trial(test_object: &TestObject, mode: GraspMode) -> Result<GraspTrial, TrialError> {
    run(test_object, mode)
        .map_err(|outcome| TrialError { test_object: test_object.name.to_owned(), outcome })
}

fn run(test_object: &TestObject, mode: GraspMode) -> Result<GraspTrial, Outcome> {
    let mut readings = Vec::new();
    let mut acceleration = [0.0; 3];
    for (phase, speed) in [(Phase::LiftSlow, 0.2), (Phase::LiftMedium, 0.5), (Phase::LiftFast, 1.0)]
    {
        let mut grasp = Grasp::take(test_object, mode)?;
        grasp.lift(speed)?;
        readings.push(Reading { phase, slip: grasp.slip() });
        if phase == Phase::LiftFast {
            grasp.cell.wait((HOLD / CONTROL_PERIOD) as u32, &mut |_, _| Flow::Continue)?;
            readings.push(Reading { phase: Phase::Hold, slip: grasp.slip() });
            let shakes = [Phase::ShakeX, Phase::ShakeY, Phase::ShakeZ];
            for (i, (phase, axis)) in shakes.into_iter().zip(DVec3::AXES).enumerate() {
                acceleration[i] = grasp.shake(&Shake::along(axis))?;
                readings.push(Reading { phase, slip: grasp.slip() });
            }
        }
    }
    let test_object = test_object.name.to_owned();
    Ok(GraspTrial { test_object, mode, readings, acceleration })
}

/// An object in the hand.
struct Grasp {
    cell: Cell,
    object: BodyId,
    /// Pose of the object in the tip's frame when the fingers had closed.
    taken: Pose,
}

impl Grasp {
    fn take(test_object: &TestObject, mode: GraspMode) -> Result<Self, Outcome> {
        let mut scene = Scene::default();
        for body in arena::arena() {
            scene.add(body);
        }
        let object = scene.add(test_object.body());
        let mut cell = Cell::new(&scene, mode, 0).map_err(|_| Outcome::Diverged)?;
        let [x, y] = PLACE;
        let height = TABLE_TOP + test_object.height;
        // The last stretch straight down and slowly, as a careful hand would.
        for (above, speed) in [(0.15, 1.0), (0.0, 0.5)] {
            let to = Pose::from_parts(Vec3::new(x, y, height + above), down(0.0));
            let travel = Travel { ignore_collisions: true, speed, ..Travel::default() };
            cell.travel(to, travel, &mut |_, _| Flow::Continue)?;
        }
        cell.close(&mut |_, _| Flow::Continue)?;
        let taken = cell.tip().inverse() * cell.world().pose(object);
        Ok(Self { cell, object, taken })
    }

    fn lift(&mut self, speed: f64) -> Result<(), Outcome> {
        let mut to = self.cell.tip();
        to.translation.z += LIFT;
        to.rotation = down(0.0);
        let travel = Travel { ignore_collisions: true, linear: true, speed };
        self.cell.travel(to, travel, &mut |_, _| Flow::Continue).map(|_| ())
    }

    /// Shakes and returns the peak acceleration that the tip saw, in units of gravity.
    fn shake(&mut self, shake: &Shake) -> Result<f64, Outcome> {
        let path = shake.joints(self.cell.arm().target()).ok_or(Outcome::NoPath)?;
        let mut tips = Vec::with_capacity(path.len());
        for (q, speed) in &path {
            self.cell.drive(q, speed)?;
            tips.push(widen(self.cell.tip()).translation);
        }
        Ok(shake.peak(&tips))
    }

    fn slip(&self) -> Slip {
        let now = self.cell.tip().inverse() * self.cell.world().pose(self.object);
        let turn = self.taken.rotation.inverse() * now.rotation;
        let sine = Vec3::new(turn.x, turn.y, turn.z).length();
        Slip {
            distance: (now.translation - self.taken.translation).length() * 1e3,
            turn: (2.0 * libm::atan2f(sine, turn.w.abs())).to_degrees(),
        }
    }
}
