//! Post a toy shape through its hole in the shape sorter.

use core::f32::consts::PI;

use crate::scene::frame::{Pose, at};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout, Region};
use crate::task::props::sorter::{BOX, LID, NAMES, SYMMETRY, hole, sorter, toy};
use crate::scene::description::{Body, BodyId};
use crate::task::script::{carry, reach, tool};
use crate::scene::shape::Shape;
use crate::task::{Rules, Task};

/// Sort Shape.
pub(super) const TASK: Task = Task {
    name: "place_shape_in_shape_sorter",
    short: "Sort Shape",
    variations: 5,
    randomised: "Place and turn of each shape, turn and place of the group.",
    success: &["shape in the sorter"],
    yaw: PI,
    instructions,
    build,
};

/// Height of the tip over a shape's underside when it grips, m (RLBench: 1 cm above the work plane).
const GRIP: f32 = 0.012;
/// How deep a shape is put into its hole before it is let go, m (own choice).
const INTO: f32 = 0.005;
/// Ways to grip each shape between two fingers.
const GRIPS: [u8; 5] = [4, 8, 6, 10, 2];
/// Least distance between two shapes, m: the open fingers fit in between (own choice).
const APART: f32 = 0.085;

fn instructions(variation: usize, _rules: Rules) -> Vec<String> {
    let shape = NAMES[variation];
    vec![
        format!("put the {shape} into the shape sorter"),
        format!("push the {shape} through the hole that fits it"),
        format!("the {shape} has a hole of its own in the box, post it there"),
        format!("sort the {shape} into the box"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    // Not as near as published: close to the base a straight lift runs into joint limits.
    s.within([0.05, 0.509], [-0.370, 0.399], [0.752, 1.752]);
    let sorter = s.add(sorter("sorter"));
    // So far from the box that the hand, wherever it turns, comes down beside it.
    let region = Region::new([-0.20, 0.20], [-0.39, -0.145]);
    let mut wanted = None;
    for (kind, name) in NAMES.iter().enumerate() {
        let shape = Body::free(*name, Pose::IDENTITY, 0.2).with_all(toy(kind));
        let shape = s.add(shape.rough(0.4).graspable());
        s.scatter(&[shape], &[region], PI, APART)?;
        wanted = if kind == variation { Some(shape) } else { wanted };
    }
    let shape = wanted.ok_or(PlacementError)?;

    let [long, wide, high] = BOX;
    let depths = Shape::cuboid(long - 0.03, wide - 0.03, 0.04);
    let sensor = s.sensor_on(sorter, "inside", depths, at(0.0, 0.0, 0.025));
    s.goal("shape in the sorter", Condition::Inside { body: shape, sensor });

    let grips = GRIPS[variation];
    let post = at(hole(variation), 0.0, high - INTO.min(LID));
    s.go(reach(shape, tool(0.0, 0.0, GRIP + 0.10, 0.0)).turns(grips));
    s.go(reach(shape, tool(0.0, 0.0, GRIP, 0.0)).turns(grips).blind().close());
    s.go(reach(shape, tool(0.0, 0.0, GRIP + 0.12, 0.0)).turns(grips).unchecked());
    s.go(carry(shape, sorter, at(0.0, 0.0, 0.08) * post).turns(SYMMETRY[variation]));
    s.go(carry(shape, sorter, post).turns(SYMMETRY[variation]).blind().open());
    Ok(Vec::new())
}
