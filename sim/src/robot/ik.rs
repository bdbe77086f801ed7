//! Inverse kinematics: joint angles that put the tip at a pose, inside the joint limits.
//!
//! Damped least squares with the damping tied to the remaining error, joints held at a limit
//! while the step pushes them outwards, and restarts from random configurations. The seventh
//! degree of freedom drifts towards the configuration that the descent started from.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::scene::frame::{DMat3, DPose3, DQuat, DVec3};

use super::damped::limited_step;
use super::kinematics::{
    between, chain, chain_jacobian, distance, largest_change, tip_point, tip_yaw,
};
use super::panda::{BASE, DH, DOF, FLANGE, Joints, Q_MAX, Q_MIN, TIP};

/// Metres that one radian of orientation error counts as while descending.
const ROTATION_WEIGHT: f64 = 0.3;
/// Smallest damping; keeps the linear system solvable at singular configurations.
const DAMPING_FLOOR: f64 = 1e-7;
/// Damping per unit of squared weighted error.
const DAMPING_GAIN: f64 = 0.1;
/// Weighted error (m) below which the pull towards the starting posture fades out.
const POSTURE_FADE: f64 = 0.1;
/// Iterations between two looks at whether a descent still makes progress.
const PATIENCE: usize = 6;
/// Share of the error that must remain at most after [`PATIENCE`] iterations.
const PROGRESS: f64 = 0.5;
/// Restarts until the random starts cover the whole joint range instead of the seed's surroundings.
const SPREAD: usize = 6;

/// Settings of the solver; every budget counts iterations, so results do not depend on the machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ik {
    /// Accepted distance from the target, m (default 1e-5).
    pub position: f64,
    /// Accepted angle from the target, rad (default 1e-4).
    pub rotation: f64,
    /// Iterations of one descent (default 50).
    pub iterations: usize,
    /// Descents per solve, the first from the seed (default 100, RLBench protocol).
    pub descents: usize,
    /// Largest change of one joint per iteration, rad (default 0.6).
    pub step: f64,
    /// Share of the way back to the start taken per iteration within the free motion (default 0.2).
    pub posture: f64,
    /// Largest change of one joint that [`Ik::track`] accepts, rad (default 0.2).
    pub jump: f64,
    /// Configurations of [`Ik::solve_free`] differ by at least this in some joint, rad (default 0.2).
    pub distinct: f64,
}

impl Default for Ik {
    fn default() -> Self {
        Self {
            position: 1e-5,
            rotation: 1e-4,
            iterations: 50,
            descents: 100,
            step: 0.6,
            posture: 0.2,
            jump: 0.2,
            distinct: 0.2,
        }
    }
}

/// What the descent aims at, in the base frame and without the tip's yaw.
struct Target {
    point: DVec3,
    rotation: DQuat,
}

impl Target {
    /// `None` for a pose that is not finite, not a rotation, or out of reach whatever the wrist does.
    fn new(pose: &DPose3) -> Option<Self> {
        let unit = (pose.rotation.length_squared() - 1.0).abs() < 1e-3;
        if !pose.translation.is_finite() || !unit {
            return None;
        }
        let rotation = (pose.rotation * tip_yaw().conjugate()).normalize();
        let point = pose.translation - DVec3::from_array(BASE);
        let wrist = point - rotation * DVec3::Z * (FLANGE + TIP);
        let reach = DVec3::new(DH[3].a, DH[2].d, 0.0).length()
            + DVec3::new(DH[4].a, DH[4].d, 0.0).length()
            + DH[6].a;
        (wrist.distance(DVec3::Z * DH[0].d) <= reach).then_some(Self { point, rotation })
    }
}

impl Ik {
    /// Joints that put the tip at `target` (world, m), found from `seed` and then from random
    /// starts that move away from it; `None` if every descent fails.
    pub fn solve(&self, target: &DPose3, seed: &Joints, rng: &mut ChaCha8Rng) -> Option<Joints> {
        let target = Target::new(target)?;
        let seed = inside(seed)?;
        (0..self.descents).find_map(|k| self.descend(&target, &start(&seed, k, rng), self.posture))
    }

    /// Up to `count` distinct solutions that `free` accepts, from at most [`Ik::descents`] descents,
    /// nearest to `seed` first.
    pub fn solve_free(
        &self,
        target: &DPose3,
        seed: &Joints,
        count: usize,
        free: &mut dyn FnMut(&Joints) -> bool,
        rng: &mut ChaCha8Rng,
    ) -> Vec<Joints> {
        let mut found: Vec<Joints> = Vec::new();
        let (Some(target), Some(seed)) = (Target::new(target), inside(seed)) else {
            return found;
        };
        for k in 0..self.descents {
            if found.len() >= count {
                break;
            }
            let Some(joints) = self.descend(&target, &start(&seed, k, rng), self.posture) else {
                continue;
            };
            let new = found.iter().all(|other| largest_change(other, &joints) >= self.distinct);
            if new && free(&joints) {
                found.push(joints);
            }
        }
        found.sort_by(|a, b| distance(a, &seed).total_cmp(&distance(b, &seed)));
        found
    }

    /// The solution next to `from`, for small steps along a line: one descent, no restart, and
    /// `None` if a joint would change by more than [`Ik::jump`].
    pub fn track(&self, target: &DPose3, from: &Joints) -> Option<Joints> {
        let target = Target::new(target)?;
        let joints = self.descend(&target, &inside(from)?, 0.0)?;
        (largest_change(&joints, from) <= self.jump).then_some(joints)
    }

