//! Open one of a cabinet's three drawers, then put the block from the cabinet's top into it.

use crate::scene::frame::{Pose, Vec3, at};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout};
use crate::task::props::cabinet::{BOX, Cabinet, GRIP_X, GRIP_Z, LEVELS, TOP, YAW, face, floor, inside};
use crate::scene::description::{Body, BodyId};
use crate::task::script::{carry, reach, tool};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::{Rules, Task};

/// Put in Drawer.
pub(super) const TASK: Task = Task {
    name: "put_item_in_drawer",
    short: "Put in Drawer",
    variations: 3,
    randomised: "Place and a slight turn of the cabinet with the block on it.",
    success: &["item in drawer"],
    yaw: YAW,
    instructions,
    build,
};

/// Edge length of the item, m (RLBench).
const ITEM: f32 = 0.04;
const BLUE: Rgb = [0.05, 0.15, 0.75];
/// How far before the handle the gripper lines up, and how far it pulls, m (published data).
const APPROACH: f32 = 0.087;
const PULL: f32 = 0.237;
/// How far before the handle the gripper withdraws to, m (own choice, inside the published bounds).
const AWAY: f32 = 0.300;
/// Where the item lies on the cabinet, along the frame's x, and how far it is lifted, m (own choice).
const PLACE: f32 = -0.02;
const LIFT: f32 = 0.07;
/// Where the item goes in, along the frame's x, m (own choice: near the pulled drawer's front, so that
/// the wrist stays clear of the drawers above).
const OVER: f32 = -0.325;
/// Depth of the layer above the drawer's floor in which the item counts, m (own choice: an item on
/// the rim does not reach into it, one that lies inside does).
const LAYER: f32 = 0.025;

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let level = LEVELS[variation];
    vec![
        format!("put the blue block in the {level} drawer"),
        format!("pull out the {level} drawer and drop the cube inside"),
        format!("the cube on top of the cabinet should go into the {level} drawer"),
        format!("use the {level} drawer to store the block"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    let cabinet = Cabinet::add(s, [-0.22, -0.035]);
    let (frame, drawer) = (cabinet.frame, cabinet.drawers[variation]);
    let top = s.pose(frame) * at(PLACE, 0.0, TOP + 0.5 * ITEM);
    let cube = Part::new(Shape::cuboid(ITEM, ITEM, ITEM), Pose::IDENTITY, BLUE);
    let item = s.add(Body::free("item", top, 0.1).with(cube).graspable());
    let (layer, middle) = inside(0.001, LAYER);
    let name = format!("success_{}", LEVELS[variation]);
    let sensor = s.sensor_on(drawer, name, layer, middle);
    s.goal("item in drawer", Condition::Inside { body: item, sensor });

    let height = GRIP_Z[variation];
    s.go(reach(frame, face(-0.45, 0.0, GRIP_Z[1])));
    s.go(reach(drawer, face(-APPROACH, 0.0, 0.0)));
    s.go(reach(drawer, face(0.0, 0.0, 0.0)).close());
    s.go(reach(frame, face(GRIP_X - PULL, 0.0, height)).blind().open());
    s.go(reach(frame, face(GRIP_X - AWAY, 0.0, height)));
    s.go(reach(item, tool(0.0, 0.0, LIFT, 0.0)).turns(2));
    s.go(reach(item, tool(0.0, 0.0, 0.0, 0.0)).turns(2).close());
    let held = |x: f32, z: f32| carry(item, frame, Pose::from_translation(Vec3::new(x, 0.0, z)));
    let aloft = TOP + 0.5 * ITEM + LIFT;
    s.go(held(PLACE, aloft));
    // Out in front first and then straight down, past the handles above.
    s.go(held(OVER, aloft));
    let rim = height + floor() + BOX[2];
    s.go(held(OVER, rim + 0.06));
    s.go(held(OVER, rim - 0.02).open());
    Ok(vec![frame])
}
