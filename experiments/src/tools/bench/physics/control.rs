//! What the arm is told to do while it is timed: a sinusoid of joints 1 and 4.

use sim::robot::panda::{DOF, Joints};

/// Posture around which it swings, rad: the tip points down, 30 cm above the table.
pub(super) const POSTURE: Joints = [0.0, 0.1, 0.0, -1.9, 0.0, 2.0, core::f64::consts::FRAC_PI_4];
/// Finger opening throughout, m from closed.
pub(super) const OPENING: f64 = 0.04;
/// Angular frequency of the swing, rad/s.
const RATE: f64 = 2.0;
/// Amplitudes of joints 1 and 4, rad.
const SWING: [f64; 2] = [0.5, 0.2];

/// Joint positions (rad) and speeds (rad/s) at time `t` (s); the tip moves at about 0.6 m/s.
pub(super) fn swing(t: f64) -> (Joints, Joints) {
    let (sin, cos) = (RATE * t).sin_cos();
    let (mut q, mut speed) = (POSTURE, [0.0; DOF]);
    q[0] += SWING[0] * sin;
    speed[0] = SWING[0] * RATE * cos;
    q[3] += SWING[1] * cos;
    speed[3] = -SWING[1] * RATE * sin;
    (q, speed)
}
