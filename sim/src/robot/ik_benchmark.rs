//! How often inverse kinematics succeeds on reachable poses.

use rand::rngs::ChaCha8Rng;

use super::ik::{Ik, random_joints};
use super::kinematics::{tip, within_limits};
use super::panda::HOME;

/// Outcome of [`ik_benchmark`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct IkReport {
    /// Poses tried.
    pub poses: usize,
    /// Poses solved within 0.1 mm, 0.1 degrees and the joint limits.
    pub solved: usize,
    /// `solved / poses`, 0..1.
    pub success_rate: f64,
    /// Largest distance from the target among the solved poses, m.
    pub worst_position: f64,
    /// Largest angle from the target among the solved poses, rad.
    pub worst_rotation: f64,
}

/// Solves `poses` random reachable poses (tip poses of uniform random joints) from [`HOME`] with
/// default settings, and checks every answer by forward kinematics. The caller times it.
pub fn ik_benchmark(poses: usize, rng: &mut ChaCha8Rng) -> IkReport {
    let ik = Ik::default();
    let mut report = IkReport { poses, ..IkReport::default() };
    for _ in 0..poses {
        let target = tip(&random_joints(rng));
        let Some(joints) = ik.solve(&target, &HOME, rng) else {
            continue;
        };
        let reached = tip(&joints);
        let position = reached.translation.distance(target.translation);
        let turn = reached.rotation.conjugate() * target.rotation;
        let rotation = 2.0 * libm::atan2(turn.xyz().length(), turn.w.abs());
        if within_limits(&joints) && position < 1e-4 && rotation < 0.1_f64.to_radians() {
            report.solved += 1;
            report.worst_position = report.worst_position.max(position);
            report.worst_rotation = report.worst_rotation.max(rotation);
        }
    }
    report.success_rate = report.solved as f64 / poses.max(1) as f64;
    report
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn solves_nearly_every_reachable_pose() {
        let report = ik_benchmark(2_000, &mut ChaCha8Rng::seed_from_u64(7));
        assert!(report.success_rate >= 0.995, "{report:?}");
    }
}
