//! Timing of a joint-space polyline: as fast as the limits allow, at rest at both ends.
//!
//! The path is followed exactly, so what was checked for collisions is what is executed. A
//! polyline cannot be followed exactly at speed without a jump of the velocity in its corners;
//! the speed there is kept so low that the jumps stay within the acceleration limits averaged
//! over one control period. Half of each acceleration limit is spent along the path and half in
//! the corners. Jerk is not limited.

use crate::robot::kinematics::{between, distance, jacobian};
use crate::robot::panda::{ACCELERATION_MAX, DOF, Joints, SPEED_MAX};

/// Period of the position targets sent to the arm, s (RLBench protocol).
pub const CONTROL_PERIOD: f64 = 0.05;
/// Longest piece of path, rad, over which the speed limits count as constant.
const PIECE: f64 = 0.02;
/// Waypoints closer than this, rad, are one waypoint.
const SAME: f64 = 1e-9;
/// Share of the acceleration limits spent along the path.
const ALONG: f64 = 0.5;
/// Share spent in each corner; one control period may see two corners' worth.
const CORNER: f64 = 0.25;

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
    /// Slows the whole motion down, 0 (exclusive) to 1 (default 1.0): speeds scale by it and
    /// accelerations by its square.
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
    fn valid(&self) -> bool {
        let scalars = [self.path_speed, self.path_acceleration, self.tip_speed];
        self.speed.iter().chain(&self.acceleration).chain(&scalars).all(|limit| *limit > 0.0)
            && self.speed_scale > 0.0
            && self.speed_scale <= 1.0
    }
}

/// A timed path.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// Points of the path; at least one.
    points: Vec<Joints>,
    /// Time at each point, s; strictly increasing from 0.
    times: Vec<f64>,
    /// Path speed at each point, rad/s.
    speeds: Vec<f64>,
}

impl Trajectory {
    /// Times `path` within `limits`; `None` for an empty or non-finite path or invalid limits.
    pub fn along(path: &[Joints], limits: &Limits) -> Option<Self> {
        if path.is_empty() || !path.iter().flatten().all(|q| q.is_finite()) || !limits.valid() {
            return None;
        }
        let points = pieces(path);
        let count = points.len();
        let (mut times, mut speeds) = (vec![0.0; count], vec![0.0; count]);
        if count > 1 {
            let segments: Vec<Segment> =
                points.windows(2).map(|pair| Segment::new(&pair[0], &pair[1], limits)).collect();
            for i in 1..count - 1 {
                speeds[i] = corner_speed(&segments[i - 1], &segments[i], limits);
            }
            // Whatever the arm cannot reach from the start or leave before the end is too fast.
            for (i, segment) in segments.iter().enumerate() {
                speeds[i + 1] = segment.reachable(speeds[i]).min(speeds[i + 1]);
            }
            for (i, segment) in segments.iter().enumerate().rev() {
                speeds[i] = segment.reachable(speeds[i + 1]).min(speeds[i]);
            }
            for (i, segment) in segments.iter().enumerate() {
                let mean = 0.5 * (speeds[i] + speeds[i + 1]) * limits.speed_scale;
                times[i + 1] = times[i] + segment.length / mean;
            }
            speeds.iter_mut().for_each(|speed| *speed *= limits.speed_scale);
        }
        Some(Self { points, times, speeds })
    }

    /// Time from rest to rest, s.
    pub fn duration(&self) -> f64 {
        self.times[self.times.len() - 1]
    }

    /// Joints (rad) and their velocities (rad/s) at time `t` (s), held at the ends.
    pub fn sample(&self, t: f64) -> (Joints, Joints) {
        let last = self.points.len() - 1;
        let after = self.times.partition_point(|time| *time <= t);
        if after == 0 {
            return (self.points[0], [0.0; DOF]);
        }
        if after > last {
            return (self.points[last], [0.0; DOF]);
        }
        let i = after - 1;
        let (start, end) = (&self.points[i], &self.points[after]);
        let (v0, v1) = (self.speeds[i], self.speeds[after]);
        let (period, length) = (self.times[after] - self.times[i], distance(start, end));
        let elapsed = t - self.times[i];
        let acceleration = (v1 - v0) / period;
        let speed = v0 + acceleration * elapsed;
        let along = (v0 + 0.5 * acceleration * elapsed) * elapsed / length;
        let velocity = core::array::from_fn(|j| (end[j] - start[j]) / length * speed);
        (between(start, end, along.clamp(0.0, 1.0)), velocity)
    }

