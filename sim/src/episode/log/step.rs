//! One logged control step.

use serde::{Deserialize, Serialize};

use crate::robot::cell::{Cell, Phase};
use crate::robot::links::{HAND, LINKS, tip_in_link};
use crate::robot::panda::DOF;
use crate::scene::description::BodyId;
use crate::scene::frame::Pose;
use crate::world::Contact;

/// The state after one control step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What the step was for; the settled start counts as settling.
    pub phase: Phase,
    /// Poses of the bodies that can move, in the order of the log's list.
    pub bodies: Vec<Pose>,
    /// Poses of the robot's links, base first.
    pub links: [Pose; LINKS],
    /// Joint values, rad.
    pub joints: [f32; DOF],
    /// Joint speeds, rad/s.
    pub speeds: [f32; DOF],
    /// Motor torques, N m.
    pub torques: [f32; DOF],
    /// Each finger's distance from closed, m.
    pub fingers: [f32; 2],
    /// Contact force on each finger, N.
    pub finger_forces: [f32; 2],
    /// Pairs that touch, in order of their owners.
    pub contacts: Vec<Contact>,
    /// Bodies in the hand, in scene order.
    pub held: Vec<BodyId>,
    /// Whether the path this step belongs to passes through things.
    pub ignore_collisions: bool,
    /// Whether the published recording keeps a frame of it.
    pub frame: bool,
}

impl Step {
    /// The cell as it is now; what only the whole demonstration tells is filled in later.
    pub(super) fn of(cell: &Cell, phase: Phase, moving: &[BodyId]) -> Self {
        let (world, arm) = (cell.world(), cell.arm());
        Self {
            phase,
            bodies: moving.iter().map(|&body| world.pose(body)).collect(),
            links: arm.poses(world),
            joints: arm.joints(world).map(|x| x as f32),
            speeds: arm.speeds(world).map(|x| x as f32),
            torques: arm.torques(world).map(|x| x as f32),
            fingers: arm.opening(world),
            finger_forces: arm.finger_forces(world),
            contacts: world.contacts(),
            held: cell.gripper().held(world),
            ignore_collisions: false,
            frame: false,
        }
    }

    /// Pose of the tip in the world.
    pub fn tip(&self) -> Pose {
        self.links[HAND] * tip_in_link()
    }
}
