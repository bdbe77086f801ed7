//! A scene: bodies, how they may move, and the sensor volumes that success rules ask about.
//!
//! A scene is plain data. Physics is built from it and cameras draw it; nothing
//! in a scene refers to either.

use serde::{Deserialize, Serialize};

use crate::scene::frame::{Pose, Vec3};
use crate::scene::shape::{Part, Shape};

/// Index of a body in [`Scene::bodies`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BodyId(pub usize);

/// Index of a sensor in [`Scene::sensors`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SensorId(pub usize);

/// Everything on and around the table except the robot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scene {
    /// Bodies, in insertion order; a jointed body comes after its parent.
    pub bodies: Vec<Body>,
    /// Volumes that report which bodies they touch.
    pub sensors: Vec<Sensor>,
}

/// A rigid body made of coloured parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Unique name, for messages, tables and tests.
    pub name: String,
    /// World pose of the body's frame; for a jointed body, its pose at joint value 0.
    pub pose: Pose,
    /// How it moves.
    pub motion: Motion,
    /// Its shapes.
    pub parts: Vec<Part>,
    /// Coulomb friction coefficient (default 0.5).
    pub friction: f32,
    /// Whether the gripper's attach rule applies to it in `assist` mode.
    pub graspable: bool,
}

/// How a body moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Motion {
    /// Never moves.
    Fixed,
    /// Moves freely with the given mass in kilograms.
    Free {
        /// Mass, kg.
        mass: f32,
    },
    /// Moves along one joint relative to a fixed or jointed parent.
    Jointed(Joint),
}

/// One-degree-of-freedom joint between a body and its parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Joint {
    /// The body it moves against.
    pub parent: BodyId,
    /// Revolute (rad) or prismatic (m).
    pub kind: JointKind,
    /// Unit axis in the child's frame; it passes through the child's origin.
    pub axis: Vec3,
    /// Smallest and largest joint value, rad or m.
    pub limits: [f32; 2],
    /// Joint value at reset, rad or m.
    pub value: f32,
    /// Mass of the moving body, kg.
    pub mass: f32,
    /// Dry (Coulomb) friction: the force below which the joint does not move, N or N m.
    pub dry_friction: f32,
    /// Viscous damping, N s/m or N m s/rad.
    pub damping: f32,
    /// Spring stiffness, N/m or N m/rad.
    pub stiffness: f32,
    /// Joint value at which the spring is slack, rad or m; beyond a limit it preloads the joint.
    pub rest: f32,
}

/// Kind of a one-degree-of-freedom joint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JointKind {
    /// Rotates about the axis.
    Revolute,
    /// Slides along the axis.
    Prismatic,
}

/// A volume that is asked which bodies it touches; it takes no part in physics and is not drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensor {
    /// Unique name.
    pub name: String,
    /// Body it moves with; none means fixed in the world.
    pub parent: Option<BodyId>,
    /// Pose in the parent's frame, or in the world.
    pub pose: Pose,
    /// The volume.
    pub shape: Shape,
}

impl Joint {
    /// A frictionless joint without spring or damping, at value 0.
    pub fn new(parent: BodyId, kind: JointKind, axis: Vec3, limits: [f32; 2], mass: f32) -> Self {
        Self {
            parent,
            kind,
            axis,
            limits,
            value: 0.0,
            mass,
            dry_friction: 0.0,
            damping: 0.0,
            stiffness: 0.0,
            rest: 0.0,
        }
    }
}

impl Scene {
    /// Adds a body and returns its id.
    pub fn add(&mut self, body: Body) -> BodyId {
        self.bodies.push(body);
        BodyId(self.bodies.len() - 1)
    }

    /// Adds a sensor and returns its id.
    pub fn sense(&mut self, sensor: Sensor) -> SensorId {
        self.sensors.push(sensor);
        SensorId(self.sensors.len() - 1)
    }

    /// The body called `name`, if there is one.
    pub fn find(&self, name: &str) -> Option<BodyId> {
        self.bodies.iter().position(|b| b.name == name).map(BodyId)
    }
}

impl Body {
    /// A body with no parts yet that never moves.
    pub fn fixed(name: impl Into<String>, pose: Pose) -> Self {
        Self {
            name: name.into(),
            pose,
            motion: Motion::Fixed,
            parts: Vec::new(),
            friction: 0.5,
            graspable: false,
        }
    }

    /// A body with no parts yet on a joint; `pose` is its pose at joint value 0.
    pub fn jointed(name: impl Into<String>, pose: Pose, joint: Joint) -> Self {
        Self { motion: Motion::Jointed(joint), ..Self::fixed(name, pose) }
    }

    /// A body with no parts yet that moves freely, `mass` in kilograms.
    pub fn free(name: impl Into<String>, pose: Pose, mass: f32) -> Self {
        Self { motion: Motion::Free { mass }, ..Self::fixed(name, pose) }
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Adds several parts.
    #[must_use]
    pub fn with_all(mut self, parts: impl IntoIterator<Item = Part>) -> Self {
        self.parts.extend(parts);
        self
    }

    /// Sets the friction coefficient.
    #[must_use]
    pub fn rough(self, friction: f32) -> Self {
        Self { friction, ..self }
    }

    /// Lets the gripper's attach rule hold it.
    #[must_use]
    pub fn graspable(self) -> Self {
        Self { graspable: true, ..self }
    }
}