    /// Joint targets at every `period` (s) after the start, the last one exactly the end; empty
    /// for a path of one point or an invalid period.
    pub fn targets(&self, period: f64) -> impl Iterator<Item = Joints> + '_ {
        let count = self.duration() / period;
        let count = if count.is_finite() && count > 0.0 { count.ceil() as usize } else { 0 };
        (1..=count).map(move |k| {
            let t = if k == count { self.duration() } else { k as f64 * period };
            self.sample(t).0
        })
    }
}

/// The path without repeated points, in pieces of at most [`PIECE`] and two for each segment, so
/// that there is a point to be fast at between two corners.
fn pieces(path: &[Joints]) -> Vec<Joints> {
    let mut points = vec![path[0]];
    for point in &path[1..] {
        let from = points[points.len() - 1];
        let length = distance(&from, point);
        if length > SAME {
            let count = (length / PIECE).ceil().max(2.0) as usize;
            points.extend((1..count).map(|k| between(&from, point, k as f64 / count as f64)));
            points.push(*point);
        }
    }
    points
}

/// A straight piece of path.
struct Segment {
    /// Unit direction in joint space.
    direction: Joints,
    /// Length, rad.
    length: f64,
    /// Largest path speed, rad/s.
    speed: f64,
    /// Largest acceleration along the path, rad/s^2.
    acceleration: f64,
}

impl Segment {
    fn new(start: &Joints, end: &Joints, limits: &Limits) -> Self {
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
        Self { direction, length, speed, acceleration }
    }

