//! Stack two cups into a third.

use core::f32::consts::{PI, TAU};

use crate::scene::frame::{Pose, Vec3, at, yaw};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout, Region};
use crate::scene::palette::COLORS;
use crate::task::props::room::keep_room;
use crate::task::props::vessel::{FACES, Vessel};
use crate::scene::description::{Body, BodyId};
use crate::task::script::{carry, reach, tool};
use crate::scene::shape::Shape;
use crate::task::{Rules, Task};

/// Stack Cups.
pub(super) const TASK: Task = Task {
    name: "stack_cups",
    short: "Stack Cups",
    variations: 20,
    randomised: "Place of each cup, turn and place of the group, colours of the two cups that are not \
                 named.",
    success: &["both in the base", "released"],
    yaw: PI,
    instructions,
    build,
};

/// The cup (own choice). A cup stands on the floor of the one below before their walls wedge, with a
/// gap of a millimetre all around.
const CUP: Vessel = Vessel { bottom: 0.031, top: 0.046, height: 0.128, wall: 0.004, floor: NEST };
/// How much higher a cup stands than the one it is in, m (own choice).
const NEST: f32 = 0.045;
/// Height of the tip above the table when it holds a rim, m (RLBench).
const GRIP: f32 = 0.120;
/// How far above that the fingers come from, and how far a cup is lifted, m (RLBench for the lift).
const ABOVE: f32 = 0.15;
const LIFT: f32 = 0.198;
/// Gap between the cup and the rim below before it is lowered, m (own choice).
const HOVER: f32 = 0.02;
/// Height that a cup is let fall from, m (own choice).
const DROP: f32 = 0.002;
/// Room around the gripper's places, m (keeps them inside the published bounds).
const MARGIN: f32 = 0.095;
/// Reach of the open fingers beyond the wall they straddle, m.
const FINGERS: f32 = 0.05;

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let color = COLORS[variation].name;
    vec![
        format!("stack the other two cups inside the {color} one"),
        format!("put every cup into the {color} cup"),
        format!("make a stack of the cups with the {color} cup at the bottom"),
        format!("nest the remaining cups in the {color} cup"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    let region = Region::new([-0.20, 0.20], [-0.25, 0.25]);
    let mut cups = Vec::new();
    for name in ["base", "cup0", "cup1"] {
        // The two others may be of one colour.
        let color = if cups.is_empty() {
            COLORS[variation].rgb
        } else {
            s.colors(&COLORS, &[variation], 1)[0]
        };
        let cup = Body::free(name, Pose::IDENTITY, 0.1).with_all(CUP.parts(color)).graspable();
        cups.push(s.add(cup));
        s.scatter(&cups[cups.len() - 1..], &[region], 0.0, 0.10)?;
    }
    let base = cups[0];
    // Between the floors of the two cups when both stand where they belong.
    let seen = s.sensor_on(base, "stack", Shape::cuboid(0.01, 0.01, 0.02), at(0.0, 0.0, 2.0 * NEST));
    let inside = |body| Condition::Inside { body, sensor: seen };
    s.goal("both in the base", Condition::all(vec![inside(cups[1]), inside(cups[2])]));
    s.goal("released", Condition::Released);

    let mut places = vec![(s.pose(base).translation, MARGIN + CUP.top)];
    for (below, &cup) in cups[1..].iter().enumerate() {
        let side = free_side(s, cup, &cups);
        let wall = yaw(side) * Vec3::new(CUP.middle(GRIP), 0.0, 0.0);
        let rim = |up: f32| reach(cup, tool(wall.x, wall.y, GRIP + up, side - 0.5 * PI)).turns(2);
        places.push((s.pose(cup).translation + wall, MARGIN));
        let floor = NEST * below as f32;
        let over = |z: f32| carry(cup, base, at(0.0, 0.0, floor + z)).turns(FACES);
        s.go(rim(ABOVE));
        s.go(rim(0.0).close());
        s.go(carry(cup, cup, at(0.0, 0.0, LIFT)).blind());
        s.go(over(CUP.height + HOVER));
        s.go(over(NEST + DROP).blind().open());
    }
    keep_room(s, &places);
    Ok(Vec::new())
}

/// Direction of the face whose outside is farthest from the other cups.
fn free_side(s: &Layout<'_>, cup: BodyId, cups: &[BodyId]) -> f32 {
    let here = s.pose(cup).translation;
    let clearance = |side: f32| {
        let finger = here + yaw(side) * Vec3::new(CUP.top + FINGERS, 0.0, 0.0);
        let others = cups.iter().filter(|&&other| other != cup);
        others.map(|&other| (s.pose(other).translation - finger).length()).fold(f32::MAX, f32::min)
    };
    let sides = (0..FACES).map(|k| TAU * f32::from(k) / f32::from(FACES));
    sides.max_by(|a, b| clearance(*a).total_cmp(&clearance(*b))).unwrap_or(0.0)
}
