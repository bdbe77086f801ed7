//! Limits that a timed path keeps.

use crate::robot::panda::{ACCELERATION_MAX, Joints, SPEED_MAX};

/// Period of the position targets sent to the arm, s (RLBench protocol).
pub const CONTROL_PERIOD: f64 = 0.05;

/// How fast the arm may move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Joint speeds, rad/s (default [`SPEED_MAX`]).
    pub speed: Joints,
    /// Joint accelerations, rad/s^2 (default [`ACCELERATION_MAX`]).
    pub acceleration: Joints,
    /// Speed along the joint-space path, rad/s (default 1.0, RLBench protocol).
    pub path_speed: f64,
    /// Acceleration along the joint-space path, rad/s^2 (default 4.0, RLBench protocol).
    pub path_acceleration: f64,
    /// Speed of the tip, m/s (default 0.5, a little above what RLBench recordings show).
    pub tip_speed: f64,
    /// Slows the whole motion down, 0 (exclusive) to 1 (default 1.0): speeds scale by it,
    /// accelerations by it or less.
    pub speed_scale: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            speed: SPEED_MAX,
            acceleration: ACCELERATION_MAX,
            path_speed: 1.0,
            path_acceleration: 4.0,
            tip_speed: 0.5,
            speed_scale: 1.0,
        }
    }
}

impl Limits {
    /// Whether every limit is positive and the scale in range.
    pub fn valid(&self) -> bool {
        let scalars = [self.path_speed, self.path_acceleration, self.tip_speed];
        self.speed.iter().chain(&self.acceleration).chain(&scalars).all(|limit| *limit > 0.0)
            && self.speed_scale > 0.0
            && self.speed_scale <= 1.0
    }
}
