//! Put a stack of bank notes on a shelf of the safe it lies on.

use core::f32::consts::{FRAC_PI_4, PI};

use crate::scene::frame::{Pose, Vec3, about, at, yaw};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout};
use crate::scene::palette::METAL;
use crate::scene::description::{Body, BodyId};
use crate::task::script::{carry, reach};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::{Rules, Task};

/// Put in Safe.
pub(super) const TASK: Task = Task {
    name: "put_money_in_safe",
    short: "Put in Safe",
    variations: 3,
    randomised: "Place of the money on the safe and its turn by up to a quarter, turn of the group by \
                 up to a quarter, place of the group.",
    success: &["money on the shelf", "released"],
    yaw: FRAC_PI_4,
    instructions,
    build,
};

/// Depth, width and height of the safe, m, and the thickness of its walls (own choice, so that the
/// tip passes the published heights).
const SAFE: [f32; 3] = [0.22, 0.26, 0.35];
const WALL: f32 = 0.012;
/// Thickness of the roof, m (own choice: an arm that leans on the notes must not press them through).
const ROOF: f32 = 0.020;
/// Tops of the shelves over the table, m (own choice).
const SHELVES: [f32; 3] = [0.015, 0.122, 0.230];
/// Length, width and height of the stack of notes, m (own choice).
const MONEY: [f32; 3] = [0.12, 0.06, 0.024];
/// Mean direction of the way into the safe, rad (own choice: with the opening turned square to the
/// robot, the hand would have to fold against the shoulder).
const AHEAD: f32 = -1.2;
/// How far the gripper leans back from straight down, rad (own choice: the hand stays clear of the
/// shelf above).
const LEAN: f32 = 1.05;
/// Height over the underside of the notes at which they are gripped, m.
const GRIP: f32 = 0.014;

const STEEL: Rgb = [0.16, 0.19, 0.24];
const INSIDE: Rgb = [0.42, 0.45, 0.50];
const NOTE: Rgb = [0.20, 0.48, 0.22];
const BAND: Rgb = [0.90, 0.86, 0.70];

fn instructions(variation: usize, _rules: Rules) -> Vec<String> {
    let shelf = ["bottom", "middle", "top"][variation];
    vec![
        format!("put the money away in the safe on the {shelf} shelf"),
        format!("leave the bank notes on the {shelf} shelf of the safe"),
        format!("the cash should lie on the {shelf} shelf inside the safe"),
        format!("move the stack of notes to the safe's {shelf} level"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    s.within([0.0, 0.245], [-0.270, 0.411], [0.752, 1.752]);
    let safe = s.add(safe(Pose::from_rotation(yaw(AHEAD))));
    let turn = FRAC_PI_4 + s.spread(FRAC_PI_4);
    let on_roof = at(s.spread(0.03), s.spread(0.04), SAFE[2]) * Pose::from_rotation(yaw(turn));
    let money = s.add(money(s.pose(safe) * on_roof));

    let floor = SHELVES[variation];
    let bay = Shape::cuboid(SAFE[0] - 0.04, SAFE[1] - 0.03, 0.04);
    let sensor = s.sensor_on(safe, "shelf", bay, at(0.008, 0.0, floor + 0.022));
    s.goal("money on the shelf", Condition::Inside { body: money, sensor });
    s.goal("released", Condition::Released);

    // The gripper reaches forward over the notes.
    let leaning = about(Vec3::Y, -LEAN) * about(Vec3::X, PI);
    let grasp = Pose::from_parts(Vec3::new(0.0, 0.0, GRIP), leaning);
    let place = at(-0.055, 0.0, floor + 0.005);
    s.go(reach(money, grasp * at(0.0, 0.0, -0.10)));
    s.go(reach(money, grasp).blind().close());
    s.go(reach(money, at(0.0, 0.0, 0.13) * grasp).blind());
    s.go(carry(money, safe, at(-0.13, 0.0, 0.02) * place));
    s.go(carry(money, safe, place).open());
    Ok(vec![safe])
}

/// An open steel box with three shelves, its door folded back against one side. The way in is +x.
fn safe(pose: Pose) -> Body {
    let [deep, wide, high] = SAFE;
    let part = |size: [f32; 3], [x, y, z]: [f32; 3], color| {
        Part::new(Shape::cuboid(size[0], size[1], size[2]), at(x, y, z), color)
    };
    let side = 0.5 * (wide - WALL);
    let inner = wide - 2.0 * WALL;
    let door = 0.5 * wide + 0.010;
    let mut body = Body::fixed("safe", pose)
        .with(part([deep, WALL, high], [0.0, side, 0.5 * high], STEEL))
        .with(part([deep, WALL, high], [0.0, -side, 0.5 * high], STEEL))
        .with(part([deep, inner, ROOF], [0.0, 0.0, high - 0.5 * ROOF], STEEL))
        .with(part([WALL, inner, high - WALL], [0.5 * (deep - WALL), 0.0, 0.5 * (high - WALL)], INSIDE))
        .with(part([0.20, 0.016, 0.32], [0.012, door, 0.17], STEEL))
        .with(part([0.16, 0.004, 0.26], [0.012, door + 0.010, 0.17], INSIDE).ghost());
    for top in SHELVES {
        let thick = WALL.min(top);
        body = body.with(part([deep - WALL, inner, thick], [-0.5 * WALL, 0.0, top - 0.5 * thick], INSIDE));
        // The door's bolts, level with the bays.
        let bolt = Pose::from_parts(Vec3::new(0.117, door, top + 0.05), crate::scene::frame::z_to_x());
        body = body.with(Part::new(Shape::cylinder(0.007, 0.02), bolt, METAL).ghost());
    }
    for height in [0.06, 0.29] {
        let hinge = at(-0.5 * deep, door, height);
        body = body.with(Part::new(Shape::cylinder(0.008, 0.04), hinge, METAL).ghost());
    }
    body
}

/// A banded stack of notes; the origin is the middle of its underside.
fn money(pose: Pose) -> Body {
    let [long, wide, high] = MONEY;
    let middle = at(0.0, 0.0, 0.5 * high);
    let band = Shape::cuboid(0.024, wide + 0.001, high + 0.001);
    let seal = at(0.035, 0.0, high);
    Body::free("money", pose, 0.1)
        .with(Part::new(Shape::cuboid(long, wide, high), middle, NOTE))
        .with(Part::new(band, middle, BAND).ghost())
        .with(Part::new(Shape::cylinder(0.012, 0.001), seal, BAND).ghost())
        .with(Part::new(Shape::cylinder(0.012, 0.001), at(-0.07, 0.0, 0.0) * seal, BAND).ghost())
        .rough(0.6)
        .graspable()
}
