//! The state of the robot as a policy reads it.

use super::rotation;
use super::workspace::Workspace;

/// Keyframes that are told apart; later ones count as the last (25, the limit of an episode: RLBench's
/// evaluation protocol).
pub(crate) const KEYFRAMES: usize = 25;
/// Numbers of a state: position, two columns of the rotation's matrix, gripper, keyframe, the middle of
/// what a stage sees, and the position from there.
pub(crate) const STATE: usize = 3 + 6 + GRIPPER + KEYFRAMES + 3 + 3;
/// Numbers that tell of the gripper: open, and the positions of both fingers.
const GRIPPER: usize = 3;
/// Travel of a finger, m (Panda's hand): positions are told as shares of it.
const TRAVEL: f32 = 0.04;

/// Where the hand's tip is and how it is turned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HandPose {
    /// World, m.
    pub position: [f32; 3],
    /// Quaternion (x, y, z, w), tip to world.
    pub quaternion: [f32; 4],
}

impl HandPose {
    /// The same with a quaternion of unit length; none where a number is not finite or the rotation has
    /// no direction.
    pub(crate) fn normalised(self) -> Option<Self> {
        let quaternion = rotation::normalised(self.quaternion)?;
        let finite = self.position.iter().all(|v| v.is_finite());
        finite.then_some(Self { quaternion, ..self })
    }

    /// The first two columns of the rotation's matrix, which determine it without jumps (Zhou et al. 2019,
    /// "On the Continuity of Rotation Representations in Neural Networks").
    fn columns(&self) -> impl Iterator<Item = f32> {
        let matrix = rotation::matrix(self.quaternion);
        [0, 1].into_iter().flat_map(move |column| matrix.map(|row| row[column]))
    }
}

/// Writes the state for a stage that sees what lies about `centre`, [`STATE`] numbers: position in cube
/// coordinates, two columns of the rotation, the gripper's first three numbers of `proprio`, a one at the
/// number of the keyframe that comes next (only zeros where that is not told), that centre in cube
/// coordinates, and the position from there.
pub(crate) fn state(
    hand: &HandPose,
    proprio: &[f32],
    keyframe: Option<usize>,
    space: &Workspace,
    centre: [f32; 3],
    slots: &mut [f32],
) {
    let gripper = proprio.iter().zip([1.0, TRAVEL, TRAVEL]).map(|(value, whole)| value / whole);
    let place = space.to_cube(hand.position);
    let from: [f32; 3] = core::array::from_fn(|axis| place[axis] - centre[axis]);
    let told = (0..KEYFRAMES).map(|k| match keyframe {
        Some(keyframe) if keyframe.min(KEYFRAMES - 1) == k => 1.0,
        _ => 0.0,
    });
    let seen = centre.into_iter().chain(from);
    let values = place.into_iter().chain(hand.columns()).chain(gripper).chain(told).chain(seen);
    slots.iter_mut().zip(values).for_each(|(slot, value)| *slot = value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_lists_place_turn_gripper_and_keyframe() {
        let hand = HandPose { position: [0.2, 0.0, 1.35], quaternion: [1.0, 0.0, 0.0, 0.0] };
        let write = |keyframe| {
            let mut slots = [f32::NAN; STATE];
            let (space, centre) = (Workspace::default(), [0.5, 0.0, 0.25]);
            state(&hand, &[1.0, 0.04, 0.02, 0.7], keyframe, &space, centre, &mut slots);
            slots
        };
        let told = write(Some(3));
        // Half a turn about x: the second column points along -y.
        assert_eq!(told[3..12], [1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 1.0, 0.5]);
        let near = |a: f32, b: f32| (a - b).abs() < 1e-6;
        assert!(near(told[0], 0.0) && near(told[1], 0.0) && near(told[2], 0.5));
        let keyframes = |slots: [f32; STATE]| slots[12..12 + KEYFRAMES].to_vec();
        assert_eq!(keyframes(told).iter().sum::<f32>(), 1.0);
        assert_eq!(told[12 + 3], 1.0);
        assert_eq!(told[37..40], [0.5, 0.0, 0.25]);
        assert!((40..43).zip([-0.5, 0.0, 0.25]).all(|(i, from)| near(told[i], from)), "{told:?}");
        assert_eq!(write(Some(24)), write(Some(99)));
        assert_eq!(keyframes(write(None)), [0.0; KEYFRAMES]);
    }

    #[test]
    fn hands_without_a_direction_or_a_place_are_none() {
        let hand = HandPose { position: [0.0; 3], quaternion: [0.0; 4] };
        assert_eq!(hand.normalised(), None);
        let hand = HandPose { position: [0.0, f32::NAN, 0.0], quaternion: [0.0, 0.0, 0.0, 2.0] };
        assert_eq!(hand.normalised(), None);
    }
}
