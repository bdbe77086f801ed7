//! Making a planned path shorter by random shortcuts, and rounder in its corners.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::robot::kinematics::distance;
use crate::robot::panda::Joints;

use super::edge::{Free, densify, edge_free};

/// Points on each side of a corner that its rounding may use: 0.4 m of the arm's sweep.
const ROUND: usize = 20;
/// Change of the unit direction from which a point counts as a corner (about 6 degrees).
const CORNER: f64 = 0.1;

/// Replaces `tries` random stretches of a dense path by free straight edges, as densely, so that
/// every point of the result has been checked.
pub fn shorten(path: &mut Vec<Joints>, tries: usize, free: Free<'_>, rng: &mut ChaCha8Rng) {
    if path.is_empty() {
        return;
    }
    for _ in 0..tries {
        let (a, b) = (rng.random_range(0..path.len()), rng.random_range(0..path.len()));
        let (first, last) = (a.min(b), a.max(b));
        if last > first + 1 && edge_free(&path[first], &path[last], free) {
            let edge = densify(&[path[first], path[last]]);
            path.splice(first..=last, edge);
        }
    }
}

/// Replaces the corners of a dense path by parabolas, where these are free, so that the arm need
/// not nearly stop there. Points stay as close together as they were.
pub fn round(path: &mut [Joints], free: Free<'_>) {
    let last = path.len().saturating_sub(1);
    let corners: Vec<usize> = (1..last).filter(|i| turn(path, *i) > CORNER).collect();
    for (n, corner) in corners.iter().enumerate() {
        // Neighbouring corners share the stretch between them.
        let before = if n == 0 { *corner } else { (corner - corners[n - 1]) / 2 };
        let after = corners.get(n + 1).map_or(last - corner, |next| (next - corner) / 2);
        let mut reach = ROUND.min(before).min(after);
        while reach > 0 {
            let (first, count) = (corner - reach, 2 * reach);
            let curve: Vec<Joints> = (1..count)
                .map(|k| {
                    let t = k as f64 / count as f64;
                    parabola(&path[first], &path[*corner], &path[first + count], t)
                })
                .collect();
            if curve.iter().all(&mut *free) {
                path[first + 1..first + count].copy_from_slice(&curve);
                break;
            }
            reach /= 2;
        }
    }
}

/// Point at `t` (0..1) of the parabola from `a` to `b` that touches the lines to `corner`.
fn parabola(a: &Joints, corner: &Joints, b: &Joints, t: f64) -> Joints {
    let s = 1.0 - t;
    core::array::from_fn(|j| s * s * a[j] + 2.0 * s * t * corner[j] + t * t * b[j])
}

/// Change of the path's unit direction at point `i`.
fn turn(path: &[Joints], i: usize) -> f64 {
    let unit = |a: &Joints, b: &Joints| -> Joints {
        let length = distance(a, b).max(f64::MIN_POSITIVE);
        core::array::from_fn(|j| (b[j] - a[j]) / length)
    };
    distance(&unit(&path[i - 1], &path[i]), &unit(&path[i], &path[i + 1]))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::robot::kinematics::within_limits;
    use crate::robot::motion::edge::{STRIDE, sweep};
    use crate::robot::motion::{Limits, Trajectory};
    use crate::robot::panda::HOME;

    fn bent() -> Vec<Joints> {
        let (mut middle, mut end) = (HOME, HOME);
        middle[0] += 1.0;
        end[0] += 1.0;
        end[1] += 1.0;
        densify(&[HOME, middle, end])
    }

    #[test]
    fn rounding_saves_time_and_keeps_the_ends() {
        let sharp = bent();
        let mut rounded = sharp.clone();
        round(&mut rounded, &mut |q| within_limits(q));
        assert_eq!((rounded[0], rounded[rounded.len() - 1]), (sharp[0], sharp[sharp.len() - 1]));
        for pair in rounded.windows(2) {
            assert!(sweep(&pair[0], &pair[1]) <= STRIDE + 1e-9);
        }
        let limits = Limits::default();
        let timed = |path| Trajectory::along(path, &limits).expect("a path");
        let (slow, fast) = (timed(&sharp), timed(&rounded));
        assert!(fast.duration() < slow.duration() - 0.2);
        let slowest = |trajectory: &Trajectory| {
            let count = (trajectory.duration() / 0.01) as usize;
            (50..count - 50)
                .map(|k| distance(&trajectory.sample(k as f64 * 0.01).1, &[0.0; 7]))
                .fold(f64::INFINITY, f64::min)
        };
        assert!(slowest(&slow) < 0.2 && slowest(&fast) > 0.4);
    }

    #[test]
    fn corners_that_must_stay_do() {
        let sharp = bent();
        let mut rounded = sharp.clone();
        round(&mut rounded, &mut |_| false);
        assert_eq!(rounded, sharp);
        round(&mut [], &mut |_| true);
    }

    #[test]
    fn shortcuts_shorten() {
        let mut path = bent();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        shorten(&mut path, 100, &mut |_| true, &mut rng);
        let length: f64 = path.windows(2).map(|pair| distance(&pair[0], &pair[1])).sum();
        assert!(length < 1.5, "{length}");
        shorten(&mut Vec::new(), 10, &mut |_| true, &mut rng);
    }
}
