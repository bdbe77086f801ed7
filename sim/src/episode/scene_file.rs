//! A scene file: everything that makes one episode, explicit. Reset loads one; nothing is sampled.

use serde::{Deserialize, Serialize};

use crate::render::camera::Camera;
use crate::scene::description::{BodyId, Motion, Scene, SensorId};
use crate::task::Rules;
use crate::task::goal::{Condition, Goal};
use crate::task::script::{Anchor, Waypoint};

/// Version of the scene format; a file of another version is refused.
pub const FORMAT: u32 = 1;
/// One episode before it begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SceneFile {
    /// Format version, [`FORMAT`].
    pub format: u32,
    /// Name of the task.
    pub task: String,
    /// Variation of the task.
    pub variation: usize,
    /// Seed the scene was drawn from.
    pub seed: u64,
    /// Rules it follows.
    pub rules: Rules,
    /// Layouts drawn and refused before this one, for geometry or reach, never for the expert's
    /// outcome.
    pub rejected: u32,
    /// Instructions; the first is the one a policy is given.
    pub instructions: Vec<String>,
    /// Cameras.
    pub cameras: Vec<Camera>,
    /// Bodies and sensors, the arena first; poses in the world.
    pub scene: Scene,
    /// Parts of success.
    pub success: Vec<Goal>,
    /// The expert's waypoints.
    pub script: Vec<Waypoint>,
}

impl SceneFile {
    /// Checks that every id refers to something, so that nothing later can fail on it: the first
    /// dangling reference or unusable number, in words.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let bodies = self.scene.bodies.len();
        let body = |id: BodyId| id.0 < bodies;
        let sensor = |id: SensorId| id.0 < self.scene.sensors.len();
        for one in &self.scene.bodies {
            if matches!(&one.motion, Motion::Jointed(j) if !body(j.parent)) {
                return Err("a joint's parent does not exist");
            }
        }
        for one in &self.scene.sensors {
            if one.parent.is_some_and(|id| !body(id)) || !one.pose.is_finite() {
                return Err("a sensor's body does not exist or its pose is not finite");
            }
        }
        if !self.success.iter().all(|goal| known(&goal.condition, &body, &sensor)) {
            return Err("a goal refers to a body or sensor that does not exist");
        }
        for waypoint in &self.script {
            let anchored = !matches!(waypoint.anchor, Anchor::Body(id) if !body(id));
            let carried = waypoint.carry.is_none_or(body);
            if !anchored || !carried || !waypoint.pose.is_finite() {
                return Err("a waypoint refers to a body that does not exist, or is not a pose");
            }
        }
        Ok(())
    }
}

fn known(
    condition: &Condition,
    body: &dyn Fn(BodyId) -> bool,
    sensor: &dyn Fn(SensorId) -> bool,
) -> bool {
    match condition {
        Condition::JointMoved { body: id, .. } => body(*id),
        Condition::Inside { body: id, sensor: volume } => body(*id) && sensor(*volume),
        Condition::Released => true,
        Condition::AtLeast { of, .. } => of.iter().all(|t| known(t, body, sensor)),
        Condition::InOrder(all) => all.iter().all(|t| known(t, body, sensor)),
    }
}
