//! Straight joint-space edges: how finely they are checked, and cutting paths to that fineness.

use crate::robot::kinematics::{between, largest_change};
use crate::robot::panda::Joints;

/// Largest change of one joint between two collision checks along an edge, rad.
pub const RESOLUTION: f64 = 0.05;

/// Collision check: whether the arm is free of collisions in a configuration.
pub type Free<'a> = &'a mut dyn FnMut(&Joints) -> bool;

/// Number of steps of at most [`RESOLUTION`] from `a` to `b`: at least 1, and bounded for nonsense.
fn steps(a: &Joints, b: &Joints) -> usize {
    (largest_change(a, b) / RESOLUTION).ceil().clamp(1.0, 1e4) as usize
}

/// Whether the edge from `a` (not checked itself) to `b` is free.
pub fn edge_free(a: &Joints, b: &Joints, free: Free<'_>) -> bool {
    let count = steps(a, b);
    (1..count).all(|k| free(&between(a, b, k as f64 / count as f64))) && free(b)
}

/// The same path with points at most [`RESOLUTION`] apart in every joint.
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
    use crate::robot::panda::HOME;

    #[test]
    fn edges_are_checked_at_the_resolution_and_at_the_far_end() {
        let mut b = HOME;
        b[0] += 1.0;
        let mut checked = Vec::new();
        assert!(edge_free(&HOME, &b, &mut |q| {
            checked.push(q[0]);
            true
        }));
        assert_eq!((checked.len(), checked[19]), (20, b[0]));
        assert!(checked.windows(2).all(|pair| pair[1] - pair[0] < RESOLUTION + 1e-9));
    }

    #[test]
    fn dense_paths_keep_their_corners() {
        let mut b = HOME;
        b[3] -= 0.12;
        let dense = densify(&[HOME, b, b, HOME]);
        assert_eq!(dense.len(), 8);
        assert!(dense.contains(&b) && dense[0] == HOME && dense[7] == HOME);
        assert!(densify(&[]).is_empty());
        assert!(densify(&[HOME, [f64::INFINITY; 7]]).len() < 20_000);
    }
}
