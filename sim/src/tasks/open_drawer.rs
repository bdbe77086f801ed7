//! Pull one of a cabinet's three drawers open by its handle.

use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout};
use crate::task::props::cabinet::{Cabinet, GRIP_X, GRIP_Z, LEVELS, YAW, face};
use crate::scene::description::BodyId;
use crate::task::script::reach;
use crate::task::{Rules, Task};

/// Open Drawer.
pub(super) const TASK: Task = Task {
    name: "open_drawer",
    short: "Open Drawer",
    variations: 3,
    randomised: "Place and a slight turn of the cabinet.",
    success: &["drawer open"],
    yaw: YAW,
    instructions,
    build,
};

/// Travel that counts as open, m (RLBench).
const OPEN: f32 = 0.15;
/// How far before the handle the gripper lines up, m (own choice: 0.087 in the published data brings the
/// way down from home close to the top drawer's edge).
const APPROACH: f32 = 0.120;
/// How far it pulls, m (published data).
const PULL: f32 = 0.237;

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let level = LEVELS[variation];
    vec![
        format!("pull the {level} drawer open"),
        format!("grab the {level} drawer's handle and pull it towards you"),
        format!("slide out the {level} drawer of the cabinet"),
        format!("the {level} drawer should be open"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    let cabinet = Cabinet::add(s, [-0.25, -0.08]);
    let drawer = cabinet.drawers[variation];
    s.goal("drawer open", Condition::JointMoved { body: drawer, by: OPEN });
    s.go(reach(drawer, face(-APPROACH, 0.0, 0.0)));
    s.go(reach(drawer, face(0.0, 0.0, 0.0)).close());
    s.go(reach(cabinet.frame, face(GRIP_X - PULL, 0.0, GRIP_Z[variation])).blind());
    Ok(vec![cabinet.frame])
}
