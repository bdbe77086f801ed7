//! Timing of a joint-space polyline: as fast as the limits allow, at rest at both ends.
//!
//! The path is followed exactly, so what was checked for collisions is what is executed. A
//! polyline cannot be followed exactly at speed without a jump of the velocity in its corners;
//! the speed there is kept so low that the jumps stay within the acceleration limits averaged
//! over one control period. Half of each acceleration limit is spent along the path and half in
//! the corners. Jerk is not limited.

use crate::robot::kinematics::{between, distance};
use crate::robot::panda::{DOF, Joints};

use super::limits::Limits;
use super::segment::Segment;

/// Longest piece of path, rad, over which the speed limits count as constant.
const PIECE: f64 = 0.02;
/// Waypoints closer than this, rad, are one waypoint.
const SAME: f64 = 1e-9;

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
        // No joint gets anywhere near 1000 rad; this also refuses NaN.
        let sane = path.iter().flatten().all(|q| q.abs() < 1e3);
        if path.is_empty() || !sane || !limits.valid() {
            return None;
        }
        let (points, runs) = pieces(path);
        let count = points.len();
        let (mut times, mut speeds) = (vec![0.0; count], vec![0.0; count]);
        if count > 1 {
            let segments: Vec<Segment> = points
                .windows(2)
                .zip(runs)
                .map(|(pair, run)| Segment::new(&pair[0], &pair[1], run, limits))
                .collect();
            for i in 1..count - 1 {
                speeds[i] = segments[i - 1].corner_speed(&segments[i], limits);
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
/// that there is a point to be fast at between two corners; and the length (rad) of the whole
/// segment that each piece belongs to.
fn pieces(path: &[Joints]) -> (Vec<Joints>, Vec<f64>) {
    let (mut points, mut runs) = (vec![path[0]], Vec::new());
    for point in &path[1..] {
        let from = points[points.len() - 1];
        let run = distance(&from, point);
        if run > SAME {
            let count = (run / PIECE).ceil().max(2.0) as usize;
            points.extend((1..count).map(|k| between(&from, point, k as f64 / count as f64)));
            points.push(*point);
            runs.resize(points.len() - 1, run);
        }
    }
    (points, runs)
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::super::limits::CONTROL_PERIOD;
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
            let length = distance(&pair[0], &pair[1]);
            let squared = length * length;
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
                    assert!(acceleration <= limits.acceleration[j] * scale, "{j} {acceleration}");
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
        assert_eq!(Trajectory::along(&[HOME, [1e300; DOF]], &limits), None);
        for speed_scale in [0.0, -1.0, 1.5, f64::NAN] {
            assert_eq!(Trajectory::along(&[HOME], &Limits { speed_scale, ..limits }), None);
        }
    }
}
