//! The arm in the world: one multibody of seven motors and two mimic fingers.

use rapier3d::dynamics::{MultibodyDofCoupling, MultibodyLink};
use rapier3d::prelude::{
    ActiveHooks, CoefficientCombineRule, ColliderBuilder, JointAxis, MotorModel, Multibody,
    MultibodyIndex, RigidBodyBuilder, RigidBodyHandle,
};
use serde::{Deserialize, Serialize};

use super::links::{self, FINGERS, HAND, KNUCKLE, LINKS, MASS};
use super::panda::{BASE, DH, DOF, FINGER_FORCE, FINGER_TRAVEL, Joints, Q_MAX, Q_MIN, TORQUE_MAX};
use crate::scene::description::JointKind;
use crate::scene::frame::{Pose, Quat, Vec3, at};
use crate::scene::shape::Part;
use crate::world::collider::collider;
use crate::world::solver::{ITERATIONS, PAD_FRICTION, TICK};
use crate::world::{Owner, World, assemble};

/// Position gain of each joint motor, N m/rad: stiff enough that a 200 g load at arm's length
/// lowers the tip by less than 1 mm.
pub const STIFFNESS: [f32; DOF] = [4000.0, 4000.0, 4000.0, 4000.0, 1500.0, 1500.0, 1000.0];
/// Velocity gain of each joint motor, N m s/rad: near critical for the arm's own inertia.
pub const DAMPING: [f32; DOF] = [250.0, 250.0, 200.0, 200.0, 40.0, 40.0, 25.0];
/// Rotor inertia seen through the gears, kg m^2: the order of published identifications.
pub const ARMATURE: f32 = 0.1;
/// Reflected mass of each finger drive, kg; it also keeps the pads from sinking into what they hold.
pub const FINGER_ARMATURE: f32 = 0.4;
/// Position gain of a finger, N/m: 5 mm past contact already asks for the full grip force.
pub const FINGER_STIFFNESS: f32 = 4000.0;
/// Velocity gain of a finger, N s/m.
pub const FINGER_DAMPING: f32 = 120.0;

/// Part of a physics step by which a moving target is set back (0.625): the motors compare one
/// target with the position at the start of each sub-step, so the mean of those is what it must
/// match. Without it the arm runs 10 mrad ahead at 1 rad/s, with it 1.5 mrad behind.
const LEAD: f32 = (ITERATIONS as f32 + 1.0) / (2.0 * ITERATIONS as f32);

/// The mounted robot: handles into a [`World`] and the command in force.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arm {
    links: Vec<RigidBodyHandle>,
    multibody: MultibodyIndex,
    /// Link numbers inside the multibody of joints 1..7 and the two fingers.
    ids: Vec<usize>,
    target: Joints,
    target_speed: Joints,
    finger_target: f32,
}

impl Arm {
    /// Adds the robot to a world at joint values `q` (rad) with each finger `opening` metres from
    /// closed, at rest.
    pub fn mount(world: &mut World, q: &Joints, opening: f32) -> Self {
        let mut handles = Vec::with_capacity(LINKS);
        for link in 0..LINKS {
            let handle = insert_link(world, link);
            handles.push(handle);
        }
        for child in 1..LINKS {
            insert_joint(world, &handles, child);
        }
        let joints = &mut world.physics.multibody_joints;
        let index = |link: usize| {
            joints.rigid_body_link(handles[link]).copied().expect("every link was just joined")
        };
        let multibody = index(1).multibody;
        let ids: Vec<usize> = (1..LINKS).map(|link| index(link).id).collect();
        let mut arm = Self {
            links: handles,
            multibody,
            ids,
            target: *q,
            target_speed: [0.0; DOF],
            finger_target: opening,
        };
        arm.settle(world, q, opening);
        arm.command(world, q, &[0.0; DOF]);
        arm.command_fingers(world, opening);
        arm
    }

    /// Sets joint position (rad) and velocity (rad/s) targets for the end of the next physics step;
    /// positions are clamped to the limits.
    pub fn command(&mut self, world: &mut World, q: &Joints, speed: &Joints) {
        self.target = core::array::from_fn(|i| q[i].clamp(Q_MIN[i], Q_MAX[i]));
        self.target_speed = *speed;
        for i in 0..DOF {
            let lead = speed[i] * f64::from(TICK * LEAD);
            let (target, speed) = ((self.target[i] - lead) as f32, speed[i] as f32);
            self.motor(world, i, JointAxis::AngX, target, speed, STIFFNESS[i], DAMPING[i]);
        }
    }

