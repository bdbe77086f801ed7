//! When a task is done: named parts, each a pure function of joint values, sensors and the grip.

use serde::{Deserialize, Serialize};

use crate::robot::cell::Cell;
use crate::scene::description::{BodyId, Motion, SensorId};

/// One named part of a task's success; all parts must hold at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// Name of the part, as tables and the viewer show it.
    pub name: String,
    /// The condition.
    pub condition: Condition,
}

/// A condition on the state of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// The body's joint has moved from its value at reset by more than this, rad or m.
    JointMoved {
        /// The jointed body.
        body: BodyId,
        /// Distance, rad or m.
        by: f32,
    },
    /// Some solid part of the body reaches into the sensor.
    Inside {
        /// The body.
        body: BodyId,
        /// The sensor.
        sensor: SensorId,
    },
    /// The gripper holds nothing.
    Released,
    /// At least `count` of the conditions hold.
    AtLeast {
        /// How many.
        count: usize,
        /// The conditions.
        of: Vec<Self>,
    },
    /// The conditions came true one after the other; those passed need not hold any longer.
    InOrder(Vec<Self>),
}

impl Condition {
    /// Every condition holds.
    pub fn all(of: Vec<Self>) -> Self {
        Self::AtLeast { count: of.len(), of }
    }

    /// Some condition holds.
    pub fn any(of: Vec<Self>) -> Self {
        Self::AtLeast { count: 1, of }
    }
}

/// What success may be judged by, and nothing else.
pub trait SceneState {
    /// How far a body's joint has moved from its value at reset, rad or m, without sign.
    fn joint_moved(&self, body: BodyId) -> f32;
    /// Whether a sensor sees a body.
    fn sees(&self, sensor: SensorId, body: BodyId) -> bool;
    /// Whether the gripper holds anything.
    fn holding(&self) -> bool;
}

impl SceneState for Cell {
    fn joint_moved(&self, body: BodyId) -> f32 {
        let world = self.world();
        let Motion::Jointed(joint) = &world.scene().bodies[body.0].motion else { return 0.0 };
        (world.joint_value(body) - joint.value).abs()
    }

    fn sees(&self, sensor: SensorId, body: BodyId) -> bool {
        self.world().sees(sensor, body)
    }

    fn holding(&self) -> bool {
        !self.gripper().held(self.world()).is_empty()
    }
}

/// Follows the goals of one episode; only sequences carry memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoalTracker {
    goals: Vec<Goal>,
    /// For each sequence, in depth-first order, how many of its conditions have come true.
    passed: Vec<usize>,
    met: Vec<bool>,
}

impl GoalTracker {
    /// A tracker that has seen nothing yet.
    pub fn new(goals: &[Goal]) -> Self {
        let sequences = goals.iter().map(|g| sequences(&g.condition)).sum();
        Self { goals: goals.to_vec(), passed: vec![0; sequences], met: vec![false; goals.len()] }
    }

    /// Looks at the present state; returns whether all parts hold now.
    pub fn update(&mut self, state: &dyn SceneState) -> bool {
        let mut at = 0;
        for (goal, met) in self.goals.iter().zip(&mut self.met) {
            *met = holds(&goal.condition, state, &mut self.passed, &mut at);
        }
        self.success()
    }

    /// Whether all parts held at the last look.
    pub fn success(&self) -> bool {
        !self.met.is_empty() && self.met.iter().all(|&m| m)
    }

    /// Each part with whether it held at the last look.
    pub fn parts(&self) -> impl Iterator<Item = (&str, bool)> {
        self.goals.iter().map(|g| g.name.as_str()).zip(self.met.iter().copied())
    }
}

fn sequences(condition: &Condition) -> usize {
    match condition {
        Condition::InOrder(all) => 1 + all.iter().map(sequences).sum::<usize>(),
        Condition::AtLeast { of, .. } => of.iter().map(sequences).sum(),
        _ => 0,
    }
}

fn holds(
    condition: &Condition,
    state: &dyn SceneState,
    passed: &mut [usize],
    at: &mut usize,
) -> bool {
    match condition {
        Condition::JointMoved { body, by } => state.joint_moved(*body) > *by,
        Condition::Inside { body, sensor } => state.sees(*sensor, *body),
        Condition::Released => !state.holding(),
        Condition::AtLeast { count, of } => {
            // Every branch is looked at, so that sequences inside never miss a moment.
            of.iter().filter(|condition| holds(condition, state, passed, at)).count() >= *count
        }
        Condition::InOrder(tests) => {
            let own = *at;
            *at += 1;
            for (index, condition) in tests.iter().enumerate() {
                if holds(condition, state, passed, at) && index == passed[own] {
                    passed[own] += 1;
                }
            }
            passed[own] == tests.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct State {
        moved: Vec<f32>,
        seen: Vec<(usize, usize)>,
        holding: bool,
    }

    impl SceneState for State {
        fn joint_moved(&self, body: BodyId) -> f32 {
            self.moved[body.0]
        }
        fn sees(&self, sensor: SensorId, body: BodyId) -> bool {
            self.seen.contains(&(sensor.0, body.0))
        }
        fn holding(&self) -> bool {
            self.holding
        }
    }

    fn tracker(condition: Condition) -> GoalTracker {
        GoalTracker::new(&[Goal { name: "part".into(), condition }])
    }

    fn moved(body: usize) -> Condition {
        Condition::JointMoved { body: BodyId(body), by: 0.1 }
    }

    #[test]
    fn sequences_remember_and_keep_their_order() {
        let mut tracker = tracker(Condition::InOrder(vec![moved(0), moved(1)]));
        let state = |a, b| State { moved: vec![a, b], ..State::default() };
        assert!(!tracker.update(&state(0.0, 0.2)), "the second alone counts for nothing");
        assert!(!tracker.update(&state(0.2, 0.0)));
        assert!(!tracker.update(&state(0.0, 0.0)));
        assert!(tracker.update(&state(0.0, 0.2)), "the first need not hold any longer");
        assert!(tracker.update(&state(0.0, 0.0)), "once through, it stays through");
    }

    #[test]
    fn several_conditions_may_pass_in_one_look() {
        let mut tracker = tracker(Condition::InOrder(vec![moved(0), moved(1)]));
        assert!(tracker.update(&State { moved: vec![0.2, 0.2], ..State::default() }));
    }

    #[test]
    fn at_least_counts_and_released_means_empty_handed() {
        let inside = |body| Condition::Inside { body: BodyId(body), sensor: SensorId(0) };
        let of = vec![inside(0), inside(1), inside(2)];
        let condition =
            Condition::all(vec![Condition::AtLeast { count: 2, of }, Condition::Released]);
        let mut tracker = tracker(condition);
        let state = |seen: &[usize], holding| State {
            seen: seen.iter().map(|&b| (0, b)).collect(),
            holding,
            ..State::default()
        };
        assert!(!tracker.update(&state(&[0], false)));
        assert!(!tracker.update(&state(&[0, 2], true)));
        assert!(tracker.update(&state(&[0, 2], false)));
    }
}