    /// Largest speed at one end for a speed at the other.
    fn reachable(&self, speed: f64) -> f64 {
        (speed * speed + 2.0 * self.acceleration * self.length).sqrt()
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

/// Largest path speed between two segments: their own limits, and the jump of each joint's speed
/// over the shorter of one control period and the time that the shorter segment takes.
fn corner_speed(before: &Segment, after: &Segment, limits: &Limits) -> f64 {
    let mut speed = before.speed.min(after.speed);
    let length = before.length.min(after.length);
    for j in 0..DOF {
        let turn = (after.direction[j] - before.direction[j]).abs();
        // Rounding leaves about 1e-14 between the pieces of one straight segment.
        if turn > 1e-7 {
            let allowed = CORNER * limits.acceleration[j] / turn;
            speed = speed.min(allowed * CONTROL_PERIOD).min((allowed * length).sqrt());
        }
    }
    speed
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::robot::ik::random_joints;
    use crate::robot::kinematics::tip;
    use crate::robot::panda::HOME;

    /// Polylines of long and short segments, some of them repeated points.
    fn random_path(rng: &mut ChaCha8Rng) -> Vec<Joints> {
        let mut path = vec![random_joints(rng)];
        for _ in 0..rng.random_range(1..12) {
            let reach = [0.0, 0.01, 0.1, 1.0][rng.random_range(0..4)];
            path.push(between(&path[path.len() - 1], &random_joints(rng), reach));
        }
        path
    }

    fn distance_to_path(q: &Joints, path: &[Joints]) -> f64 {
        let along = |pair: &[Joints]| {
            let squared = distance(&pair[0], &pair[1]).powi(2);
            let dot: f64 = (0..DOF).map(|j| (q[j] - pair[0][j]) * (pair[1][j] - pair[0][j])).sum();
            let t = if squared > 0.0 { (dot / squared).clamp(0.0, 1.0) } else { 0.0 };
            distance(q, &between(&pair[0], &pair[1], t))
        };
        path.windows(2).map(along).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn limits_hold_on_random_polylines() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for round in 0..100 {
            let path = random_path(&mut rng);
            let fast = round % 2 == 0;
            let mut limits = Limits { speed_scale: [1.0, 0.5][round / 2 % 2], ..Limits::default() };
            if fast {
                limits.path_speed = f64::INFINITY;
                limits.path_acceleration = f64::INFINITY;
                limits.tip_speed = 1.7;
            }
            let scale = limits.speed_scale;
            let trajectory = Trajectory::along(&path, &limits).expect("a path");
            let step = 0.002;
            let window = (CONTROL_PERIOD / step).round() as usize;
            let count = (trajectory.duration() / step).ceil() as usize;
            let samples: Vec<_> = (0..=count).map(|k| trajectory.sample(k as f64 * step)).collect();
            for k in 0..samples.len() {
                let (q, velocity) = samples[k];
                assert!(distance_to_path(&q, &path) < 1e-9);
                let path_speed = distance(&velocity, &[0.0; DOF]);
                assert!(path_speed <= limits.path_speed * scale * 1.0001);
                let ahead = samples[(k + window).min(count)].1;
                for j in 0..DOF {
                    assert!(velocity[j].abs() <= limits.speed[j] * scale * 1.0001);
                    let acceleration = (ahead[j] - velocity[j]).abs() / CONTROL_PERIOD;
                    assert!(
                        acceleration <= limits.acceleration[j] * scale.max(0.5),
                        "{j} {acceleration}"
                    );
                }
                if k > 0 {
                    let moved = tip(&q).translation.distance(tip(&samples[k - 1].0).translation);
                    assert!(moved <= limits.tip_speed * scale * step * 1.02, "{moved}");
                }
            }
        }
    }

    #[test]
    fn starts_and_ends_at_rest_on_the_waypoints() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let path = random_path(&mut rng);
        let trajectory = Trajectory::along(&path, &Limits::default()).expect("a path");
        let end = path[path.len() - 1];
        assert_eq!(trajectory.sample(0.0), (path[0], [0.0; DOF]));
        assert_eq!(trajectory.sample(-1.0), (path[0], [0.0; DOF]));
        assert_eq!(trajectory.sample(f64::NAN), (path[0], [0.0; DOF]));
        assert_eq!(trajectory.sample(trajectory.duration()), (end, [0.0; DOF]));
        assert_eq!(trajectory.targets(CONTROL_PERIOD).last(), Some(end));
        assert!(trajectory.times.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn progress_along_a_straight_path_is_monotone_and_takes_the_expected_time() {
        let mut goal = HOME;
        goal[6] -= 2.0;
        let trajectory = Trajectory::along(&[HOME, goal], &Limits::default()).expect("a path");
        // Joint 7 alone: 1 rad/s at 4 rad/s^2 over 2 rad takes 2 + 0.25 s.
        assert!((trajectory.duration() - 2.25).abs() < 0.01, "{}", trajectory.duration());
        let values: Vec<f64> = trajectory.targets(0.01).map(|q| -q[6]).collect();
        assert!(values.is_sorted());
    }

    #[test]
    fn degenerate_paths_are_fine() {
        let limits = Limits::default();
        let single = Trajectory::along(&[HOME], &limits).expect("one point");
        assert_eq!((single.duration(), single.targets(0.05).count()), (0.0, 0));
        assert_eq!(single.sample(1.0), (HOME, [0.0; DOF]));
        let repeated = Trajectory::along(&[HOME; 3], &limits).expect("one point, thrice");
        assert_eq!(repeated.duration(), 0.0);
        assert_eq!(Trajectory::along(&[], &limits), None);
        assert_eq!(Trajectory::along(&[HOME, [f64::NAN; DOF]], &limits), None);
        for speed_scale in [0.0, -1.0, 1.5, f64::NAN] {
            assert_eq!(Trajectory::along(&[HOME], &Limits { speed_scale, ..limits }), None);
        }
    }
}
