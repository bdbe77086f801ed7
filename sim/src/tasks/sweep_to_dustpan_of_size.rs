//! Sweep crumbs into the tall or the short dustpan.

use core::f32::consts::PI;

use crate::scene::frame::{Pose, Vec3, at, yaw};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout};
use crate::task::props::dustpan::{GRIP, HEAD, PAN, broom, crumb, dustpan, holder};
use crate::scene::description::BodyId;
use crate::task::script::{Anchor, carry, reach, tool};
use crate::scene::shape::Shape;
use crate::task::{Rules, Task};

/// Sweep to Dustpan.
pub(super) const TASK: Task = Task {
    name: "sweep_to_dustpan_of_size",
    short: "Sweep to Dustpan",
    variations: 2,
    randomised: "Turn and place of the group, turn and place of each crumb within a centimetre.",
    success: &["all crumbs in the dustpan"],
    yaw: PI,
    instructions,
    build,
};

/// Dustpans in the order of the variations: size, side, height of the walls, m (own choice).
const PANS: [(&str, f32, f32); 2] = [("tall", 1.0, 0.070), ("short", -1.0, 0.030)];
/// Where the broom stands, m (own choice).
const BROOM: [f32; 2] = [-0.17, 0.0];
/// Distance of a dustpan's lip from the middle of the crumbs, m (own choice).
const LIP: f32 = 0.130;
/// Where the crumbs lie before each is moved a little, m (own choice).
const CRUMBS: [[f32; 2]; 5] =
    [[-0.026, -0.008], [0.0, -0.009], [0.026, -0.008], [-0.013, 0.009], [0.013, 0.008]];
/// Stroke: where it begins on the far side of the crumbs and how far the head enters the dustpan, m.
const BEHIND: f32 = 0.065;
const INTO: f32 = 0.040;
/// Gap between bristles and table during the stroke, m: above the dustpan's floor, well below the
/// crumbs' middle.
const SWEEP: f32 = 0.004;

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let size = PANS[variation].0;
    vec![
        format!("sweep the dirt into the {size} dustpan"),
        format!("take the broom and push the crumbs onto the {size} dustpan"),
        format!("clean the table: everything goes in the {size} pan"),
        format!("the {size} dustpan should end up with all of the dirt"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    s.within([0.076, 0.430], [-0.302, 0.302], [1.068, 1.139]);
    let stood = at(BROOM[0], BROOM[1], GRIP);
    let mut footprint = vec![s.add(holder(stood))];
    let broom = s.add(broom(stood));
    let mut sensors = Vec::new();
    for (size, side, walls) in PANS {
        let turn = yaw(if side > 0.0 { 0.0 } else { PI });
        let pose = Pose::from_parts(Vec3::new(0.0, side * LIP, 0.0), turn);
        let pan = s.add(dustpan(size, pose, walls));
        footprint.push(pan);
        // From well behind the lip to the back wall.
        let volume = Shape::cuboid(2.0 * PAN[0], PAN[1] - 0.02, 0.02);
        sensors.push(s.sensor_on(pan, size, volume, at(0.0, 0.5 * PAN[1] + 0.01, 0.012)));
    }
    let mut inside = Vec::new();
    for (index, [x, y]) in CRUMBS.into_iter().enumerate() {
        let place = Vec3::new(x + s.spread(0.003), y + s.spread(0.002), 0.005);
        let turn = yaw(s.spread(0.3));
        let dirt = s.add(crumb(index, Pose::from_parts(place, turn)));
        inside.push(Condition::Inside { body: dirt, sensor: sensors[variation] });
    }
    s.goal("all crumbs in the dustpan", Condition::all(inside));

    let side = PANS[variation].1;
    let (from, to) = (-side * BEHIND, side * (LIP + INTO - HEAD));
    let broom_at = |y: f32, z: f32| at(0.0, y, GRIP + z);
    s.go(reach(broom, tool(0.0, 0.0, 0.060, 0.0)).turns(2));
    s.go(reach(broom, tool(0.0, 0.0, 0.0, 0.0)).turns(2).blind().close());
    s.go(carry(broom, Anchor::Task, broom_at(from, 0.035)));
    s.go(carry(broom, Anchor::Task, broom_at(from, SWEEP)).blind());
    s.go(carry(broom, Anchor::Task, broom_at(to, SWEEP)).blind().slow(0.5));
    Ok(footprint)
}
