//! A straight line of the tip, turning the shortest way.

use crate::robot::ik::Ik;
use crate::robot::kinematics::tip;
use crate::robot::panda::Joints;
use crate::scene::frame::{DPose3, DQuat};

use super::edge::{Free, edge_free};

/// How a line is cut into steps of inverse kinematics.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Least number of steps (default 50, RLBench protocol).
    pub steps: usize,
    /// Longest step of the tip, m (default 0.02).
    pub length: f64,
    /// Largest turn of the tip per step, rad (default 0.06).
    pub turn: f64,
    /// How often a step is halved where the joints would jump, near a singularity (default 2).
    pub halvings: u32,
}

impl Default for Line {
    fn default() -> Self {
        Self { steps: 50, length: 0.02, turn: 0.06, halvings: 2 }
    }
}

impl Line {
    /// Joints along the straight line of the tip from `from` to `target` (world, m), both ends
    /// included. `None` if a step has no solution next to the one before or is not `free`; the
    /// start itself is not checked.
    pub fn plan(
        &self,
        ik: &Ik,
        from: &Joints,
        target: &DPose3,
        free: Free<'_>,
    ) -> Option<Vec<Joints>> {
        let start = tip(from);
        let (axis, angle) = shortest_turn(&start.rotation, &target.rotation);
        let length = start.translation.distance(target.translation);
        let needed = (length / self.length).max(angle / self.turn).ceil();
        // The arm's reach and half a turn bound honest requests; this refuses NaN and infinity.
        if !(0.0..1e6).contains(&needed) {
            return None;
        }
        let steps = self.steps.max(needed as usize).max(1);
        let pose = |t: f64| {
            if t >= 1.0 {
                return *target;
            }
            let (sin, cos) = libm::sincos(0.5 * angle * t);
            let turn = DQuat::from_xyzw(axis[0] * sin, axis[1] * sin, axis[2] * sin, cos);
            let point = start.translation + (target.translation - start.translation) * t;
            DPose3::from_parts(point, turn * start.rotation)
        };
        // Whole steps in units of the finest one; exact in f64, so the last t is exactly 1.
        let finest = 1_usize << self.halvings.min(16);
        let (mut path, mut done, mut step) = (vec![*from], 0, finest);
        while done < steps * finest {
            let previous = path[path.len() - 1];
            let t = (done + step) as f64 / (steps * finest) as f64;
            if let Some(joints) = ik.track(&pose(t), &previous) {
                if !edge_free(&previous, &joints, free) {
                    return None;
                }
                path.push(joints);
                done += step;
                // Back to whole steps where they line up again.
                step = if done % finest == 0 { finest } else { step };
            } else if step > 1 {
                step /= 2;
            } else {
                return None;
            }
        }
        Some(path)
    }
}

/// Unit axis (world) and angle (0..pi, rad) of the turn from `a` to `b`; zeros without a turn.
fn shortest_turn(a: &DQuat, b: &DQuat) -> ([f64; 3], f64) {
    let turn = *b * a.conjugate();
    let turn = if turn.w < 0.0 { -turn } else { turn };
    let sin = turn.xyz().length();
    if sin < 1e-12 {
        return ([0.0; 3], 0.0);
    }
    ((turn.xyz() / sin).to_array(), 2.0 * libm::atan2(sin, turn.w))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robot::kinematics::{largest_change, within_limits};
    use crate::robot::panda::{DOF, HOME};
    use crate::scene::frame::DVec3;

    fn down(x: f64, y: f64, z: f64, heading: f64) -> DPose3 {
        let (sin, cos) = libm::sincos(0.5 * heading);
        DPose3::from_parts(
            DVec3::new(x, y, z),
            DQuat::from_xyzw(0.0, 0.0, sin, cos) * DQuat::from_xyzw(1.0, 0.0, 0.0, 0.0),
        )
    }

    #[test]
    fn the_tip_stays_on_the_line() {
        let (ik, line) = (Ik::default(), Line::default());
        let target = down(0.35, 0.25, 0.85, 2.5);
        let path = line.plan(&ik, &HOME, &target, &mut |_| true).expect("a line");
        assert!(path.len() >= 51);
        let start = tip(&HOME).translation;
        let direction = (target.translation - start).normalize();
        for pair in path.windows(2) {
            assert!(within_limits(&pair[1]));
            assert!(largest_change(&pair[0], &pair[1]) <= ik.jump);
            let offset = tip(&pair[1]).translation - start;
            assert!((offset - direction * offset.dot(direction)).length() < 1e-4);
        }
        let end = tip(&path[path.len() - 1]);
        assert!(end.translation.distance(target.translation) < 1e-4);
        assert!(end.rotation.dot(target.rotation).abs() > 1.0 - 1e-7);
    }

    #[test]
    fn obstacles_and_nonsense_are_refused() {
        let (ik, line) = (Ik::default(), Line::default());
        let target = down(0.35, 0.25, 0.85, 0.5);
        let mut above = |q: &Joints| tip(q).translation.z > 1.0;
        assert_eq!(line.plan(&ik, &HOME, &target, &mut above), None);
        assert_eq!(line.plan(&ik, &HOME, &down(0.35, 0.25, -3.0, 0.5), &mut |_| true), None);
        assert_eq!(line.plan(&ik, &HOME, &down(f64::NAN, 0.0, 1.0, 0.0), &mut |_| true), None);
        assert_eq!(line.plan(&ik, &[f64::NAN; DOF], &target, &mut |_| true), None);
    }
}
