//! Push a block over the table until it covers a coloured square.

use core::f32::consts::{FRAC_PI_2, PI};

use crate::scene::frame::at;
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout, Region};
use crate::scene::palette::NamedColor;
use crate::scene::description::{Body, BodyId};
use crate::task::script::{Anchor, reach, tool};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::{Rules, Task};

/// Slide Block.
pub(super) const TASK: Task = Task {
    name: "slide_block_to_color_target",
    short: "Slide Block",
    variations: 4,
    randomised: "Place and turn of the group of block and squares.",
    success: &["block on target"],
    yaw: PI,
    instructions,
    build,
};

/// Width and height of the block, m (own choice: low enough to pass under the hand).
const BLOCK: f32 = 0.06;
const HEIGHT: f32 = 0.04;
const RED: Rgb = [0.75, 0.08, 0.06];
/// Edge length and thickness of a square, m (own choice; it is paint, nothing touches it).
const SQUARE: f32 = 0.10;
const PAINT: f32 = 0.001;
/// Height of the closed finger tips above the table, m (keyframes of the published data).
const TIP: f32 = 0.020;
/// From the block's middle to the tip behind it, m: half a block and half a finger.
const BEHIND: f32 = 0.5 * BLOCK + 0.009;
/// How far behind that the tip comes down, m (own choice: the fingers clear the block,
/// and whoever looks at the place sees the block too).
const APART: f32 = 0.035;
/// Half of the width of the patch in a square's middle that the block must reach, m (own choice: it
/// is reached once nine tenths of the block cover the square).
const PATCH: f32 = 0.004;

/// Squares in the order of the variations (PerAct's fork), and where their middles lie, m.
const TARGETS: [(NamedColor, [f32; 2]); 4] = [
    (NamedColor { name: "green", rgb: [0.0, 0.6, 0.05] }, [0.20, 0.0]),
    (NamedColor { name: "blue", rgb: [0.0, 0.1, 0.9] }, [0.17, 0.17]),
    (NamedColor { name: "pink", rgb: [1.0, 0.35, 0.65] }, [-0.20, 0.0]),
    (NamedColor { name: "yellow", rgb: [0.95, 0.9, 0.05] }, [-0.17, -0.17]),
];

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let color = TARGETS[variation].0.name;
    vec![
        format!("slide the block onto the {color} square"),
        format!("push the red block over to {color}"),
        format!("without lifting it, bring the block to the {color} patch"),
        format!("cover the {color} square with the block"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    let brick = Part::new(Shape::cuboid(BLOCK, BLOCK, HEIGHT), at(0.0, 0.0, 0.0), RED);
    let block = s.add(Body::free("block", at(0.0, 0.0, 0.5 * HEIGHT), 0.3).with(brick));
    for (index, (color, [x, y])) in TARGETS.into_iter().enumerate() {
        let paint = Shape::cuboid(SQUARE, SQUARE, PAINT);
        let square = Part::new(paint, at(0.0, 0.0, 0.5 * PAINT), color.rgb).ghost();
        let name = format!("target{}", index + 1);
        s.add(Body::fixed(name, at(x, y, 0.0)).with(square));
        let patch = Shape::cuboid(2.0 * PATCH, 2.0 * PATCH, 0.02);
        let sensor = s.sensor(format!("success{}", index + 1), patch, at(x, y, 0.015));
        if index == variation {
            s.goal("block on target", Condition::Inside { body: block, sensor });
        }
    }
    // Keeps the finger tips where the published keyframes are.
    s.centre_within(Region::new([0.19, 0.30], [-0.18, 0.17]));
    let [x, y] = TARGETS[variation].1;
    let push = |x: f32, y: f32, along: f32| reach(Anchor::Task, tool(x, y, TIP, along)).turns(2);
    let ahead = x.signum();
    s.go(push(-ahead * (BEHIND + APART), 0.0, 0.0).close());
    if y == 0.0 {
        s.go(push(-ahead * (BEHIND + 0.010), 0.0, 0.0).linear());
    }
    s.go(push(x - ahead * BEHIND, 0.0, 0.0).blind().slow(0.7));
    if y != 0.0 {
        let aside = y.signum();
        s.go(push(x - ahead * (BEHIND + 0.06), 0.0, 0.0).linear());
        s.go(push(x, -aside * (BEHIND + 0.05), FRAC_PI_2));
        s.go(push(x, y - aside * BEHIND, FRAC_PI_2).blind().slow(0.7));
    }
    Ok(Vec::new())
}
