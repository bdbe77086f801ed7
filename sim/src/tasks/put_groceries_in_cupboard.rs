//! Put one of nine groceries on the lower shelf of a wall cupboard.

use core::f32::consts::FRAC_PI_2;
use core::f32::consts::PI;

use crate::scene::frame::{Pose, Vec3, about, at};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout, Region};
use crate::scene::palette::{WALNUT, WOOD};
use crate::task::props::groceries::{ALL, Grocery};
use crate::scene::description::{Body, BodyId};
use crate::task::script::{carry, reach, tool};
use crate::scene::shape::{Part, Shape};
use crate::task::{Rules, Task};

/// Put in Cupboard.
pub(super) const TASK: Task = Task {
    name: "put_groceries_in_cupboard",
    short: "Put in Cupboard",
    variations: 9,
    randomised: "Place and turn of each of the nine groceries, turn and place of the group with its \
                 cupboard.",
    success: &["in the cupboard", "released"],
    yaw: 1.0,
    instructions,
    build,
};

/// Depth, width and height of the cupboard, m, and the thickness of its boards (own choice).
const CUPBOARD: [f32; 3] = [0.24, 0.40, 0.50];
const BOARD: f32 = 0.012;
/// Distance of its front from the middle of the groceries, and height of its lower shelf above the
/// table, m (own choice: the tip passes the published heights).
const FRONT: f32 = 0.30;
const SHELF: f32 = 0.55;
/// Clear height of the lower shelf, m (own choice).
const CLEAR: f32 = 0.27;
/// How far the tip reaches into the cupboard, m (own choice: the hand stays in front).
const REACH: f32 = 0.07;
/// Height over the shelf at which a thing is let go, m (own choice).
const DROP: f32 = 0.010;
/// Least distance between two groceries, m (RLBench).
const APART: f32 = 0.1;

fn instructions(variation: usize, _rules: Rules) -> Vec<String> {
    let name = ALL[variation].name;
    vec![
        format!("put the {name} in the cupboard"),
        format!("tidy the {name} away on the cupboard's bottom shelf"),
        format!("take the {name} and leave it inside the cupboard"),
        format!("the cupboard is where the {name} should go"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    s.within([-0.029, 0.608], [-0.516, 0.406], [0.752, 1.752]);
    let region = Region::new([-0.22, 0.22], [-0.25, 0.25]);
    let wanted = &ALL[variation];
    let item = s.add(wanted.body());
    s.scatter(&[item], &[region], PI, APART)?;
    // The open fingers and the hand above them need room among the others.
    let grip = wanted.grip;
    let here = s.pose(item);
    s.reserve(Shape::cuboid(0.03, 0.14, 0.06), here * at(0.0, 0.0, grip + 0.02));
    s.reserve(Shape::cuboid(0.11, 0.22, 0.20), here * at(0.0, 0.0, grip + 0.145));
    let mut items = vec![item];
    for other in ALL.iter().filter(|g| g.name != wanted.name) {
        let other = s.add(other.body());
        s.scatter(&[other], &[region], PI, APART)?;
        items.push(other);
    }

    let cupboard = s.add(cupboard());
    let bay = Shape::cuboid(CUPBOARD[0] - 0.04, CUPBOARD[1] - 0.04, CLEAR - 0.02);
    let sensor = s.sensor_on(cupboard, "shelf", bay, at(0.5 * CUPBOARD[0], 0.0, 0.5 * CLEAR));
    s.goal("in the cupboard", Condition::Inside { body: item, sensor });
    s.goal("released", Condition::Released);

    s.go(reach(item, tool(0.0, 0.0, grip + 0.12, 0.0)).turns(2));
    s.go(reach(item, tool(0.0, 0.0, grip, 0.0)).turns(2).blind().close());
    s.go(reach(item, tool(0.0, 0.0, grip + 0.20, 0.0)).turns(2).blind());
    s.go(carry(item, cupboard, lying(wanted, -0.03)).turns(2));
    s.go(carry(item, cupboard, lying(wanted, REACH + grip)).turns(2).open());
    Ok(items)
}

/// A grocery on its narrow side, its underside `deep` metres inside the cupboard: so it lies when the
/// gripper points straight in.
fn lying(grocery: &Grocery, deep: f32) -> Pose {
    let height = 0.5 * grocery.size[0] + DROP;
    Pose::from_parts(Vec3::new(deep, 0.0, height), about(Vec3::Y, -FRAC_PI_2))
}

/// An open cupboard on an unseen wall; the origin is the middle of the lower shelf's front edge, x
/// leads in.
fn cupboard() -> Body {
    let [deep, wide, high] = CUPBOARD;
    let inner = wide - 2.0 * BOARD;
    let board = |z: f32| {
        let shape = Shape::cuboid(deep - BOARD, inner, BOARD);
        Part::new(shape, at(0.5 * (deep - BOARD), 0.0, z - 0.5 * BOARD), WOOD)
    };
    let middle = 0.5 * high - BOARD;
    let side = |y: f32| {
        Part::new(Shape::cuboid(deep, BOARD, high), at(0.5 * deep, y, middle), WOOD)
    };
    let back = Shape::cuboid(BOARD, inner, high);
    Body::fixed("cupboard", at(FRONT, 0.0, SHELF))
        .with_all([0.0, CLEAR + BOARD, high - BOARD].map(board))
        .with_all([0.5 * (wide - BOARD), -0.5 * (wide - BOARD)].map(side))
        .with(Part::new(back, at(deep - 0.5 * BOARD, 0.0, middle), WALNUT))
}
