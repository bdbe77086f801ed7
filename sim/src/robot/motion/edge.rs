//! Straight joint-space edges: how finely they are checked, and cutting paths to that fineness.

use crate::robot::kinematics::between;
use crate::robot::panda::{DOF, Joints};

/// Farthest that any point of the arm moves between two collision checks along an edge, m (default
/// 2 cm: the thinnest finger and the thinnest board together are thicker, so that neither passes
/// through the other unseen).
pub const STRIDE: f64 = 0.02;
/// Farthest that a point of the arm or of a small thing in its hand can be from the axis of each
/// joint, m (from the lengths of the links, rounded up).
const LEVERS: Joints = [1.0, 1.0, 0.65, 0.65, 0.3, 0.3, 0.15];

/// Collision check: whether the arm is free of collisions in a configuration.
pub type Free<'a> = &'a mut dyn FnMut(&Joints) -> bool;

/// No point of the arm moves farther than this on the edge from `a` to `b`, m.
pub fn sweep(a: &Joints, b: &Joints) -> f64 {
    (0..DOF).map(|j| LEVERS[j] * (b[j] - a[j]).abs()).sum()
}

/// Number of steps of at most [`STRIDE`] from `a` to `b`: at least 1, and bounded for nonsense.
fn steps(a: &Joints, b: &Joints) -> usize {
    (sweep(a, b) / STRIDE).ceil().clamp(1.0, 1e4) as usize
}

/// Whether the edge from `a` (not checked itself) to `b` is free.
pub fn edge_free(a: &Joints, b: &Joints, free: Free<'_>) -> bool {
    let count = steps(a, b);
    (1..count).all(|k| free(&between(a, b, k as f64 / count as f64))) && free(b)
}

/// The same path with points at most a [`STRIDE`] apart.
pub fn densify(path: &[Joints]) -> Vec<Joints> {
    let mut dense: Vec<Joints> = path.first().copied().into_iter().collect();
    for pair in path.windows(2) {
        let count = steps(&pair[0], &pair[1]);
        dense.extend((1..count).map(|k| between(&pair[0], &pair[1], k as f64 / count as f64)));
        dense.push(pair[1]);
    }
    dense
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robot::kinematics::tip;
    use crate::robot::panda::HOME;

    #[test]
    fn edges_are_checked_at_every_stride_and_at_the_far_end() {
        let mut b = HOME;
        b[0] += 1.0;
        let mut checked = Vec::new();
        assert!(edge_free(&HOME, &b, &mut |q| {
            checked.push(q[0]);
            true
        }));
        assert_eq!((checked.len(), checked[49]), (50, b[0]));
        assert!(checked.windows(2).all(|pair| pair[1] - pair[0] < STRIDE + 1e-9));
    }

    #[test]
    fn the_tip_never_moves_farther_than_the_sweep() {
        for joint in 0..DOF {
            let mut b = HOME;
            b[joint] -= 0.1;
            let way = tip(&HOME).translation.distance(tip(&b).translation);
            assert!(way <= sweep(&HOME, &b), "joint {}: {way}", joint + 1);
        }
    }

    #[test]
    fn dense_paths_keep_their_corners() {
        let mut b = HOME;
        b[3] -= 0.12;
        let dense = densify(&[HOME, b, b, HOME]);
        assert_eq!(dense.len(), 10);
        assert!(dense.contains(&b) && dense[0] == HOME && dense[9] == HOME);
        assert!(densify(&[]).is_empty());
        assert!(densify(&[HOME, [f64::INFINITY; 7]]).len() < 20_000);
    }
}
