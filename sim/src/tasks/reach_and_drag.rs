//! Drag a cube to a coloured square with a stick.

use core::f32::consts::PI;

use crate::scene::frame::{Pose, Quat, Vec3, about, at, yaw};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout};
use crate::scene::palette::COLORS;
use crate::task::props::room::keep_room;
use crate::scene::description::{Body, BodyId};
use crate::task::script::{Anchor, carry, reach, tool};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::{Rules, Task};

/// Drag Stick.
pub(super) const TASK: Task = Task {
    name: "reach_and_drag",
    short: "Drag Stick",
    variations: 20,
    randomised: "Turn and place of the group.",
    success: &["cube on target"],
    yaw: PI,
    instructions,
    build,
};

/// Edge of the cube, m (RLBench).
const CUBE: f32 = 0.08;
/// Length and thickness of the stick, m (RLBench).
const STICK: [f32; 2] = [0.36, 0.0128];
/// From the stick's upper end to where it is gripped, m (RLBench).
const GRIP: f32 = 0.028;
/// From the grip down to the free end, m.
const FREE: f32 = STICK[0] - GRIP;
/// Direction in which the leaning stick rises, seen from above, rad (RLBench).
const HEADING: f32 = 1.222;
/// Its slope, rad (own choice: the grip comes to the published height).
const SLOPE: f32 = 0.297;
/// Where the line of the leaning stick passes over the cube's near edge, m (RLBench).
const LEANS_AT: f32 = -0.005;
/// Height of the lifted stick's grip, and of the grip while pushing, above the table, m (RLBench).
const RAISED: [f32; 3] = [0.179, 0.241, 0.244];
/// Gap between the free end and the table while pushing, m (own choice).
const SWEEP: f32 = 0.014;
/// Gap between stick and cube before the push, m (own choice: enough to tilt the stick beside it).
const GAP: f32 = 0.020;
/// Where the tip is beside the cube while it pushes, m along y (RLBench).
const BESIDE: f32 = 0.202;
/// Room around the gripper's places, m (keeps them inside the published bounds).
const MARGIN: f32 = 0.125;
/// Fraction of full speed while it pushes (own choice).
const PUSH: f32 = 0.5;
/// Where the target lies, m along x from the cube (RLBench).
const TARGET: f32 = 0.243;
/// Edge of the squares, m (own choice: a margin around the cube stays visible).
const SQUARE: f32 = 0.10;
/// Beech for the cube, a painted shaft for the stick.
const BEECH: Rgb = [0.80, 0.60, 0.34];
const SHAFT: Rgb = [0.90, 0.88, 0.80];

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let color = COLORS[variation].name;
    vec![
        format!("use the stick to drag the cube onto the {color} square"),
        format!("shove the wooden block onto the {color} patch with the rod"),
        format!("pick up the stick and push the cube until it covers the {color} target"),
        format!("the cube belongs on {color}: take the rod to get it there"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    let block = Part::new(Shape::cuboid(CUBE, CUBE, CUBE), Pose::IDENTITY, BEECH);
    s.add(Body::free("cube", at(0.0, 0.0, 0.5 * CUBE), 0.3).rough(0.8).with(block));
    let [length, thick] = STICK;
    let shaft = Part::new(Shape::cuboid(length, thick, thick), at(GRIP - 0.5 * length, 0.0, 0.0), SHAFT);
    let lean = Pose::from_parts(leaning(), along(HEADING, SLOPE));
    let stick = s.add(Body::free("stick", lean, 0.1).rough(0.8).with(shaft).graspable());
    let places = [(TARGET, 0.0), (0.018, -0.273), (0.019, 0.228), (-0.147, 0.0)];
    for (index, (x, y)) in places.into_iter().enumerate() {
        let color = if index == 0 { variation } else { (variation + 4 + index) % COLORS.len() };
        let name = if index == 0 { "target".into() } else { format!("distractor{}", index - 1) };
        // Painted on the table: what is solid lies below its surface and only keeps the squares
        // inside the workspace, so that the cube slides on without an edge.
        let paint = Part::new(Shape::cuboid(SQUARE, SQUARE, 0.001), at(0.0, 0.0, 0.0005), COLORS[color].rgb);
        let bed = Part::new(Shape::cuboid(SQUARE, SQUARE, 0.004), at(0.0, 0.0, -0.005), COLORS[color].rgb);
        s.add(Body::fixed(name, at(x, y, 0.0)).with(paint.ghost()).with(bed.hidden()));
    }
    // So small that the cube has to cover the middle of the square.
    let seen = s.sensor("middle", Shape::cuboid(0.01, 0.01, 0.05), at(TARGET, 0.0, 0.03));
    s.goal("cube on target", Condition::Inside { body: BodyId(0), sensor: seen });

    let grip = leaning();
    let [start, end] = [-GAP, TARGET].map(|x| x - 0.5 * (CUBE + thick));
    let across = |z: f32| tool(grip.x, grip.y, z, HEADING);
    let places = [grip, Vec3::new(start, BESIDE, 0.0), Vec3::new(end, BESIDE, 0.0)];
    let places = places.map(|place| (place, MARGIN));
    keep_room(s, &places);
    // One heading only: turned by half, the hand might not come behind the cube.
    s.go(reach(Anchor::Task, across(RAISED[0])));
    s.go(reach(Anchor::Task, across(grip.z)).close());
    s.go(reach(Anchor::Task, across(RAISED[0])).blind());
    // Behind the cube with the free end towards it, then tilted until that end is near the table.
    let dip = libm::asinf((RAISED[2] - SWEEP - 0.5 * thick) / FREE);
    let held = |x: f32, z: f32, angle: f32| Pose::from_parts(Vec3::new(x, BESIDE, z), along(0.5 * PI, angle));
    s.go(carry(stick, Anchor::Task, held(start, RAISED[1], SLOPE)));
    s.go(carry(stick, Anchor::Task, held(start, RAISED[2], dip)));
    s.go(carry(stick, Anchor::Task, held(end, RAISED[2], dip)).blind().slow(PUSH));
    Ok(Vec::new())
}

/// Carries the stick's x axis, which runs from the free end to the grip, to a heading and a slope.
fn along(heading: f32, slope: f32) -> Quat {
    yaw(heading) * about(Vec3::Y, -slope)
}

/// Where the stick is gripped when its free end stands on the table and its underside rests on the
/// cube's near upper edge.
fn leaning() -> Vec3 {
    let flat = yaw(HEADING) * Vec3::X;
    let foot = Vec3::new(LEANS_AT, -0.5 * CUBE, 0.0) - flat * (CUBE / libm::tanf(SLOPE));
    foot + along(HEADING, SLOPE) * Vec3::new(FREE, 0.0, 0.5 * STICK[1])
}
