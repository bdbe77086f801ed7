//! Lift one of two pieces of meat off a grill and lay it on the shelf beside it.

use core::f32::consts::PI;

use crate::scene::frame::{Pose, at};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout};
use crate::task::props::barbecue::{GRATE, GRIP, SHELF, SHELF_AT, chicken, grill, steak};
use crate::scene::description::BodyId;
use crate::task::script::{Anchor, carry, reach, tool};
use crate::scene::shape::Shape;
use crate::task::{Rules, Task};

/// Meat off Grill.
pub(super) const TASK: Task = Task {
    name: "meat_off_grill",
    short: "Meat off Grill",
    variations: 2,
    randomised: "Turn and place of the grill.",
    success: &["meat on the shelf", "released"],
    yaw: PI,
    instructions,
    build,
};

/// Meats in the order of the variations, with their places on the grate, m (RLBench).
const MEATS: [(&str, [f32; 2]); 2] = [("chicken", [0.053, 0.195]), ("steak", [0.034, 0.048])];
/// Heights of the grip above the table at the expert's stops, m (RLBench): above the meat, lifted,
/// and on its way to the shelf.
const ABOVE: f32 = 0.399;
const LIFTED: f32 = 0.398;
const OVER_SHELF: f32 = 0.453;
/// Gap under the meat when it is let go, m (own choice).
const DROP: f32 = 0.003;

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let meat = MEATS[variation].0;
    vec![
        format!("lift the {meat} off the grill"),
        format!("the {meat} has had enough heat, move it to the side shelf"),
        format!("take the {meat} from the grate and rest it next to the fire"),
        format!("barbecue is over for the {meat}: set it aside"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    s.within([-0.049, 0.434], [-0.360, 0.337], [1.051, 1.204]);
    let grill = s.add(grill());
    let place = |[x, y]: [f32; 2]| at(x, y, GRATE + GRIP);
    let meats = [s.add(chicken(place(MEATS[0].1))), s.add(steak(place(MEATS[1].1)))];
    let meat = meats[variation];
    let [x, y] = SHELF_AT;
    // Low and short of the shelf's edges: what it sees rests on the shelf.
    let shelf = s.sensor("shelf", Shape::cuboid(0.22, 0.11, 0.012), at(x, y, SHELF + 0.008));
    s.goal("meat on the shelf", Condition::Inside { body: meat, sensor: shelf });
    s.goal("released", Condition::Released);

    let grip = s.pose(meat).translation;
    let over = |z: f32| tool(0.0, 0.0, z - grip.z, 0.0);
    let lay = |z: f32| Pose::from_translation([x, y, z].into());
    s.go(reach(meat, over(ABOVE)).turns(2));
    s.go(reach(meat, over(grip.z)).turns(2).blind().close());
    s.go(carry(meat, Anchor::Task, at(grip.x, grip.y, LIFTED)).blind());
    s.go(carry(meat, Anchor::Task, lay(OVER_SHELF)));
    s.go(carry(meat, Anchor::Task, lay(SHELF + GRIP + DROP)).blind().open());
    Ok(vec![grill])
}
