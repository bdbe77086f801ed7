//! One step of an episode, with all that can be shown of it.

use crate::episode::log::{Log, Step};
use crate::render::observe::PoseSnapshot;
use crate::robot::cell::{Cell, Phase};
use crate::scene::description::BodyId;
use crate::scene::frame::Pose;
use crate::world::Contact;

/// What is known of one control step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepState {
    /// Where everything stood.
    pub snapshot: PoseSnapshot,
    /// What the step was for.
    pub phase: Phase,
    /// For each part of success, whether it held.
    pub parts: Vec<bool>,
    /// Pairs that touched.
    pub contacts: Vec<Contact>,
    /// Bodies in the hand.
    pub held: Vec<BodyId>,
}

impl StepState {
    /// The step that a cell has just made.
    pub fn of(cell: &Cell, phase: Phase, parts: Vec<bool>) -> Self {
        let world = cell.world();
        Self {
            snapshot: PoseSnapshot::of(cell),
            phase,
            parts,
            contacts: world.contacts(),
            held: cell.gripper().held(world),
        }
    }

    /// A step as a log has it.
    pub fn logged(log: &Log, step: &Step, parts: Vec<bool>) -> Self {
        Self {
            snapshot: PoseSnapshot::new(log.poses(step), step.tip()),
            phase: step.phase,
            parts,
            contacts: step.contacts.clone(),
            held: step.held.clone(),
        }
    }
}

/// A pose between two others, `share` of the way from `a` to `b`; for the eye only.
pub fn blend(a: Pose, b: Pose, share: f32) -> Pose {
    let near = if a.rotation.dot(b.rotation) < 0.0 { -b.rotation } else { b.rotation };
    let rotation = a.rotation * (1.0 - share) + near * share;
    Pose::from_parts(a.translation.lerp(b.translation, share), rotation.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::frame::{Vec3, yaw};

    #[test]
    fn blending_goes_the_short_way_and_keeps_the_ends() {
        let a = Pose::from_parts(Vec3::ZERO, yaw(0.2));
        let b = Pose::from_parts(Vec3::X, -yaw(0.4));
        let half = blend(a, b, 0.5);
        assert!(half.rotation.dot(yaw(0.3)).abs() > 0.99999, "{half:?}");
        assert_eq!(half.translation, Vec3::X * 0.5);
        assert!(blend(a, b, 0.0).rotation.dot(a.rotation).abs() > 0.99999);
        assert!(blend(a, b, 1.0).rotation.dot(b.rotation).abs() > 0.99999);
    }
}
