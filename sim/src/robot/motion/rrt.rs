//! RRT-Connect in joint space: two trees grow towards each other around obstacles, then random
//! shortcuts straighten the path and its corners are rounded.

use rand::rngs::ChaCha8Rng;

use crate::robot::ik::random_joints;
use crate::robot::kinematics::{between, within_limits};
use crate::robot::panda::{DOF, Joints};

use super::edge::{Free, densify, edge_free};
use super::smooth::{round, shorten};

/// Weight of each joint in the planner's metric: joints near the base move more of the arm.
pub const WEIGHTS: Joints = [1.0, 1.0, 0.8, 0.8, 0.5, 0.5, 0.3];

/// Settings of the planner; every budget counts iterations, so results do not depend on the machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rrt {
    /// Steps by which a tree may try to grow, both trees together (default 4000).
    pub growth: usize,
    /// Length of a step in the weighted metric, rad (default 0.2).
    pub step: f64,
    /// Random shortcuts to try (default 100).
    pub shortcuts: usize,
}

impl Default for Rrt {
    fn default() -> Self {
        Self { growth: 4000, step: 0.2, shortcuts: 100 }
    }
}

/// A tree of configurations; a root has no parent. The goal tree has one root per goal.
struct Tree {
    nodes: Vec<(Joints, Option<usize>)>,
}

/// What came of one growth step.
enum Growth {
    Blocked,
    Grown(usize),
    Reached(usize),
}

impl Tree {
    fn new<'a>(roots: impl IntoIterator<Item = &'a Joints>) -> Self {
        Self { nodes: roots.into_iter().map(|q| (*q, None)).collect() }
    }

    fn nearest(&self, q: &Joints) -> usize {
        let mut best = (f64::INFINITY, 0);
        for (i, (node, _)) in self.nodes.iter().enumerate() {
            let squared = weighted_squared(node, q);
            if squared < best.0 {
                best = (squared, i);
            }
        }
        best.1
    }

    /// One step from node `from` towards `q`.
    fn grow(&mut self, from: usize, q: &Joints, step: f64, free: Free<'_>) -> Growth {
        let start = self.nodes[from].0;
        let length = weighted_squared(&start, q).sqrt();
        let reached = length <= step;
        let next = if reached { *q } else { between(&start, q, step / length) };
        if !edge_free(&start, &next, free) {
            return Growth::Blocked;
        }
        self.nodes.push((next, Some(from)));
        let node = self.nodes.len() - 1;
        if reached { Growth::Reached(node) } else { Growth::Grown(node) }
    }

    /// Configurations from `node` back to its root.
    fn branch(&self, node: usize) -> Vec<Joints> {
        let mut at = Some(node);
        let mut branch = Vec::new();
        while let Some(i) = at {
            branch.push(self.nodes[i].0);
            at = self.nodes[i].1;
        }
        branch
    }
}

fn weighted_squared(a: &Joints, b: &Joints) -> f64 {
    (0..DOF).map(|j| WEIGHTS[j] * WEIGHTS[j] * (a[j] - b[j]) * (a[j] - b[j])).sum()
}

