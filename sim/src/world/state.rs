//! Snapshots, state hashes and the watch for divergence.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::simulation::World;
use super::solver;
use crate::scene::description::{BodyId, Motion};
use crate::scene::frame::WORKSPACE_CENTRE;

/// blake3 digest of every body's pose and velocity and every joint value, bit for bit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StateHash([u8; 32]);

impl StateHash {
    /// Digest of the given bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl fmt::Display for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StateHash({self})")
    }
}

/// Why a world can no longer be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Divergence {
    /// A pose or velocity stopped being a finite number.
    NotFinite,
    /// A body left the arena.
    OutOfArena(BodyId),
    /// A body moves faster than anything real here could.
    TooFast(BodyId),
}

/// A snapshot that cannot be restored.
#[derive(Debug, thiserror::Error)]
#[error("the snapshot is damaged or of another version: {0}")]
pub struct SnapshotError(#[from] postcard::Error);

impl World {
    /// Whether the simulation has broken down, and how.
    pub fn divergence(&self) -> Option<Divergence> {
        if self.broken {
            return Some(Divergence::NotFinite);
        }
        for (index, body) in self.scene().bodies.iter().enumerate() {
            if matches!(body.motion, Motion::Fixed) {
                continue;
            }
            let id = BodyId(index);
            let at = self.pose(id).translation;
            let (linear, angular) = self.velocity(id);
            if !at.is_finite() || !linear.is_finite() || !angular.is_finite() {
                return Some(Divergence::NotFinite);
            }
            let sideways =
                (at.x - WORKSPACE_CENTRE[0]).abs().max((at.y - WORKSPACE_CENTRE[1]).abs());
            let (low, high) = solver::ARENA_HEIGHT;
            if sideways > solver::ARENA_REACH || at.z < low || at.z > high {
                return Some(Divergence::OutOfArena(id));
            }
            if linear.length() > solver::SPEED_LIMIT {
                return Some(Divergence::TooFast(id));
            }
        }
        None
    }

    /// The state as bytes: for each body its pose and velocity, then each joint value.
    pub fn state_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 * self.physics.bodies.len());
        let mut put = |numbers: &[f32]| {
            for number in numbers {
                bytes.extend_from_slice(&number.to_bits().to_le_bytes());
            }
        };
        for (_, body) in self.physics.rigid_bodies() {
            put(&body.translation().to_array());
            put(&body.rotation().to_array());
            put(&body.linvel().to_array());
            put(&body.angvel().to_array());
        }
        for multibody in self.physics.multibody_joints.multibodies() {
            for link in multibody.links() {
                put(link.joint().coords().as_slice());
            }
            put(multibody.generalized_velocity().as_slice());
        }
        bytes
    }

    /// Digest of [`World::state_bytes`].
    pub fn state_hash(&self) -> StateHash {
        StateHash::of(&self.state_bytes())
    }
}
