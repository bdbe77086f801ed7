//! Checks that the ids in a scene file refer to something.

use crate::episode::scene_file::SceneFile;
use crate::scene::description::{BodyId, Motion, SensorId};
use crate::task::goal::Test;
use crate::task::script::Anchor;

/// The first dangling reference or unusable number, in words.
pub(crate) fn check(file: &SceneFile) -> Result<(), &'static str> {
    let bodies = file.scene.bodies.len();
    let body = |id: BodyId| id.0 < bodies;
    let sensor = |id: SensorId| id.0 < file.scene.sensors.len();
    for one in &file.scene.bodies {
        if matches!(&one.motion, Motion::Jointed(j) if !body(j.parent)) {
            return Err("a joint's parent does not exist");
        }
    }
    for one in &file.scene.sensors {
        if one.parent.is_some_and(|id| !body(id)) || !one.pose.is_finite() {
            return Err("a sensor's body does not exist or its pose is not finite");
        }
    }
    if !file.success.iter().all(|goal| known(&goal.test, &body, &sensor)) {
        return Err("a goal refers to a body or sensor that does not exist");
    }
    for waypoint in &file.script {
        let anchored = !matches!(waypoint.anchor, Anchor::Body(id) if !body(id));
        let carried = waypoint.carry.is_none_or(body);
        if !anchored || !carried || waypoint.turns == 0 || !waypoint.pose.is_finite() {
            return Err("a waypoint refers to a body that does not exist, or is not a pose");
        }
    }
    Ok(())
}

fn known(test: &Test, body: &dyn Fn(BodyId) -> bool, sensor: &dyn Fn(SensorId) -> bool) -> bool {
    match test {
        Test::JointMoved { body: id, .. } => body(*id),
        Test::Inside { body: id, sensor: volume } => body(*id) && sensor(*volume),
        Test::Released => true,
        Test::AtLeast { of, .. } => of.iter().all(|t| known(t, body, sensor)),
        Test::InOrder(tests) => tests.iter().all(|t| known(t, body, sensor)),
    }
}
