//! What the policy decides: the next keyframe of the gripper.

use serde::{Deserialize, Serialize};

use super::rotation;

/// A keyframe of the gripper's tip.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// Where the tip goes, world, metres.
    pub position: [f32; 3],
    /// How it is turned: unit quaternion (x, y, z, w), tip to world.
    pub quaternion: [f32; 4],
    /// Whether the gripper is open afterwards.
    pub open: bool,
    /// Whether the way there may touch things.
    pub ignore_collisions: bool,
}

/// The discrete part of an action, as the tokens of the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Euler bins about x, y, z, each below 72.
    pub rotation: [usize; 3],
    /// 1 open, 0 closed.
    pub grip: usize,
    /// 1 ignore collisions, 0 avoid them.
    pub collision: usize,
}

impl Action {
    /// The discrete tokens of this action.
    pub fn tokens(&self) -> Tokens {
        Tokens {
            rotation: rotation::to_bins(self.quaternion),
            grip: usize::from(self.open),
            collision: usize::from(self.ignore_collisions),
        }
    }

    /// The action that tokens and a world position (metres) stand for. `logits`: `3 * 72` of the
    /// rotation's bins, which say where between bins the angles lie.
    pub(crate) fn from_tokens(position: [f32; 3], tokens: Tokens, logits: &[f32]) -> Self {
        Self {
            position,
            quaternion: rotation::read(tokens.rotation, logits),
            open: tokens.grip != 0,
            ignore_collisions: tokens.collision != 0,
        }
    }

    /// The action with its quaternion of unit length and w >= 0.
    ///
    /// None when a number is not finite or the quaternion has no direction.
    pub fn normalised(self) -> Option<Self> {
        let finite = self.position.iter().all(|v| v.is_finite());
        let quaternion = rotation::normalised(self.quaternion)?;
        finite.then_some(Self { quaternion, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back() {
        let tokens = Tokens { rotation: [3, 30, 70], grip: 1, collision: 0 };
        let mut logits = vec![0.0; 3 * rotation::BINS];
        let sure = tokens.rotation.iter().enumerate();
        sure.for_each(|(axis, bin)| logits[axis * rotation::BINS + bin] = 9.0);
        let action = Action::from_tokens([0.1, 0.2, 0.9], tokens, &logits);
        assert_eq!(action.tokens(), tokens);
        assert!(action.open && !action.ignore_collisions);
    }

    #[test]
    fn an_action_without_direction_is_refused() {
        let action = Action {
            position: [0.0; 3],
            quaternion: [0.0, 0.0, 0.0, -2.0],
            open: true,
            ignore_collisions: true,
        };
        assert_eq!(action.normalised().unwrap().quaternion[3], 1.0);
        assert!(Action { quaternion: [0.0; 4], ..action }.normalised().is_none());
        assert!(Action { position: [f32::NAN; 3], ..action }.normalised().is_none());
    }
}
