//! What a policy may ask for, and how an episode may end.

use serde::{Deserialize, Serialize};

use crate::scene::frame::{ACTION_MAX, ACTION_MIN, Pose, Quat, Vec3};

/// One keyframe action in the world frame; the arm moves first, then the gripper.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Tip position, m; must lie strictly inside the action box.
    pub position: Vec3,
    /// Tip orientation; must have unit length to within [`UNIT_TOLERANCE`].
    pub quaternion: Quat,
    /// Gripper opening asked for: open above 0.5, closed otherwise.
    pub gripper: f32,
    /// Whether the path may pass through things.
    pub ignore_collisions: bool,
}

/// Largest deviation of a quaternion's length from 1 that still counts as rounding (default 1e-3).
pub const UNIT_TOLERANCE: f32 = 1e-3;

impl Action {
    /// The action that brings the tip to `pose`.
    pub fn to(pose: Pose, open: bool, ignore_collisions: bool) -> Self {
        Self {
            position: pose.translation,
            quaternion: pose.rotation,
            gripper: if open { 1.0 } else { 0.0 },
            ignore_collisions,
        }
    }

    /// Whether the gripper is asked to be open.
    pub fn open(&self) -> bool {
        self.gripper > 0.5
    }

    /// The tip pose asked for.
    ///
    /// # Errors
    /// `BadAction` when a number is not finite or the quaternion is not of unit length, `OutOfBox`
    /// when the position is not strictly inside the action box.
    pub fn target(&self) -> Result<Pose, Outcome> {
        let length = self.quaternion.length();
        let finite = self.position.is_finite() && length.is_finite() && self.gripper.is_finite();
        if !finite || (length - 1.0).abs() > UNIT_TOLERANCE {
            return Err(Outcome::BadAction);
        }
        let p = self.position.to_array();
        if (0..3).any(|i| p[i] <= ACTION_MIN[i] || p[i] >= ACTION_MAX[i]) {
            return Err(Outcome::OutOfBox);
        }
        Ok(Pose::from_parts(self.position, self.quaternion / length))
    }
}

/// Why an episode ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The task is done.
    Success,
    /// The allowed actions are used up.
    Steps,
    /// No joint configuration reaches the target.
    NoIk,
    /// No path to the target was found.
    NoPath,
    /// The target lies outside the action box.
    OutOfBox,
    /// The action is not a pose: a number is not finite, or the quaternion is not of unit length.
    BadAction,
    /// The simulation broke down or a body left the arena.
    Diverged,
}

impl Outcome {
    /// All outcomes, in the order tables list them.
    pub const ALL: [Self; 7] = [
        Self::Success,
        Self::Steps,
        Self::NoIk,
        Self::NoPath,
        Self::OutOfBox,
        Self::BadAction,
        Self::Diverged,
    ];

    /// Name in tables and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Steps => "steps",
            Self::NoIk => "no_ik",
            Self::NoPath => "no_path",
            Self::OutOfBox => "out_of_box",
            Self::BadAction => "bad_action",
            Self::Diverged => "diverged",
        }
    }
}
