//! The expert's plan as data: waypoints relative to whatever they are about.

use serde::{Deserialize, Serialize};

use crate::scene::description::BodyId;
use crate::scene::frame::{Pose, Vec3, down};

/// What a waypoint's pose is relative to, at the moment the waypoint is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// The task's frame while a task is being laid out, the world once it is placed.
    Task,
    /// A body's frame.
    Body(BodyId),
}

impl From<BodyId> for Anchor {
    fn from(body: BodyId) -> Self {
        Self::Body(body)
    }
}

/// What the fingers do on arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grip {
    /// Open fully.
    Open,
    /// Close until they stall.
    Close,
}

/// One stop of the expert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waypoint {
    /// What the pose is relative to.
    pub anchor: Anchor,
    /// Where the tip goes, or where the carried body's frame goes.
    pub pose: Pose,
    /// The held body that is to arrive at the pose; the tip itself if none.
    pub carry: Option<BodyId>,
    /// How many equal turns about the pose's own z axis would do as well (default 1: none). The
    /// expert takes the one that turns its joints least. 0 where every turn would do, as with round things:
    /// then the pose's rotation is the world's, or nobody who sees the thing could tell which the expert
    /// takes.
    pub turns: u8,
    /// Straight line only (default false).
    pub linear: bool,
    /// Passes through things: the action's `ignore_collisions` (default false).
    pub blind: bool,
    /// Fraction of full speed (default 1).
    pub speed: f32,
    /// What the fingers do on arrival (default nothing).
    pub grip: Option<Grip>,
}

/// The tip goes to `pose` relative to `anchor`.
pub fn reach(anchor: impl Into<Anchor>, pose: Pose) -> Waypoint {
    Waypoint {
        anchor: anchor.into(),
        pose,
        carry: None,
        turns: 1,
        linear: false,
        blind: false,
        speed: 1.0,
        grip: None,
    }
}

/// The held `body` goes to `pose` relative to `anchor`, however it was gripped.
pub fn carry(body: BodyId, anchor: impl Into<Anchor>, pose: Pose) -> Waypoint {
    Waypoint { carry: Some(body), ..reach(anchor, pose) }
}

/// A tool-down pose at (x, y, z) metres with heading `psi` rad: the fingers move along psi + 90 deg.
pub fn tool(x: f32, y: f32, z: f32, psi: f32) -> Pose {
    Pose::from_parts(Vec3::new(x, y, z), down(psi))
}

impl Waypoint {
    /// Straight line only.
    #[must_use]
    pub fn linear(self) -> Self {
        Self { linear: true, ..self }
    }

    /// Straight line through whatever is in the way.
    #[must_use]
    pub fn blind(self) -> Self {
        Self { blind: true, linear: true, ..self }
    }

    /// Through whatever is in the way, on a straight line where the arm can keep to one.
    #[must_use]
    pub fn unchecked(self) -> Self {
        Self { blind: true, ..self }
    }

    /// At a fraction of full speed.
    #[must_use]
    pub fn slow(self, speed: f32) -> Self {
        Self { speed, ..self }
    }

    /// Any of `turns` equal turns about the pose's z axis will do.
    #[must_use]
    pub fn turns(self, turns: u8) -> Self {
        Self { turns, ..self }
    }

    /// Every turn about the vertical will do: the pose's rotation is the world's.
    #[must_use]
    pub fn any_turn(self) -> Self {
        Self { turns: 0, ..self }
    }

    /// Closes the fingers on arrival.
    #[must_use]
    pub fn close(self) -> Self {
        Self { grip: Some(Grip::Close), ..self }
    }

    /// Opens the fingers on arrival.
    #[must_use]
    pub fn open(self) -> Self {
        Self { grip: Some(Grip::Open), ..self }
    }
}
