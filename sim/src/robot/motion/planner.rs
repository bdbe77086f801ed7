//! From a configuration to a tip pose: a straight line if it is free, a detour otherwise.

use rand::rngs::ChaCha8Rng;

use crate::robot::ik::Ik;
use crate::robot::panda::Joints;
use crate::scene::frame::DPose3;

use super::edge::Free;
use super::line::Line;
use super::rrt::Rrt;

/// Settings of the planner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Planner {
    /// Inverse kinematics.
    pub ik: Ik,
    /// Straight lines.
    pub line: Line,
    /// Detours.
    pub rrt: Rrt,
    /// Goal configurations to plan a detour to (default 10, RLBench protocol).
    pub goals: usize,
    /// Refuse detours (default false).
    pub linear_only: bool,
}

impl Default for Planner {
    fn default() -> Self {
        Self {
            ik: Ik::default(),
            line: Line::default(),
            rrt: Rrt::default(),
            goals: 10,
            linear_only: false,
        }
    }
}

/// How a path moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// The tip moves in a straight line.
    Line,
    /// Straight or planned in joint space.
    Detour,
}

/// A collision-free path.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Configurations from the start to the goal, rad; straight in joint space between them.
    pub joints: Vec<Joints>,
    /// How it moves.
    pub kind: PathKind,
}

/// Why there is no path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No configuration puts the tip at the target.
    #[error("the target is out of reach")]
    NoIk,
    /// Every way there collides, or none was found within the budget.
    #[error("no free path to the target was found")]
    NoPath,
}

impl Planner {
    /// A path from `from` to the tip pose `target` (world, m) on which `free` holds everywhere but
    /// perhaps at the start. Pass `|_| true` to ignore collisions.
    pub fn plan(
        &self,
        from: &Joints,
        target: &DPose3,
        free: Free<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Result<Path, PlanError> {
        if let Some(joints) = self.line.plan(&self.ik, from, target, free) {
            return Ok(Path { joints, kind: PathKind::Line });
        }
        if self.linear_only {
            let reachable = self.ik.solve(target, from, rng).is_some();
            return Err(if reachable { PlanError::NoPath } else { PlanError::NoIk });
        }
        let mut reachable = false;
        let mut solved = |joints: &Joints| {
            reachable = true;
            free(joints)
        };
        let goals = self.ik.solve_free(target, from, self.goals, &mut solved, rng);
        match self.rrt.plan(from, &goals, free, rng) {
            Some(joints) => Ok(Path { joints, kind: PathKind::Detour }),
            None if reachable => Err(PlanError::NoPath),
            None => Err(PlanError::NoIk),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::robot::ik::random_joints;
    use crate::robot::kinematics::tip;
    use crate::robot::panda::{DOF, HOME};
    use crate::scene::frame::DVec3;

    fn beside() -> DPose3 {
        let mut pose = tip(&HOME);
        pose.translation = DVec3::new(0.25, 0.35, 0.9);
        pose
    }

    fn plan(
        planner: &Planner,
        target: &DPose3,
        free: fn(&Joints) -> bool,
    ) -> Result<Path, PlanError> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        planner.plan(&HOME, target, &mut { free }, &mut rng)
    }

    #[test]
    fn prefers_the_line_and_detours_round_an_obstacle() {
        let planner = Planner::default();
        let line = plan(&planner, &beside(), |_| true).expect("a line");
        assert_eq!(line.kind, PathKind::Line);
        // A ball of 8 cm in the middle of the line.
        let clear = |q: &Joints| tip(q).translation.distance(DVec3::new(0.26, 0.17, 1.19)) > 0.08;
        let detour = plan(&planner, &beside(), clear).expect("a detour");
        assert_eq!(detour.kind, PathKind::Detour);
        let end = tip(&detour.joints[detour.joints.len() - 1]);
        assert!(end.translation.distance(beside().translation) < 1e-4);
        assert!(detour.joints.iter().all(clear));
        let linear = Planner { linear_only: true, ..planner };
        assert_eq!(plan(&linear, &beside(), clear), Err(PlanError::NoPath));
    }

    #[test]
    fn tells_unreachable_from_blocked() {
        let planner = Planner::default();
        let mut far = beside();
        far.translation.x = 1.5;
        assert_eq!(plan(&planner, &far, |_| true), Err(PlanError::NoIk));
        assert_eq!(plan(&planner, &beside(), |_| false), Err(PlanError::NoPath));
        far.translation.x = f64::NAN;
        assert_eq!(plan(&planner, &far, |_| true), Err(PlanError::NoIk));
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let nowhere = planner.plan(&[f64::NAN; DOF], &beside(), &mut |_| true, &mut rng);
        assert!(nowhere.is_err());
    }

    #[test]
    fn reaches_random_poses_when_nothing_is_in_the_way() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for _ in 0..50 {
            let target = tip(&random_joints(&mut rng));
            let path = Planner::default().plan(&HOME, &target, &mut |_| true, &mut rng);
            assert!(path.is_ok());
        }
    }
}