    /// One descent from `start`.
    fn descend(&self, target: &Target, start: &Joints, posture: f64) -> Option<Joints> {
        let mut joints = *start;
        let mut checkpoint = f64::INFINITY;
        for iteration in 0..self.iterations {
            let frames = chain(&joints);
            let last = &frames[DOF - 1];
            let linear = target.point - tip_point(last);
            let angular = rotation_error(&target.rotation, &last.axes);
            if linear.length() <= self.position && angular.length() <= self.rotation {
                return Some(joints);
            }
            let angular = angular * ROTATION_WEIGHT;
            let squared = linear.length_squared() + angular.length_squared();
            if iteration % PATIENCE == 0 {
                let better = squared.sqrt() < PROGRESS * checkpoint;
                if !better {
                    return None;
                }
                checkpoint = squared.sqrt();
            }
            let mut jacobian = chain_jacobian(&frames);
            for row in &mut jacobian[3..] {
                row.iter_mut().for_each(|value| *value *= ROTATION_WEIGHT);
            }
            let pull = posture * (squared.sqrt() / POSTURE_FADE).min(1.0);
            let bias = core::array::from_fn(|j| pull * (start[j] - joints[j]));
            let error = [linear.x, linear.y, linear.z, angular.x, angular.y, angular.z];
            let damping = DAMPING_FLOOR + DAMPING_GAIN * squared;
            let step = limited_step(&joints, jacobian, &error, bias, damping)?;
            let scale = (self.step / largest_change(&step, &[0.0; DOF])).min(1.0);
            joints =
                core::array::from_fn(|j| (joints[j] + step[j] * scale).clamp(Q_MIN[j], Q_MAX[j]));
        }
        None
    }
}

/// The configuration clamped into the limits; `None` unless finite.
fn inside(joints: &Joints) -> Option<Joints> {
    joints
        .iter()
        .all(|q| q.is_finite())
        .then(|| core::array::from_fn(|j| joints[j].clamp(Q_MIN[j], Q_MAX[j])))
}

/// A configuration drawn uniformly inside the joint limits, rad.
pub fn random_joints(rng: &mut ChaCha8Rng) -> Joints {
    core::array::from_fn(|j| rng.random_range(Q_MIN[j]..Q_MAX[j]))
}

/// Start of descent `k`: the seed, then random points that spread from it over the whole range.
fn start(seed: &Joints, k: usize, rng: &mut ChaCha8Rng) -> Joints {
    if k == 0 {
        return *seed;
    }
    between(seed, &random_joints(rng), (k as f64 / SPREAD as f64).min(1.0))
}

/// Axis times 2 sin(angle / 2) of the turn from `current` to `target`: the angle, when small.
fn rotation_error(target: &DQuat, current: &DMat3) -> DVec3 {
    let turn = *target * DQuat::from_mat3(current).conjugate();
    2.0 * if turn.w < 0.0 { -turn.xyz() } else { turn.xyz() }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::robot::kinematics::{tip, within_limits};
    use crate::robot::panda::HOME;

    #[test]
    fn one_seed_gives_one_answer() {
        let target = tip(&[0.4, 0.3, -0.5, -1.9, 0.6, 2.2, 1.0]);
        let run = || {
            let mut rng = ChaCha8Rng::seed_from_u64(3);
            (
                Ik::default().solve(&target, &HOME, &mut rng),
                Ik::default().solve_free(&target, &HOME, 10, &mut |_| true, &mut rng),
            )
        };
        assert_eq!(run(), run());
    }

    #[test]
    fn many_solutions_are_distinct_and_sorted() {
        let ik = Ik::default();
        let target = tip(&[0.4, 0.3, -0.5, -1.9, 0.6, 2.2, 1.0]);
        let found =
            ik.solve_free(&target, &HOME, 10, &mut |_| true, &mut ChaCha8Rng::seed_from_u64(4));
        assert_eq!(found.len(), 10);
        assert!(found.is_sorted_by(|a, b| distance(a, &HOME) <= distance(b, &HOME)));
        for (i, a) in found.iter().enumerate() {
            assert!(within_limits(a));
            assert!(tip(a).translation.distance(target.translation) < 1e-4);
            assert!(found[..i].iter().all(|b| largest_change(a, b) >= ik.distinct));
        }
    }

    #[test]
    fn tracking_stays_near_and_refuses_jumps() {
        let ik = Ik::default();
        let mut near = tip(&HOME);
        near.translation += DVec3::new(0.01, 0.0, -0.01);
        let joints = ik.track(&near, &HOME).expect("a small step");
        assert!(largest_change(&joints, &HOME) < 0.1);
        near.translation += DVec3::new(0.0, 0.3, -0.3);
        assert_eq!(ik.track(&near, &HOME), None);
    }

    #[test]
    fn bad_input_is_refused() {
        let ik = Ik::default();
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut pose = tip(&HOME);
        assert_eq!(ik.solve(&pose, &[f64::NAN; DOF], &mut rng), None);
        pose.translation.x = 2.0;
        assert_eq!(ik.solve(&pose, &HOME, &mut rng), None);
        pose.translation.x = f64::NAN;
        assert_eq!(ik.solve(&pose, &HOME, &mut rng), None);
        assert!(ik.solve_free(&pose, &HOME, 3, &mut |_| true, &mut rng).is_empty());
        assert_eq!(ik.track(&pose, &HOME), None);
        pose = tip(&HOME);
        pose.rotation = DQuat::from_xyzw(0.0, 0.0, 0.0, 0.0);
        assert_eq!(ik.solve(&pose, &HOME, &mut rng), None);
    }
}