impl Rrt {
    /// A dense collision-free path from `start` (not checked itself) to one of `goals`, the first
    /// of them that a straight edge reaches if there is one; `None` when the budget is spent.
    pub fn plan(
        &self,
        start: &Joints,
        goals: &[Joints],
        free: Free<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Option<Vec<Joints>> {
        if !start.iter().all(|q| q.is_finite()) {
            return None;
        }
        let goals: Vec<Joints> =
            goals.iter().filter(|goal| within_limits(goal) && free(goal)).copied().collect();
        if let Some(goal) = goals.iter().find(|goal| edge_free(start, goal, free)) {
            return Some(densify(&[*start, *goal]));
        }
        let mut path = densify(&self.connect(start, &goals, free, rng)?);
        shorten(&mut path, self.shortcuts, free, rng);
        round(&mut path, free);
        Some(path)
    }

    fn connect(
        &self,
        start: &Joints,
        goals: &[Joints],
        free: Free<'_>,
        rng: &mut ChaCha8Rng,
    ) -> Option<Vec<Joints>> {
        if goals.is_empty() {
            return None;
        }
        let (mut near, mut far) = (Tree::new([start]), Tree::new(goals));
        let mut near_is_start = true;
        let mut budget = self.growth;
        while budget > 0 {
            budget -= 1;
            let sample = random_joints(rng);
            let from = near.nearest(&sample);
            if let Growth::Grown(node) | Growth::Reached(node) =
                near.grow(from, &sample, self.step, free)
            {
                let meeting = near.nodes[node].0;
                let mut from = far.nearest(&meeting);
                while budget > 0 {
                    budget -= 1;
                    match far.grow(from, &meeting, self.step, free) {
                        Growth::Blocked => break,
                        Growth::Grown(next) => from = next,
                        Growth::Reached(last) => {
                            let (mut path, mut rest) = (near.branch(node), far.branch(last));
                            if !near_is_start {
                                core::mem::swap(&mut path, &mut rest);
                            }
                            path.reverse();
                            path.extend(&rest[1..]);
                            return Some(path);
                        }
                    }
                }
            }
            core::mem::swap(&mut near, &mut far);
            near_is_start = !near_is_start;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::robot::kinematics::link_frames;
    use crate::robot::motion::edge::{STRIDE, sweep};
    use crate::robot::panda::HOME;
    use crate::scene::frame::DVec3;

    const LEFT: Joints = [0.8, 0.4, 0.0, -1.8, 0.0, 2.2, 0.8];
    const RIGHT: Joints = [-0.8, 0.4, 0.0, -1.8, 0.0, 2.2, 0.8];

    /// Joint 1 passes zero only while joint 2 leans back.
    fn wall(q: &Joints) -> bool {
        q[0].abs() > 0.15 || q[1] < -0.8
    }

    /// Links (thickened by 7 cm) stay clear of a ball in front of the robot.
    fn ball(q: &Joints) -> bool {
        let ball = DVec3::new(0.45, 0.0, 0.5);
        let frames = link_frames(q);
        (0..frames.len() - 1).all(|i| {
            let (a, b) = (frames[i].translation, frames[i + 1].translation);
            (0..=4).all(|k| a.lerp(b, f64::from(k) / 4.0).distance(ball) > 0.22)
        })
    }

    fn check(path: &[Joints], free: impl Fn(&Joints) -> bool) {
        assert_eq!((path[0], path[path.len() - 1]), (LEFT, RIGHT));
        for pair in path.windows(2) {
            assert!(sweep(&pair[0], &pair[1]) < STRIDE + 1e-9);
            assert!(free(&pair[1]) && within_limits(&pair[1]));
        }
    }

    #[test]
    fn finds_the_gap_in_a_wall() {
        for seed in 0..10 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let path = Rrt::default().plan(&LEFT, &[RIGHT], &mut wall, &mut rng).expect("a path");
            check(&path, wall);
        }
    }

    #[test]
    fn goes_round_a_ball_the_same_way_for_one_seed() {
        assert!(ball(&LEFT) && ball(&RIGHT) && !edge_free(&LEFT, &RIGHT, &mut ball));
        let run = |seed| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            Rrt::default().plan(&LEFT, &[RIGHT], &mut ball, &mut rng).expect("a path")
        };
        for seed in 0..10 {
            check(&run(seed), ball);
        }
        assert_eq!(run(3), run(3));
    }

    #[test]
    fn takes_the_straight_edge_when_it_is_free() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let path = Rrt::default().plan(&LEFT, &[RIGHT, HOME], &mut wall, &mut rng);
        assert!(path.is_some());
        let path = Rrt::default().plan(&LEFT, &[HOME], &mut |_| true, &mut rng).expect("free");
        assert_eq!(path, densify(&[LEFT, HOME]));
    }

    #[test]
    fn gives_up_within_the_budget() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut calls = 0;
        let mut closed = |q: &Joints| {
            calls += 1;
            q[0].abs() > 0.15
        };
        let rrt = Rrt::default();
        assert_eq!(rrt.plan(&LEFT, &[RIGHT], &mut closed, &mut rng), None);
        assert!(calls < 14 * rrt.growth, "{calls}");
        assert_eq!(rrt.plan(&LEFT, &[RIGHT], &mut |_| false, &mut rng), None);
        assert_eq!(rrt.plan(&LEFT, &[], &mut |_| true, &mut rng), None);
        assert_eq!(rrt.plan(&[f64::NAN; DOF], &[RIGHT], &mut |_| true, &mut rng), None);
        assert_eq!(rrt.plan(&LEFT, &[[f64::NAN; DOF]], &mut |_| true, &mut rng), None);
    }
}
