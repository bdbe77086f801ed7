//! Holding things: RLBench's attach rule, or friction alone.

use core::str::FromStr;

use rapier3d::prelude::{FixedJointBuilder, ImpulseJointHandle};
use serde::{Deserialize, Serialize};

use super::Arm;
use super::links::{FINGERS, tip_in_link};
use super::panda::FINGER_FORCE;
use crate::scene::description::BodyId;
use crate::scene::frame::{Pose, Vec3};
use crate::scene::shape::Shape;
use crate::world::{Owner, World};

/// How the gripper holds objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GraspMode {
    /// RLBench's rule: on closing, every graspable body that the sensor between the fingers sees
    /// is fixed to the hand until the gripper opens.
    #[default]
    Assist,
    /// Contact and friction alone.
    Friction,
}

impl FromStr for GraspMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "assist" => Ok(Self::Assist),
            "friction" => Ok(Self::Friction),
            other => Err(format!("`{other}` is neither `assist` nor `friction`")),
        }
    }
}

/// Edge lengths of the sensor volume between the fingers, centred on the tip, m (our choice: the
/// published volume is unknown).
pub const SENSOR: Vec3 = Vec3::new(0.02, 0.08, 0.03);

/// Force of each finger while something is attached, N: enough to close on it. At full force the
/// fingers would twist a 50 g cube against its attachment by several degrees.
pub const ATTACHED_FORCE: f32 = 2.0;

/// What the hand holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Gripper {
    mode: GraspMode,
    held: Vec<Held>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Held {
    body: BodyId,
    joint: ImpulseJointHandle,
}

impl Gripper {
    /// An empty gripper.
    pub fn new(mode: GraspMode) -> Self {
        Self { mode, held: Vec::new() }
    }

    /// How it holds.
    pub fn mode(&self) -> GraspMode {
        self.mode
    }

    /// Bodies held now, in scene order: the attached ones, or in friction mode the graspable ones
    /// that both fingers touch.
    pub fn held(&self, world: &World) -> Vec<BodyId> {
        match self.mode {
            GraspMode::Assist => self.held.iter().map(|h| h.body).collect(),
            GraspMode::Friction => pinched(world),
        }
    }

    /// Whether the attach rule holds anything.
    pub fn attached(&self) -> bool {
        !self.held.is_empty()
    }

    /// Applies the attach rule; does nothing in friction mode or when something is attached already.
    pub fn attach(&mut self, world: &mut World, arm: &Arm) {
        if self.mode == GraspMode::Friction || !self.held.is_empty() {
            return;
        }
        let sensor = Shape::Box { half: SENSOR * 0.5 };
        let tip = arm.tip(world);
        let hand = tip * tip_in_link().inverse();
        for body in graspable(world) {
            if world.reaches_into(&sensor, tip, body) {
                let joint = fix(world, arm, hand.inverse() * world.pose(body), body);
                self.held.push(Held { body, joint });
            }
        }
        if !self.held.is_empty() {
            arm.limit_fingers(world, ATTACHED_FORCE);
        }
    }

    /// Lets go of everything attached.
    pub fn release(&mut self, world: &mut World, arm: &Arm) {
        arm.limit_fingers(world, FINGER_FORCE);
        for held in self.held.drain(..) {
            world.physics.remove_impulse_joint(held.joint);
        }
    }
}

fn fix(world: &mut World, arm: &Arm, in_hand: Pose, body: BodyId) -> ImpulseJointHandle {
    let joint = FixedJointBuilder::new()
        .local_frame1(in_hand)
        .local_frame2(Pose::IDENTITY)
        .contacts_enabled(false);
    let (hand, object) = (arm.hand(), world.handle(body));
    world.physics.insert_impulse_joint(hand, object, joint)
}

fn graspable(world: &World) -> Vec<BodyId> {
    let bodies = world.scene().bodies.iter().enumerate();
    bodies.filter(|(_, b)| b.graspable).map(|(i, _)| BodyId(i)).collect()
}

fn pinched(world: &World) -> Vec<BodyId> {
    let contacts = world.contacts();
    let touches = |body: BodyId, finger: usize| {
        contacts
            .iter()
            .any(|c| (c.a, c.b) == (Owner::Body(body), Owner::Robot(finger)) && c.force > 0.0)
    };
    graspable(world)
        .into_iter()
        .filter(|&body| FINGERS.iter().all(|&finger| touches(body, finger)))
        .collect()
}