    /// Sets the target distance of each finger from closed, m, clamped to its travel.
    pub fn command_fingers(&mut self, world: &mut World, opening: f32) {
        self.finger_target = opening.clamp(0.0, FINGER_TRAVEL);
        for i in DOF..DOF + 2 {
            let target = self.finger_target;
            self.motor(world, i, JointAxis::LinX, target, 0.0, FINGER_STIFFNESS, FINGER_DAMPING);
        }
    }

    /// Sets the largest force of each finger, N.
    pub fn limit_fingers(&self, world: &mut World, force: f32) {
        for i in DOF..DOF + 2 {
            if let Some(link) = self.body_mut(world).link_mut(self.ids[i]) {
                link.joint.data.set_motor_max_force(JointAxis::LinX, force);
            }
        }
    }

    /// Measured joint values, rad.
    pub fn joints(&self, world: &World) -> Joints {
        let body = self.body(world);
        core::array::from_fn(|i| f64::from(coordinate(body, self.ids[i], JointKind::Revolute)))
    }

    /// Measured joint speeds, rad/s.
    pub fn speeds(&self, world: &World) -> Joints {
        let body = self.body(world);
        core::array::from_fn(|i| f64::from(speed(body, self.ids[i])))
    }

    /// Motor torques of the last step, N m: the spring-damper law the motors solve, within limits.
    pub fn torques(&self, world: &World) -> Joints {
        let (q, v) = (self.joints(world), self.speeds(world));
        core::array::from_fn(|i| {
            let spring = f64::from(STIFFNESS[i]) * (self.target[i] - q[i]);
            let damper = f64::from(DAMPING[i]) * (self.target_speed[i] - v[i]);
            (spring + damper).clamp(-TORQUE_MAX[i], TORQUE_MAX[i])
        })
    }

    /// Joint targets in force, rad.
    pub fn target(&self) -> &Joints {
        &self.target
    }

    /// Finger target in force, m from closed.
    pub fn finger_target(&self) -> f32 {
        self.finger_target
    }

    /// Distance of each finger from closed, m.
    pub fn opening(&self, world: &World) -> [f32; 2] {
        let body = self.body(world);
        core::array::from_fn(|i| coordinate(body, self.ids[DOF + i], JointKind::Prismatic))
    }

    /// Contact force on each finger during the last step, N.
    pub fn finger_forces(&self, world: &World) -> [f32; 2] {
        let contacts = world.contacts();
        FINGERS.map(|finger| {
            let owner = Owner::Robot(finger);
            contacts.iter().filter(|c| c.a == owner || c.b == owner).map(|c| c.force).sum()
        })
    }

    /// Pose of the tip in the world.
    pub fn tip(&self, world: &World) -> Pose {
        *world.physics.bodies[self.links[HAND]].position() * links::tip_in_link()
    }

    /// Poses of all links in the world, base first.
    pub fn poses(&self, world: &World) -> [Pose; LINKS] {
        core::array::from_fn(|link| *world.physics.bodies[self.links[link]].position())
    }

    pub(crate) fn hand(&self) -> RigidBodyHandle {
        self.links[HAND]
    }

    fn body<'w>(&self, world: &'w World) -> &'w Multibody {
        world
            .physics
            .multibody_joints
            .get_multibody(self.multibody)
            .expect("the arm stays in the world it was mounted in")
    }

    fn body_mut<'w>(&self, world: &'w mut World) -> &'w mut Multibody {
        world
            .physics
            .multibody_joints
            .get_multibody_mut(self.multibody)
            .expect("the arm stays in the world it was mounted in")
    }

    #[expect(clippy::too_many_arguments, reason = "a motor has this many numbers")]
    fn motor(
        &self,
        world: &mut World,
        joint: usize,
        axis: JointAxis,
        target: f32,
        speed: f32,
        stiffness: f32,
        damping: f32,
    ) {
        if let Some(link) = self.body_mut(world).link_mut(self.ids[joint]) {
            link.joint.data.set_motor(axis, target, speed, stiffness, damping);
        }
    }

    /// Puts the mounted arm at a configuration at rest and sets what belongs to the joints.
    fn settle(&self, world: &mut World, q: &Joints, opening: f32) {
        let bodies = &mut world.physics.bodies;
        let Some(body) = world.physics.multibody_joints.get_multibody_mut(self.multibody) else {
            return;
        };
        // Only this call tells the multibody that its root is fixed, which sets its size.
        body.forward_kinematics(bodies, true);
        let mut move_by = vec![0.0; body.ndofs()];
        for (i, &id) in self.ids.iter().enumerate() {
            let Some(dof) = body.link(id).map(MultibodyLink::assembly_id) else { continue };
            move_by[dof] = if i < DOF { q[i] as f32 } else { opening };
            body.armature_mut()[dof] = if i < DOF { ARMATURE } else { FINGER_ARMATURE };
        }
        body.apply_displacements(&move_by);
        body.set_self_contacts_enabled(false);
        let (axis, dof) = (JointAxis::LinX as usize, 0);
        body.add_dof_coupling(MultibodyDofCoupling {
            link1: self.ids[DOF],
            dof1: dof,
            axis1: axis,
            link2: self.ids[DOF + 1],
            dof2: dof,
            axis2: axis,
            coeff: 1.0,
            offset: 0.0,
        });
        body.forward_kinematics(bodies, true);
        body.update_rigid_bodies(bodies, true);
    }
}

