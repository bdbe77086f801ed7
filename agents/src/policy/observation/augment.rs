//! Moving the scene and the action together, so that few demonstrations show many situations.

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::action::Action;
use super::rotation;
use super::state::HandPose;
use super::workspace::Workspace;

/// How training samples are varied.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Augmentation {
    /// Largest shift along each axis, as a share of the workspace's side (default 0.125; RVT, ARP).
    pub shift: f32,
    /// Largest turn about the vertical through the action, degrees (default 45; RVT, ARP).
    pub yaw: f32,
    /// Share of training over which the largest turn grows from 0 to `yaw` (default 0.1).
    pub ramp: f32,
    /// Largest amplitude of the noise on colours in [0, 1]; each sample draws its own (default 0.05).
    pub colour: f32,
    /// Largest share of points left out; each sample draws its own (default 0).
    pub drop_points: f32,
    /// Probability that one camera, drawn among all, is left out (default 0).
    pub drop_camera: f32,
    /// Largest shift of the fine stage's centre along each axis, in cube units (default 0.1, which
    /// is 5 cm; RVT-2, ARP).
    pub centre: f32,
    /// Largest error along each axis of the waypoint that the policy's optional parts look around,
    /// pixels of the fine stage (1.5; our own choice, and no setting of a run): acting, they look around
    /// the predicted one.
    #[serde(skip)]
    pub waypoint: f32,
    /// Whether the rotation tokens that the model is shown (not those it is asked for) are off by up
    /// to two bins (default true; ARP, made symmetric).
    pub teacher: bool,
}

impl Default for Augmentation {
    fn default() -> Self {
        Self {
            shift: 0.125,
            yaw: 45.0,
            ramp: 0.1,
            colour: 0.05,
            drop_points: 0.0,
            drop_camera: 0.0,
            centre: 0.1,
            waypoint: 1.5,
            teacher: true,
        }
    }
}

impl Augmentation {
    /// No variation at all: what validation uses.
    pub const NONE: Self = Self {
        shift: 0.0,
        yaw: 0.0,
        ramp: 0.0,
        colour: 0.0,
        drop_points: 0.0,
        drop_camera: 0.0,
        centre: 0.0,
        waypoint: 0.0,
        teacher: false,
    };

    /// The largest turn, degrees, when `progress` (0 to 1) of the training is done.
    #[must_use]
    pub fn yaw_at(&self, progress: f32) -> f32 {
        if progress < self.ramp { self.yaw * progress / self.ramp } else { self.yaw }
    }
}

/// A turn about the vertical through a point, followed by a shift.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motion {
    pivot: [f32; 3],
    yaw: f32,
    rotation: rotation::Matrix,
    offset: [f32; 3],
}

impl Motion {
    /// The motion that leaves everything where it is.
    pub const STILL: Self = Self {
        pivot: [0.0; 3],
        yaw: 0.0,
        rotation: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        offset: [0.0; 3],
    };

    /// A turn by `yaw` radians about the vertical through `pivot` (metres), then a `shift` (metres).
    #[must_use]
    pub fn about(pivot: [f32; 3], yaw: f32, shift: [f32; 3]) -> Self {
        let offset = core::array::from_fn(|axis| pivot[axis] + shift[axis]);
        Self { pivot, yaw, rotation: rotation::matrix(rotation::about(2, yaw)), offset }
    }

    /// Draws a motion about the action's position; the moved action stays in the workspace (or, when
    /// it lies outside, comes no further out than its nearest face).
    #[must_use]
    pub fn draw(
        action: &Action,
        space: &Workspace,
        augmentation: &Augmentation,
        progress: f32,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let reach = augmentation.shift * space.side;
        let shift = core::array::from_fn(|axis| {
            let wanted = action.position[axis] + symmetric(rng, reach);
            let lowest = space.min[axis];
            wanted.clamp(lowest, lowest + space.side) - action.position[axis]
        });
        let yaw = symmetric(rng, augmentation.yaw_at(progress).to_radians());
        Self::about(action.position, yaw, shift)
    }

    /// Where a point of the world (metres) ends up.
    #[must_use]
    pub fn point(&self, point: [f32; 3]) -> [f32; 3] {
        let arm: [f32; 3] = core::array::from_fn(|axis| point[axis] - self.pivot[axis]);
        core::array::from_fn(|row| {
            let r = self.rotation[row];
            r[0] * arm[0] + r[1] * arm[1] + r[2] * arm[2] + self.offset[row]
        })
    }

