//! Take the bulb out of the holder of a colour and screw it into the lamp.

use core::f32::consts::{FRAC_PI_2, PI};

use crate::scene::frame::{Pose, Vec3, at, yaw};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout, Region};
use crate::scene::palette::{COLORS, IRON, METAL};
use crate::task::props::round::{ring, turned};
use crate::scene::description::{Body, BodyId};
use crate::task::script::{Anchor, carry, reach, tool};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::{Rules, Task};

/// Screw Bulb.
pub(super) const TASK: Task = Task {
    name: "light_bulb_in",
    short: "Screw Bulb",
    variations: 20,
    randomised: "Place and turn of both holders, colour of the other holder, turn and place of the \
                 group.",
    success: &["bulb in the socket", "released"],
    yaw: PI,
    instructions,
    build,
};

/// Radius of a bulb's cap and of the holes it stands in, m (own choice: 3 mm of play).
const CAP: f32 = 0.013;
const HOLE: f32 = 0.016;
/// Height of a bulb's grip above its foot, m: 1 cm above the middle of its glass (RLBench).
const GRIP: f32 = 0.070;
/// Height of a holder and of the floor of its hole above the table, m (own choice).
const HOLDER: f32 = 0.040;
const HOLDER_FLOOR: f32 = 0.010;
/// Height of the lamp's socket and of its floor above the table, m (own choice).
const SOCKET: f32 = 0.272;
const SOCKET_FLOOR: f32 = 0.243;
/// Where the lamp stands, m (own choice).
const LAMP: [f32; 2] = [0.12, 0.0];
/// How far the bulb is turned, rad, clockwise from above (own choice).
const TWIST: f32 = -FRAC_PI_2;

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let color = COLORS[variation].name;
    vec![
        format!("screw in the {color} light bulb"),
        format!("fit the lamp with the bulb that stands in the {color} holder"),
        format!("the lamp is dark: use the bulb from the {color} cup"),
        format!("move the bulb out of the {color} stand and twist it into the socket"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    s.within([0.002, 0.507], [-0.383, 0.391], [0.825, 1.173]);
    let lamp = s.add(lamp());
    let other = s.colors(&COLORS, &[variation], 1)[0];
    let wanted = variation % 2;
    let mut bulbs = Vec::new();
    for index in 0..2 {
        let color = if index == wanted { COLORS[variation].rgb } else { other };
        let holder = s.add(holder(index, color));
        let bulb = s.add(bulb(index));
        let region = Region::new([-0.22, 0.01], [-0.18, 0.18]);
        // Room for the hand beside the other bulb.
        s.scatter(&[holder, bulb], &[region], PI, 0.12)?;
        bulbs.push(bulb);
    }
    let bulb = bulbs[wanted];
    let [x, y] = LAMP;
    // Only what stands on the socket's floor reaches into it.
    let volume = Shape::cylinder(0.010, 0.006);
    let bottom = s.sensor_on(lamp, "socket", volume, at(0.0, 0.0, SOCKET_FLOOR + 0.003));
    s.goal("bulb in the socket", Condition::Inside { body: bulb, sensor: bottom });
    s.goal("released", Condition::Released);

    // The bulb keeps its heading until it is screwed in.
    let stood = s.pose(bulb);
    let over = |z: f32| Pose::from_parts(Vec3::new(x, y, z), stood.rotation);
    let seated = SOCKET_FLOOR + GRIP;
    let turned = Pose::from_rotation(yaw(TWIST));
    // The bulb is round. The heading leaves joint 7 the same room either side while it turns.
    let heading = -FRAC_PI_2;
    s.go(reach(bulb, tool(0.0, 0.0, 0.10, heading)).any_turn());
    s.go(reach(bulb, tool(0.0, 0.0, 0.0, heading)).any_turn().blind().close());
    s.go(carry(bulb, Anchor::Task, at(0.0, 0.0, 0.12) * stood).blind());
    s.go(carry(bulb, Anchor::Task, over(seated + 0.09)));
    s.go(carry(bulb, Anchor::Task, over(seated + 0.0015)).blind());
    s.go(carry(bulb, Anchor::Task, over(seated + 0.001) * turned).blind().open());
    s.go(reach(Anchor::Task, tool(x, y, seated + 0.07, heading + TWIST)).any_turn().blind());
    Ok(Vec::new())
}

fn bulb(index: usize) -> Body {
    let foot = -GRIP;
    let glass = [1.0, 1.0, 0.86];
    let neck = [[0.0125, foot + 0.030], [0.0275, foot + 0.048]];
    let threads = [0.007, 0.015, 0.023].map(|z| {
        Part::new(Shape::cylinder(CAP + 0.0006, 0.003), at(0.0, 0.0, foot + z), [0.70, 0.71, 0.73])
    });
    Body::free(format!("bulb{index}"), at(0.0, 0.0, HOLDER_FLOOR + GRIP), 0.06)
        .graspable()
        .with(Part::new(Shape::cylinder(CAP, 0.030), at(0.0, 0.0, foot + 0.015), METAL))
        .with_all(threads.map(Part::ghost))
        .with(turned(&neck, glass))
        .with(Part::new(Shape::sphere(0.030), at(0.0, 0.0, -0.010), glass))
}

fn holder(index: usize, color: Rgb) -> Body {
    let floor = Shape::cylinder(0.035, HOLDER_FLOOR);
    Body::fixed(format!("holder{index}"), at(0.0, 0.0, 0.0))
        .with(Part::new(floor, at(0.0, 0.0, 0.5 * HOLDER_FLOOR), color))
        .with_all(ring(HOLE, 0.035, [HOLDER_FLOOR, HOLDER], color))
}

fn lamp() -> Body {
    let [x, y] = LAMP;
    let brass = [0.55, 0.40, 0.13];
    let stem = Shape::cylinder(0.010, SOCKET_FLOOR - 0.020);
    Body::fixed("lamp", at(x, y, 0.0))
        .with(turned(&[[0.060, 0.0], [0.060, 0.008], [0.020, 0.022]], IRON))
        .with(Part::new(stem, at(0.0, 0.0, 0.010 + 0.5 * (SOCKET_FLOOR - 0.020)), IRON))
        .with(turned(&[[0.010, SOCKET_FLOOR - 0.03], [0.024, SOCKET_FLOOR]], brass))
        .with_all(ring(HOLE, 0.024, [SOCKET_FLOOR, SOCKET], brass))
}
