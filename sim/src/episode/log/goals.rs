//! Which parts of success held, from a log alone.

use rapier3d::prelude::SharedShape;

use super::{Log, Step};
use crate::scene::description::{BodyId, Joint, JointKind, Motion, Scene, SensorId};
use crate::scene::frame::Pose;
use crate::scene::shape::Part;
use crate::task::goal::{GoalTracker, SceneState};
use crate::world::collider::{collider, touching};

/// A solid part of a body, and where it is in the body.
type Solid = (SharedShape, Pose);

/// Follows the goals of a recorded episode, step by step from the first.
pub struct LogGoals {
    tracker: GoalTracker,
    /// Solid parts of each body.
    solids: Vec<Vec<Solid>>,
    /// The volume of each sensor; none where it has no volume.
    volumes: Vec<Option<Solid>>,
}

impl LogGoals {
    /// Goals before the first step.
    pub fn new(log: &Log) -> Self {
        let scene = &log.scene.scene;
        let solid = |part: &Part| collider(part).ok();
        let solids = scene
            .bodies
            .iter()
            .map(|body| body.parts.iter().filter(|part| part.solid).filter_map(solid).collect())
            .collect();
        let volumes = scene
            .sensors
            .iter()
            .map(|sensor| solid(&Part::new(sensor.shape.clone(), Pose::IDENTITY, [0.0; 3])))
            .collect();
        Self { tracker: GoalTracker::new(&log.scene.success), solids, volumes }
    }

    /// For each part of success, whether it held at a step; steps are to be shown in order.
    pub fn update(&mut self, log: &Log, step: &Step) -> Vec<bool> {
        let poses = log.poses(step);
        let Self { tracker, solids, volumes } = self;
        let scene = &log.scene.scene;
        tracker.update(&Logged { scene, poses, solids, volumes, holding: !step.held.is_empty() });
        tracker.parts().map(|(_, met)| met).collect()
    }
}

/// What a step of a log says.
struct Logged<'a> {
    scene: &'a Scene,
    poses: Vec<Pose>,
    solids: &'a [Vec<Solid>],
    volumes: &'a [Option<Solid>],
    holding: bool,
}

impl SceneState for Logged<'_> {
    fn joint_moved(&self, body: BodyId) -> f32 {
        let Motion::Jointed(joint) = &self.scene.bodies[body.0].motion else { return 0.0 };
        let parent = joint.parent;
        let [rest, now] = [
            self.scene.bodies[parent.0].pose.inverse() * self.scene.bodies[body.0].pose,
            self.poses[parent.0].inverse() * self.poses[body.0],
        ];
        (value(joint, rest.inverse() * now) - joint.value).abs()
    }

    fn sees(&self, sensor: SensorId, body: BodyId) -> bool {
        let Some((volume, inside)) = &self.volumes[sensor.0] else { return false };
        let sensor = &self.scene.sensors[sensor.0];
        let pose = sensor.parent.map_or(sensor.pose, |parent| self.poses[parent.0] * sensor.pose);
        let pose = pose * *inside;
        self.solids[body.0].iter().any(|(solid, place)| {
            touching(&pose, &**volume, &(self.poses[body.0] * *place), &**solid)
        })
    }

    fn holding(&self) -> bool {
        self.holding
    }
}

/// A joint's value (rad or m) from how far the body is from its pose at value 0.
fn value(joint: &Joint, moved: Pose) -> f32 {
    match joint.kind {
        JointKind::Prismatic => moved.translation.dot(joint.axis),
        JointKind::Revolute => {
            let turn = moved.rotation;
            let sine = glamx::Vec3::new(turn.x, turn.y, turn.z).dot(joint.axis);
            let angle = 2.0 * libm::atan2f(sine, turn.w);
            // A pose does not tell whole turns apart: the limits do.
            let outside = |angle: f32| {
                let [low, high] = joint.limits;
                (low - angle).max(angle - high).max(0.0)
            };
            let turns = [0.0, -core::f32::consts::TAU, core::f32::consts::TAU];
            let candidates = turns.map(|turn| angle + turn);
            let mut best = candidates[0];
            for candidate in candidates {
                if outside(candidate) < outside(best) {
                    best = candidate;
                }
            }
            best
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::episode::environment::Episode;
    use crate::episode::expert::demonstrate;
    use crate::episode::log::Recorder;
    use crate::episode::scene_file::SceneFile;
    use crate::robot::GraspMode;
    use crate::task::Rules;
    use crate::tasks;

    #[test]
    fn a_log_is_judged_as_the_live_cell_was() {
        for task in tasks::ALL {
            let file = SceneFile::sample(task, task.variations - 1, 11, Rules::Fixed).unwrap();
            let mut episode = Episode::new(&file, GraspMode::Assist).unwrap();
            let mut tracker = GoalTracker::new(&file.success);
            let mut live = vec![look(&mut tracker, episode.cell())];
            let mut recorder = Recorder::new(episode.cell());
            let demo = demonstrate(&mut episode, &mut |cell, phase| {
                recorder.add(cell, phase);
                live.push(look(&mut tracker, cell));
            });
            let log = recorder.finish(&episode, &demo);
            let mut goals = LogGoals::new(&log);
            for (number, (live, step)) in live.iter().zip(&log.steps).enumerate() {
                assert_eq!(*live, goals.update(&log, step), "{}: step {number}", task.name);
            }
            assert!(live.iter().any(|parts| parts != &live[0]), "{}: nothing came true", task.name);
        }
    }

    fn look(tracker: &mut GoalTracker, state: &dyn SceneState) -> Vec<bool> {
        tracker.update(state);
        tracker.parts().map(|(_, met)| met).collect()
    }
}
