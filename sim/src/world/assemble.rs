//! From scene data to Rapier bodies, colliders and joints.

use rapier3d::dynamics::MultibodyLink;
use rapier3d::prelude::{
    ActiveHooks, ColliderBuilder, GenericJoint, GenericJointBuilder, JointAxesMask, JointAxis,
    PhysicsWorld, RigidBodyBuilder, RigidBodyHandle, Vector,
};

use super::collider::{Owner, collider};
use crate::scene::description::{Body, BodyId, Joint, JointKind, Motion, Scene};
use crate::scene::frame::{Pose, Quat, Vec3};
use crate::world::solver::SPIN_DAMPING;

/// A scene that physics cannot be built from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("body `{body}`: {reason}")]
pub struct BadScene {
    /// Name of the offending body.
    pub body: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// Inserts all bodies and joints of a scene; handles come back in scene order.
pub(super) fn bodies(
    physics: &mut PhysicsWorld,
    scene: &Scene,
) -> Result<Vec<RigidBodyHandle>, BadScene> {
    let mut handles = Vec::with_capacity(scene.bodies.len());
    for (index, body) in scene.bodies.iter().enumerate() {
        let handle = body_of(physics, body, Owner::Body(BodyId(index)))
            .map_err(|reason| BadScene { body: body.name.clone(), reason })?;
        handles.push(handle);
    }
    for (index, body) in scene.bodies.iter().enumerate() {
        if let Motion::Jointed(joint) = &body.motion {
            joint_of(physics, scene, &handles, BodyId(index), joint)
                .map_err(|reason| BadScene { body: body.name.clone(), reason })?;
        }
    }
    settle_joints(physics, scene, &handles);
    Ok(handles)
}

fn body_of(
    physics: &mut PhysicsWorld,
    body: &Body,
    owner: Owner,
) -> Result<RigidBodyHandle, &'static str> {
    if !body.pose.is_finite() || !body.friction.is_finite() {
        return Err("its pose or friction is not finite");
    }
    let (builder, mass) = match &body.motion {
        Motion::Fixed => (RigidBodyBuilder::fixed(), 0.0),
        Motion::Free { mass } => (RigidBodyBuilder::dynamic().angular_damping(SPIN_DAMPING), *mass),
        Motion::Jointed(joint) => (RigidBodyBuilder::dynamic(), joint.mass),
    };
    let moves = !matches!(body.motion, Motion::Fixed);
    let solids: Vec<_> = body.parts.iter().filter(|p| p.solid).collect();
    if moves && (solids.is_empty() || !mass.is_finite() || mass <= 0.0) {
        return Err("it moves but has no solid part or no mass");
    }
    let mut shapes = Vec::with_capacity(solids.len());
    for part in solids {
        shapes.push(collider(part)?);
    }
    let volume: f32 = shapes.iter().map(|(shape, _)| shape.mass_properties(1.0).mass()).sum();
    let density = if moves { mass / volume } else { 0.0 };
    if !density.is_finite() {
        return Err("its solid parts have no volume");
    }
    let handle = physics.insert_body(builder.pose(body.pose));
    for (shape, pose) in shapes {
        let round = moves && shape.as_cylinder().is_some();
        let hooks = if round { ActiveHooks::MODIFY_SOLVER_CONTACTS } else { ActiveHooks::empty() };
        let collider = ColliderBuilder::new(shape)
            .position(pose)
            .density(density)
            .active_hooks(hooks)
            .friction(body.friction)
            .user_data(owner.tag());
        physics.insert_collider(collider, Some(handle));
    }
    Ok(handle)
}

fn joint_of(
    physics: &mut PhysicsWorld,
    scene: &Scene,
    handles: &[RigidBodyHandle],
    child: BodyId,
    joint: &Joint,
) -> Result<(), &'static str> {
    if joint.parent.0 >= child.0 {
        return Err("its parent does not come before it");
    }
    let parent = &scene.bodies[joint.parent.0];
    if matches!(parent.motion, Motion::Free { .. }) {
        return Err("its parent moves freely");
    }
    let numbers = [joint.value, joint.dry_friction, joint.damping, joint.stiffness, joint.rest];
    let ordered = joint.limits[0] <= joint.limits[1] && joint.limits.iter().all(|l| l.is_finite());
    if !ordered || numbers.iter().any(|n| !n.is_finite()) {
        return Err("a joint number is not finite or its limits are reversed");
    }
    let child_in_parent = parent.pose.inverse() * scene.bodies[child.0].pose;
    let data = sliding_or_turning(joint.kind, joint.axis, child_in_parent)
        .limits(axis(joint.kind), joint.limits)
        .contacts_enabled(false)
        .build();
    physics
        .multibody_joints
        .insert(handles[joint.parent.0], handles[child.0], data, true)
        .map(|_| ())
        .ok_or("its joint closes a loop")
}

/// A one-axis joint whose axis is `axis` (unit) in the child's frame at `child_in_parent`.
pub(crate) fn sliding_or_turning(
    kind: JointKind,
    axis: Vec3,
    child_in_parent: Pose,
) -> GenericJointBuilder {
    let mask = match kind {
        JointKind::Revolute => JointAxesMask::LOCKED_REVOLUTE_AXES,
        JointKind::Prismatic => JointAxesMask::LOCKED_PRISMATIC_AXES,
    };
    // Rapier moves along or about the x axis of the joint's own frame.
    let frame = Pose::from_rotation(Quat::from_rotation_arc(Vector::X, axis.normalize_or(Vec3::X)));
    let joint: GenericJoint = GenericJointBuilder::new(mask).build();
    GenericJointBuilder(joint).local_frame1(child_in_parent * frame).local_frame2(frame)
}

/// The moving axis of a joint of this kind.
pub(crate) fn axis(kind: JointKind) -> JointAxis {
    match kind {
        JointKind::Revolute => JointAxis::AngX,
        JointKind::Prismatic => JointAxis::LinX,
    }
}

/// Where Rapier keeps the value of a joint of this kind among its six coordinates.
pub(crate) fn coordinate(kind: JointKind) -> usize {
    match kind {
        JointKind::Revolute => 3,
        JointKind::Prismatic => 0,
    }
}

/// Sets start values, friction, damping and springs once every joint of an assembly exists.
fn settle_joints(physics: &mut PhysicsWorld, scene: &Scene, handles: &[RigidBodyHandle]) {
    for (body, &handle) in scene.bodies.iter().zip(handles) {
        let Motion::Jointed(joint) = &body.motion else { continue };
        let Some(&id) = physics.multibody_joints.rigid_body_link(handle) else { continue };
        let bodies = &mut physics.bodies;
        let Some(multibody) = physics.multibody_joints.get_multibody_mut(id.multibody) else {
            continue;
        };
        // Only this call tells the assembly that its root is fixed, which sets its size.
        multibody.forward_kinematics(bodies, true);
        let Some(dof) = multibody.link(id.id).map(MultibodyLink::assembly_id) else { continue };
        let mut move_by = vec![0.0; multibody.ndofs()];
        move_by[dof] = joint.value;
        multibody.apply_displacements(&move_by);
        multibody.damping_mut()[dof] = joint.damping;
        multibody.frictions_mut()[dof] = joint.dry_friction;
        if let Some(link) = multibody.link_mut(id.id) {
            link.joint.set_spring(coordinate(joint.kind), joint.stiffness, joint.rest);
        }
        multibody.forward_kinematics(bodies, true);
        multibody.update_rigid_bodies(bodies, true);
    }
}
