//! Speed limits of one straight piece of a path.

use crate::robot::kinematics::{distance, jacobian};
use crate::robot::panda::{DOF, Joints};

use super::limits::{CONTROL_PERIOD, Limits};

/// Share of the acceleration limits spent along the path.
const ALONG: f64 = 0.5;
/// Share spent in each corner; one control period may see two corners' worth.
const CORNER: f64 = 0.25;

/// A straight piece of path.
pub(crate) struct Segment {
    /// Unit direction in joint space.
    direction: Joints,
    /// Length, rad.
    pub(crate) length: f64,
    /// Distance between the corners around it, rad.
    run: f64,
    /// Largest path speed, rad/s.
    speed: f64,
    /// Largest acceleration along the path, rad/s^2.
    acceleration: f64,
}

impl Segment {
    /// The segment from `start` to `end`, which differ, on a straight run of `run` rad.
    pub(crate) fn new(start: &Joints, end: &Joints, run: f64, limits: &Limits) -> Self {
        let length = distance(start, end);
        let direction: Joints = core::array::from_fn(|j| (end[j] - start[j]) / length);
        let mut speed = limits.path_speed;
        let mut acceleration = limits.path_acceleration;
        for (j, part) in direction.iter().enumerate() {
            if *part != 0.0 {
                speed = speed.min(limits.speed[j] / part.abs());
                acceleration = acceleration.min(ALONG * limits.acceleration[j] / part.abs());
            }
        }
        let tip = tip_rate(start, &direction).max(tip_rate(end, &direction));
        if tip > 0.0 {
            speed = speed.min(limits.tip_speed / tip);
        }
        Self { direction, length, run, speed, acceleration }
    }

    /// Largest speed at one end for a speed at the other.
    pub(crate) fn reachable(&self, speed: f64) -> f64 {
        (speed * speed + 2.0 * self.acceleration * self.length).sqrt()
    }

    /// Largest path speed between this segment and the next: their own limits, and the jump of each
    /// joint's speed over the shorter of one control period and the time that the shorter run takes.
    pub(crate) fn corner_speed(&self, after: &Self, limits: &Limits) -> f64 {
        let mut speed = self.speed.min(after.speed);
        let run = self.run.min(after.run);
        for j in 0..DOF {
            let turn = (after.direction[j] - self.direction[j]).abs();
            // Rounding leaves about 1e-14 between the pieces of one straight segment.
            if turn > 1e-7 {
                let allowed = CORNER * limits.acceleration[j] / turn;
                speed = speed.min(allowed * CONTROL_PERIOD).min((allowed * run).sqrt());
            }
        }
        speed
    }
}

/// Metres that the tip moves per radian of path in `direction`.
fn tip_rate(joints: &Joints, direction: &Joints) -> f64 {
    jacobian(joints)[..3]
        .iter()
        .map(|row| row.iter().zip(direction).map(|(a, b)| a * b).sum::<f64>())
        .map(|speed| speed * speed)
        .sum::<f64>()
        .sqrt()
}