    /// The action that fits the moved scene.
    #[must_use]
    pub fn action(&self, action: &Action) -> Action {
        Action {
            position: self.point(action.position),
            quaternion: self.turn(action.quaternion),
            ..*action
        }
    }

    /// The hand in the moved scene.
    #[must_use]
    pub(crate) fn hand(&self, hand: &HandPose) -> HandPose {
        HandPose { position: self.point(hand.position), quaternion: self.turn(hand.quaternion) }
    }

    /// How something turned by a unit quaternion is turned in the moved scene.
    #[must_use]
    pub fn turn(&self, quaternion: [f32; 4]) -> [f32; 4] {
        let turned = rotation::product(rotation::about(2, self.yaw), quaternion);
        rotation::normalised(turned).unwrap_or(turned)
    }
}

/// Uniform between minus and plus `reach`.
pub(crate) fn symmetric(rng: &mut ChaCha8Rng, reach: f32) -> f32 {
    (2.0 * rng.random::<f32>() - 1.0) * reach
}

/// Rotation bins as a teacher shows them: each off by -2..=2 with probabilities .1, .2, .4, .2, .1.
pub(crate) fn teacher(rng: &mut ChaCha8Rng, bins: [usize; 3]) -> [usize; 3] {
    bins.map(|bin| {
        let offset = match rng.random_range(0..10) {
            0 => rotation::BINS - 2,
            1 | 2 => rotation::BINS - 1,
            3..=6 => 0,
            7 | 8 => 1,
            _ => 2,
        };
        (bin + offset) % rotation::BINS
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn action() -> Action {
        let quaternion = rotation::from_euler([170.0, 10.0, 35.0]);
        Action { position: [0.65, -0.45, 0.7], quaternion, open: true, ignore_collisions: false }
    }

    #[test]
    fn what_the_gripper_sees_stays_the_same() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let (space, wanted) = (Workspace::default(), Augmentation::default());
        let local = |action: &Action, point: [f32; 3]| -> [f32; 3] {
            let r = rotation::matrix(action.quaternion);
            core::array::from_fn(|c| {
                (0..3).map(|row| r[row][c] * (point[row] - action.position[row])).sum()
            })
        };
        for _ in 0..200 {
            let motion = Motion::draw(&action(), &space, &wanted, 1.0, &mut rng);
            let moved = motion.action(&action());
            assert!(space.contains(moved.position), "{moved:?}");
            let hand = rotation::from_euler([150.0, -20.0, 80.0]);
            let apart = rotation::geodesic(hand, action().quaternion);
            let after = rotation::geodesic(motion.turn(hand), moved.quaternion);
            assert!((apart - after).abs() < 1e-3, "{apart} {after}");
            for point in [[0.2, 0.1, 0.8], [0.6, -0.5, 1.2]] {
                let before = local(&action(), point);
                let after = local(&moved, motion.point(point));
                assert!(
                    (0..3).all(|i| (before[i] - after[i]).abs() < 1e-5),
                    "{before:?} {after:?}"
                );
            }
        }
    }

    /// Names of runs are hashes of their settings.
    #[test]
    fn the_error_of_the_waypoint_is_no_setting() {
        let text = serde_json::to_string(&Augmentation::NONE).unwrap();
        assert!(!text.contains("waypoint"), "{text}");
        let read: Augmentation = serde_json::from_str(&text).unwrap();
        assert_eq!(read, Augmentation { waypoint: 1.5, ..Augmentation::NONE });
    }

    #[test]
    fn turns_grow_over_the_ramp() {
        let wanted = Augmentation::default();
        assert_eq!(wanted.yaw_at(0.0), 0.0);
        assert!((wanted.yaw_at(0.05) - 22.5).abs() < 1e-4);
        assert_eq!(wanted.yaw_at(0.1), 45.0);
        assert_eq!(Augmentation::NONE.yaw_at(0.0), 0.0);
    }

    #[test]
    fn teachers_err_evenly_to_both_sides() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut counts = [0_usize; 5];
        for _ in 0..10_000 {
            for bin in teacher(&mut rng, [0, 71, 30]).into_iter().zip([0, 71, 30]) {
                counts[(bin.0 + 2 + rotation::BINS - bin.1) % rotation::BINS] += 1;
            }
        }
        // 30 000 draws; the standard deviation of each count is below 85.
        for (count, expected) in counts.into_iter().zip([3000, 6000, 12_000, 6000, 3000]) {
            assert!(count.abs_diff(expected) < 400, "{counts:?}");
        }
    }
}
