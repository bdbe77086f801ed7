//! Bodies in motion: one wrapper around Rapier.

use rapier3d::prelude::{ColliderHandle, PhysicsWorld, RigidBodyHandle, Vector};
use serde::{Deserialize, Serialize};

use super::assemble::{self, BadScene};
use super::hooks::Hooks;
use super::solver;
use super::stiction::Stiction;
use crate::scene::description::{BodyId, Motion, Scene};
use crate::scene::frame::{GRAVITY, Pose, Vec3};

/// Bodies in motion. Advance it with [`World::tick`]; everything else only asks.
#[derive(Serialize, Deserialize)]
pub struct World {
    pub(crate) physics: PhysicsWorld,
    pub(super) scene: Scene,
    pub(super) handles: Vec<RigidBodyHandle>,
    ticks: u64,
    /// Whether the engine has found a body that is not finite.
    pub(super) broken: bool,
    /// The finger pads and what sticks to them.
    stiction: Stiction,
}

impl World {
    /// Builds the physics of a scene.
    ///
    /// # Errors
    /// Names the body whose shape or joint is not usable: no volume, a parent that comes later, a
    /// hull of fewer than four points, a number that is not finite.
    pub fn new(scene: &Scene) -> Result<Self, BadScene> {
        let mut physics = PhysicsWorld::new();
        physics.gravity = Vector::new(0.0, 0.0, -GRAVITY);
        physics.integration_parameters = solver::parameters();
        let handles = assemble::bodies(&mut physics, scene)?;
        Ok(Self {
            physics,
            scene: scene.clone(),
            handles,
            ticks: 0,
            broken: false,
            stiction: Stiction::default(),
        })
    }

    /// Advances one physics step of [`solver::TICK`] seconds.
    pub fn tick(&mut self) {
        self.stiction.update(&self.physics);
        self.physics.step_with_events(&Hooks { anchors: self.stiction.anchors() }, &());
        self.ticks += 1;
        // Broken bodies are listed for one step only.
        self.broken |= !self.physics.quarantine().is_empty();
    }

    /// Physics steps since the world was built.
    pub fn ticks(&self) -> u64 {
        self.ticks
    }

    /// The scene this world was built from; poses in it are those at reset.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// Pose of a body in the world.
    pub fn pose(&self, body: BodyId) -> Pose {
        *self.physics.bodies[self.handles[body.0]].position()
    }

    /// Poses of all scene bodies, in scene order.
    pub fn poses(&self) -> impl Iterator<Item = Pose> + '_ {
        self.handles.iter().map(|&h| *self.physics.bodies[h].position())
    }

    /// Linear (m/s) and angular (rad/s) velocity of a body.
    pub fn velocity(&self, body: BodyId) -> (Vec3, Vec3) {
        let body = &self.physics.bodies[self.handles[body.0]];
        (body.linvel(), body.angvel())
    }

    /// Value of a jointed body's joint, rad or m; 0 for a body without one.
    pub fn joint_value(&self, body: BodyId) -> f32 {
        let Motion::Jointed(joint) = &self.scene.bodies[body.0].motion else { return 0.0 };
        let Some(id) = self.physics.multibody_joints.rigid_body_link(self.handles[body.0]) else {
            return 0.0;
        };
        let Some(multibody) = self.physics.multibody_joints.get_multibody(id.multibody) else {
            return 0.0;
        };
        multibody.link(id.id).map_or(0.0, |l| l.joint().coords()[assemble::coordinate(joint.kind)])
    }

    /// Pushes a free body with a constant force (N) during the next step.
    pub fn push(&mut self, body: BodyId, force: Vec3) {
        if let Some(body) = self.physics.bodies.get_mut(self.handles[body.0]) {
            body.reset_forces(true);
            body.add_force(force, true);
        }
    }

    /// Moves a free body to a pose at rest. For scene set-up and tests, never during an episode;
    /// contacts know of it after the next [`World::tick`], sensors at once.
    pub fn place(&mut self, body: BodyId, pose: Pose) {
        if let Some(body) = self.physics.bodies.get_mut(self.handles[body.0]) {
            body.set_position(pose, true);
            body.set_linvel(Vec3::ZERO, true);
            body.set_angvel(Vec3::ZERO, true);
        }
        let colliders = &mut self.physics.colliders;
        self.physics.bodies.propagate_modified_body_positions_to_colliders(colliders);
    }

    pub(crate) fn handle(&self, body: BodyId) -> RigidBodyHandle {
        self.handles[body.0]
    }

    /// Gives a collider the friction of a finger pad.
    pub(crate) fn add_pad(&mut self, collider: ColliderHandle) {
        self.stiction.add_pad(collider);
    }
}
