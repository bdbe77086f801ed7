//! Turn one of the two handles of a tap.

use core::f32::consts::PI;

use crate::scene::frame::{Pose, Vec3, at, yaw, z_to_x, z_to_y};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout, Region};
use crate::scene::palette::{IRON, METAL, WHITE};
use crate::scene::description::{Body, BodyId, Joint, JointKind};
use crate::task::script::{carry, reach, tool};
use crate::scene::shape::{Part, Shape};
use crate::task::{Rules, Task};

/// Turn Tap.
pub(super) const TASK: Task = Task {
    name: "turn_tap",
    short: "Turn Tap",
    variations: 2,
    randomised: "Place and turn of the tap.",
    success: &["handle turned"],
    // The layout turns itself: how the handle is gripped hangs on it.
    yaw: 0.0,
    instructions,
    build,
};

/// Turn that counts, rad (RLBench).
const TURNED: f32 = 1.57;
/// Turn of the expert, rad (own choice: margin for the play of a handle between the fingers).
const TURN: f32 = 1.80;
/// Height of the handles' middle above the table, m (keyframes of the published data).
const HEIGHT: f32 = 0.144;
/// Distance of the handles from the spout, m (own choice: clears the hand when it has turned).
const SIDE: f32 = 0.12;
/// Length and thickness of a handle, m (own choice: as thick as a drawer's bar).
const HANDLE: f32 = 0.084;
const THICK: f32 = 0.014;
/// Height of the pipe between the valves, m (own choice).
const PIPE: f32 = 0.085;
/// Heading of a hand that points down, straight ahead of the robot, with its last joint in the middle
/// of its travel, rad (kinematics).
const REST: f32 = -0.75 * PI;

/// Sides as seen by someone the spout points at: left is the tap's own +y when it points along -x.
const SIDES: [(&str, f32); 2] = [("left", 1.0), ("right", -1.0)];

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let (side, _) = SIDES[variation];
    vec![
        format!("turn the {side} handle of the tap"),
        format!("rotate the {side} tap"),
        format!("open the water with the {side} handle"),
        format!("grip the faucet's {side} handle and twist it by more than ninety degrees"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    // Keeps the handles where the published keyframes are.
    s.centre_within(Region::new([0.11, 0.265], [-0.075, 0.085]));
    let heading = s.spread(PI);
    let placed = |place: Vec3| Pose::from_parts(yaw(heading) * place, yaw(heading));
    let tap = s.add(Body::fixed("tap_main", placed(Vec3::ZERO)).with_all(tap()));
    let handles = SIDES.map(|(name, side)| {
        // Stiff enough to stay as it is left.
        let turn = Joint {
            dry_friction: 0.02,
            damping: 0.02,
            ..Joint::new(tap, JointKind::Revolute, Vec3::Z, [-PI, PI], 0.15)
        };
        let pose = placed(Vec3::new(0.0, side * SIDE, HEIGHT));
        s.add(Body::jointed(format!("tap_{name}"), pose, turn).rough(0.8).with_all(handle()))
    });
    let (handle, (_, side)) = (handles[variation], SIDES[variation]);
    s.goal("handle turned", Condition::JointMoved { body: handle, by: TURNED });
    // Either way round would do. Taken is the one that keeps the wrist near the middle of its travel: it
    // can always follow, and whoever sees the tap can tell which it is.
    let (grip, middle) = (0.5 * PI, heading + 0.5 * PI + 0.5 * side * TURN);
    let grip = if libm::cosf(middle - REST) < 0.0 { grip + PI } else { grip };
    s.go(reach(handle, tool(0.0, 0.0, 0.0, grip)).close());
    let turned = Pose::from_parts(Vec3::new(0.0, side * SIDE, HEIGHT), yaw(side * TURN));
    s.go(carry(handle, tap, turned).blind());
    Ok(Vec::new())
}

/// Base plate, pipe, valves, and a spout that points along -x.
fn tap() -> Vec<Part> {
    let upright = |radius: f32, [from, to]: [f32; 2], [x, y]: [f32; 2]| {
        let shape = Shape::cylinder(radius, to - from);
        Part::new(shape, at(x, y, 0.5 * (from + to)), METAL)
    };
    let along = |radius: f32, length: f32, place: Vec3, x: bool| {
        let turn = if x { z_to_x() } else { z_to_y() };
        Part::new(Shape::cylinder(radius, length), Pose::from_parts(place, turn), METAL)
    };
    vec![
        Part::new(Shape::cuboid(0.09, 0.30, 0.012), at(0.0, 0.0, 0.006), WHITE),
        along(0.013, 2.0 * SIDE, Vec3::new(0.0, 0.0, PIPE), false),
        upright(0.016, [0.012, 0.172], [0.0, 0.0]),
        along(0.012, 0.130, Vec3::new(-0.060, 0.0, 0.160), true),
        upright(0.012, [0.115, 0.172], [-0.122, 0.0]),
        upright(0.015, [0.105, 0.115], [-0.122, 0.0]),
        upright(0.018, [0.012, 0.108], [0.0, SIDE]),
        upright(0.018, [0.012, 0.108], [0.0, -SIDE]),
    ]
}

/// A bar across a stem; origin in the middle of the bar, which lies along y.
fn handle() -> Vec<Part> {
    let end = 0.5 * HANDLE;
    let knob = |y: f32| Part::new(Shape::sphere(0.010), at(0.0, y, 0.0), IRON);
    vec![
        Part::new(Shape::cuboid(THICK, HANDLE, THICK), at(0.0, 0.0, 0.0), METAL),
        Part::new(Shape::cylinder(0.008, 0.028), at(0.0, 0.0, -0.021), METAL),
        Part::new(Shape::cylinder(0.015, 0.008), at(0.0, 0.0, -0.030), IRON),
        knob(end),
        knob(-end),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robot::kinematics;
    use crate::robot::panda::HOME;

    #[test]
    fn the_wrist_rests_where_the_task_says() {
        let mut joints = HOME;
        joints[6] = 0.0;
        let ahead = kinematics::tip(&joints).rotation * crate::scene::frame::DVec3::X;
        let heading = libm::atan2(ahead.y, ahead.x);
        assert!((heading - f64::from(REST)).abs() < 0.05, "{heading}");
    }
}
