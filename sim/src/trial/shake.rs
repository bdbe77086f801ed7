//! Shaking the hand: a sinusoid of the tip along one axis, fading in and out.

use core::f64::consts::PI;

use crate::robot::ik::Ik;
use crate::robot::kinematics::tip;
use crate::robot::panda::{DOF, Joints, Q_MAX, Q_MIN};
use crate::scene::frame::{DVec3, GRAVITY};
use crate::world::solver::TICK;

/// A straight shake of the tip with fixed orientation. It stays within the joints' positions and
/// torques but not within Franka's Cartesian limit of 13 m/s^2, which no 1.8 g shake can.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shake {
    /// Direction in the world, a unit vector.
    pub axis: DVec3,
    /// Frequency, Hz (default 3).
    pub frequency: f64,
    /// Amplitude, m (default 0.05: with 3 Hz the peak acceleration is 1.81 g).
    pub amplitude: f64,
    /// Time at full amplitude, s (default 2); half a second of fading comes before and after.
    pub duration: f64,
}

/// Time of fading in and of fading out, s.
const FADE: f64 = 0.5;

impl Shake {
    /// The default shake along `axis`.
    pub fn along(axis: DVec3) -> Self {
        Self { axis, frequency: 3.0, amplitude: 0.05, duration: 2.0 }
    }

    /// Commanded displacement of the tip along the axis at time `t` (s), m.
    fn displacement(&self, t: f64) -> f64 {
        let total = self.duration + 2.0 * FADE;
        let fade = (t.min(total - t) / FADE).clamp(0.0, 1.0);
        // Smooth, so that fading adds no kick of its own.
        let fade = fade * fade * (3.0 - 2.0 * fade);
        self.amplitude * fade * libm::sin(2.0 * PI * self.frequency * t)
    }

    /// Joint positions (rad) and speeds (rad/s) at the end of each physics step, starting and
    /// ending at rest in `from`; `None` when the arm cannot follow.
    pub fn joints(&self, from: &Joints) -> Option<Vec<(Joints, Joints)>> {
        let (ik, start, dt) = (Ik::default(), tip(from), f64::from(TICK));
        let steps = ((self.duration + 2.0 * FADE) / dt).round() as usize;
        let mut path = vec![*from];
        for k in 1..=steps + 1 {
            let mut target = start;
            target.translation += self.axis * self.displacement(k as f64 * dt);
            path.push(ik.track(&target, &path[k - 1])?);
        }
        let speed = |k: usize| -> Joints {
            core::array::from_fn(|j| (path[k + 1][j] - path[k - 1][j]) / (2.0 * dt))
        };
        let inside = path.iter().all(|q| (0..DOF).all(|j| q[j] > Q_MIN[j] && q[j] < Q_MAX[j]));
        inside.then(|| (1..=steps).map(|k| (path[k], speed(k))).collect())
    }

    /// Largest acceleration along the axis, in units of gravity, of tip positions (m) one physics
    /// step apart.
    pub fn peak(&self, tips: &[DVec3]) -> f64 {
        let dt = f64::from(TICK);
        let along: Vec<f64> = tips.iter().map(|tip| tip.dot(self.axis)).collect();
        let accelerations = along.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs() / (dt * dt));
        accelerations.fold(0.0, f64::max) / f64::from(GRAVITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_reaches_the_promised_acceleration() {
        // The tip pointing down over the table.
        let over = [0.0, 0.2, 0.0, -1.9, 0.0, 2.1, core::f64::consts::FRAC_PI_4];
        for axis in DVec3::AXES {
            let shake = Shake::along(axis);
            let path = shake.joints(&over).expect("the arm can follow");
            let tips: Vec<DVec3> = path.iter().map(|(q, _)| tip(q).translation).collect();
            let peak = shake.peak(&tips);
            // Differences over 20 samples per period read 0.8 % low.
            assert!((1.75..1.95).contains(&peak), "{axis}: {peak} g");
        }
    }
}
