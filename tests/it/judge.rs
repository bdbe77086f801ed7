//! Judges a scene by a task's goals after things were put somewhere by hand.

use sim::episode::scene_file::SceneFile;
use sim::scene::description::{BodyId, Motion, SensorId};
use sim::scene::frame::Pose;
use sim::task::Rules;
use sim::task::goal::{GoalTracker, SceneState};
use sim::world::World;

/// A scene whose bodies and joints a test arranges.
pub(crate) struct Judge {
    file: SceneFile,
    world: World,
    moved: Vec<(BodyId, f32)>,
    holding: bool,
}

impl Judge {
    /// The scene of a task's variation and seed under the repaired rules.
    pub(crate) fn of(task: &str, variation: usize, seed: u64) -> Self {
        let task = sim::tasks::find(task).unwrap();
        let file = SceneFile::sample(task, variation, seed, Rules::Fixed).unwrap();
        let world = World::new(&file.scene).unwrap();
        Self { file, world, moved: Vec::new(), holding: false }
    }

    pub(crate) fn body(&self, name: &str) -> BodyId {
        self.file.scene.find(name).unwrap_or_else(|| panic!("no body `{name}`"))
    }

    pub(crate) fn pose(&self, name: &str) -> Pose {
        self.world.pose(self.body(name))
    }

    /// Puts a free body somewhere (world pose).
    pub(crate) fn put(&mut self, name: &str, pose: Pose) -> &mut Self {
        let body = self.body(name);
        assert!(matches!(self.file.scene.bodies[body.0].motion, Motion::Free { .. }), "{name}");
        self.world.place(body, pose);
        self
    }

    /// Lets physics run, s.
    pub(crate) fn run(&mut self, seconds: f32) -> &mut Self {
        for _ in 0..(seconds / sim::world::solver::TICK).round() as u32 {
            self.world.tick();
        }
        self
    }

    /// Says that a joint has moved this far from its value at reset.
    pub(crate) fn joint(&mut self, name: &str, by: f32) -> &mut Self {
        let body = self.body(name);
        self.moved.retain(|(id, _)| *id != body);
        self.moved.push((body, by));
        self
    }

    /// Says whether the gripper holds something.
    pub(crate) fn holding(&mut self, holding: bool) -> &mut Self {
        self.holding = holding;
        self
    }

    /// Names of the parts that hold after a look at each of the given states in turn.
    pub(crate) fn parts(&mut self) -> Vec<String> {
        let mut tracker = GoalTracker::new(&self.file.success);
        tracker.update(self);
        tracker.parts().filter(|(_, met)| *met).map(|(name, _)| name.to_string()).collect()
    }

    /// Whether all parts hold.
    pub(crate) fn success(&mut self) -> bool {
        let mut tracker = GoalTracker::new(&self.file.success);
        tracker.update(self)
    }

    /// A tracker with memory, for goals that are sequences.
    pub(crate) fn tracker(&self) -> GoalTracker {
        GoalTracker::new(&self.file.success)
    }
}

impl SceneState for Judge {
    fn joint_moved(&self, body: BodyId) -> f32 {
        self.moved.iter().find(|(id, _)| *id == body).map_or(0.0, |(_, by)| *by)
    }

    fn sees(&self, sensor: SensorId, body: BodyId) -> bool {
        self.world.sees(sensor, body)
    }

    fn holding(&self) -> bool {
        self.holding
    }
}