fn coordinate(body: &Multibody, id: usize, kind: JointKind) -> f32 {
    body.link(id).map_or(0.0, |l| l.joint().coords()[assemble::coordinate(kind)])
}

fn speed(body: &Multibody, id: usize) -> f32 {
    body.link(id).map_or(0.0, |l| body.generalized_velocity()[l.assembly_id()])
}

fn insert_link(world: &mut World, link: usize) -> RigidBodyHandle {
    let base = at(BASE[0] as f32, BASE[1] as f32, BASE[2] as f32);
    let builder = if link == 0 {
        RigidBodyBuilder::fixed().pose(base)
    } else {
        // A sleeping link would not hear a new motor target; the real arm compensates gravity.
        RigidBodyBuilder::dynamic().can_sleep(false).gravity_scale(0.0)
    };
    let handle = world.physics.insert_body(builder);
    let parts = links::parts(link);
    let shapes: Vec<_> = parts.iter().map(solid).collect();
    let volume: f32 = shapes.iter().map(|(shape, _)| shape.mass_properties(1.0).mass()).sum();
    for (shape, pose) in shapes {
        let collider = ColliderBuilder::new(shape)
            .position(pose)
            .density(MASS[link] / volume)
            .friction(PAD_FRICTION)
            .friction_combine_rule(CoefficientCombineRule::Max)
            .user_data(Owner::Robot(link).tag())
            .active_hooks(if FINGERS.contains(&link) {
                ActiveHooks::MODIFY_SOLVER_CONTACTS
            } else {
                ActiveHooks::empty()
            });
        let collider = world.physics.insert_collider(collider, Some(handle));
        if FINGERS.contains(&link) {
            world.add_pad(collider);
        }
    }
    handle
}

fn solid(part: &Part) -> (rapier3d::prelude::SharedShape, Pose) {
    collider(part).expect("the arm's own parts are sound")
}

fn insert_joint(world: &mut World, handles: &[RigidBodyHandle], child: usize) {
    let (parent, kind, axis, frame) = match child {
        1..=DOF => {
            let row = DH[child - 1];
            let (sin, cos) = match row.quarter_turns {
                0 => (0.0, 1.0),
                turns => (f64::from(turns), 0.0),
            };
            let half = core::f32::consts::FRAC_1_SQRT_2;
            let turn = match row.quarter_turns {
                0 => Quat::IDENTITY,
                turns => Quat::from_xyzw(f32::from(turns) * half, 0.0, 0.0, half),
            };
            let place = Vec3::new(row.a as f32, (-sin * row.d) as f32, (cos * row.d) as f32);
            (child - 1, JointKind::Revolute, Vec3::Z, Pose::from_parts(place, turn))
        }
        finger => {
            let side = if finger == FINGERS[0] { Vec3::Y } else { Vec3::NEG_Y };
            let frame = links::hand_in_link() * at(0.0, 0.0, KNUCKLE);
            (HAND, JointKind::Prismatic, side, frame)
        }
    };
    let limits = match child {
        1..=DOF => [Q_MIN[child - 1] as f32, Q_MAX[child - 1] as f32],
        _ => [0.0, FINGER_TRAVEL],
    };
    let force = if child <= DOF { TORQUE_MAX[child - 1] as f32 } else { FINGER_FORCE };
    let moving = assemble::axis(kind);
    let joint = assemble::sliding_or_turning(kind, axis, frame)
        .limits(moving, limits)
        .motor_model(moving, MotorModel::ForceBased)
        .motor_max_force(moving, force)
        .contacts_enabled(false)
        .build();
    world
        .physics
        .multibody_joints
        .insert(handles[parent], handles[child], joint, true)
        .expect("links are joined root first");
}
