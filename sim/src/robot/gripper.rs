//! Holding things: RLBench's attach rule, or friction alone.

use rapier3d::prelude::{
    FixedJointBuilder, GenericJoint, GenericJointBuilder, ImpulseJointHandle, JointAxesMask,
    RigidBodyHandle,
};
use serde::{Deserialize, Serialize};

use super::Arm;
use super::links::{self, FINGERS, KNUCKLE, tip_in_link};
use super::panda::TIP;
use crate::frame::{Pose, Vec3, at};
use crate::scene::BodyId;
use crate::shape::Shape;
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

/// Edge lengths of the sensor volume between the fingers, centred on the tip, m (our choice: the
/// published volume is unknown).
pub const SENSOR: Vec3 = Vec3::new(0.02, 0.08, 0.03);

/// Resolution with which the fingers' way to an attached body is measured, m.
const APPROACH: f32 = 2.5e-4;

/// What the hand holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Gripper {
    mode: GraspMode,
    held: Vec<Held>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Held {
    body: BodyId,
    /// To the hand, and to each finger.
    joints: [ImpulseJointHandle; 3],
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
                let joints = fix(world, arm, hand.inverse() * world.pose(body), body);
                self.held.push(Held { body, joints });
            }
        }
    }

    /// Lets go of everything attached.
    pub fn release(&mut self, world: &mut World) {
        for held in self.held.drain(..) {
            for joint in held.joints {
                world.physics.remove_impulse_joint(joint);
            }
        }
    }

    /// How far the fingers close, m from closed: until they touch what is attached, or entirely.
    pub fn closing(&self, world: &World, arm: &Arm) -> f32 {
        let [a, b] = arm.opening(world);
        let open = a.max(b);
        if self.held.is_empty() {
            return 0.0;
        }
        let steps = (open / APPROACH) as u32;
        (0..steps)
            .map(|step| open - step as f32 * APPROACH)
            .find(|&opening| self.touches(world, arm.tip(world), opening - APPROACH))
            .unwrap_or(0.0)
    }

    fn touches(&self, world: &World, tip: Pose, opening: f32) -> bool {
        FINGERS.iter().zip([opening, -opening]).any(|(&finger, side)| {
            let frame = tip * at(0.0, side, KNUCKLE - TIP as f32);
            links::parts(finger).iter().any(|part| {
                let pose = frame * part.pose;
                self.held.iter().any(|held| world.reaches_into(&part.shape, pose, held.body))
            })
        })
    }
}

/// Fixes a body to the hand and keeps the fingers from pressing on it: against a body that cannot
/// give way, the grip force would only shake it.
fn fix(world: &mut World, arm: &Arm, in_hand: Pose, body: BodyId) -> [ImpulseJointHandle; 3] {
    let joint: GenericJoint = FixedJointBuilder::new()
        .local_frame1(in_hand)
        .local_frame2(Pose::IDENTITY)
        .contacts_enabled(false)
        .into();
    let free = GenericJointBuilder::new(JointAxesMask::empty()).contacts_enabled(false).build();
    let object = world.handle(body);
    let [left, right] = arm.fingers();
    let mut join = |link: RigidBodyHandle, joint: GenericJoint| {
        world.physics.insert_impulse_joint(link, object, joint)
    };
    [join(arm.hand(), joint), join(left, free), join(right, free)]
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
