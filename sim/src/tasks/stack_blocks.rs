//! Stack two, three or four blocks of one colour on a platform.

use core::f32::consts::PI;

use crate::scene::frame::{Pose, at};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout, Region};
use crate::scene::palette::COLORS;
use crate::task::props::room::keep_room;
use crate::scene::description::{Body, BodyId};
use crate::task::script::{carry, reach, tool};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::{Rules, Task};

/// Stack Blocks.
pub(super) const TASK: Task = Task {
    name: "stack_blocks",
    short: "Stack Blocks",
    variations: 60,
    randomised: "Place and turn of each block, turn and place of the group, colours of the four other \
                 blocks.",
    success: &["stacked", "released"],
    yaw: PI,
    instructions,
    build,
};

/// Edge of a block, m (own choice: grasp height as published).
const EDGE: f32 = 0.05;
/// Blocks of the colour that is named, and as many others (RLBench).
const BLOCKS: usize = 4;
/// Height of the platform, m, and its colour (own choices).
const PLATFORM: f32 = 0.002;
const BAIZE: Rgb = [0.05, 0.30, 0.12];
/// Half edges of the square that blocks are scattered in and of its empty middle, m (own choice).
const OUTER: f32 = 0.28;
const INNER: f32 = 0.10;
/// Room around the blocks that are stacked, m (keeps the gripper inside the published bounds).
const MARGIN: f32 = 0.06;
/// Lift of a block off the table, and its height above its place before it is lowered, m (own choice).
const LIFT: f32 = 0.10;
/// Height that a block is let fall from, m (own choice).
const DROP: f32 = 0.002;

/// Index of the colour and number of blocks.
fn wanted(variation: usize) -> (usize, usize) {
    (variation / 3, 2 + variation % 3)
}

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let (color, count) = wanted(variation);
    let color = COLORS[color].name;
    let number = ["two", "three", "four"][count - 2];
    vec![
        format!("stack {count} {color} blocks on the platform"),
        format!("build a tower out of {number} {color} cubes"),
        format!("put {number} of the {color} blocks on top of each other on the green square"),
        format!("make a {color} pile that is {count} blocks high"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    let (color, count) = wanted(variation);
    // Its body reaches into the table, so that a tower does not stand on a sheet.
    let plate = Part::new(Shape::cuboid(0.12, 0.12, 0.02), at(0.0, 0.0, PLATFORM - 0.01), BAIZE);
    let platform = s.add(Body::fixed("platform", Pose::IDENTITY).with(plate));
    let mut others = s.colors(&COLORS, &[color], 2);
    if s.rules == Rules::Original {
        // As published, the second colour drawn is never used.
        others[1] = others[0];
    }
    let frame = [
        Region::new([-OUTER, OUTER], [INNER, OUTER]),
        Region::new([-OUTER, OUTER], [-OUTER, -INNER]),
        Region::new([INNER, OUTER], [-INNER, INNER]),
        Region::new([-OUTER, -INNER], [-INNER, INNER]),
    ];
    let mut blocks = Vec::new();
    for index in 0..2 * BLOCKS {
        let (name, rgb) = match index.checked_sub(BLOCKS) {
            None => (format!("block{index}"), COLORS[color].rgb),
            Some(other) => (format!("distractor{other}"), others[other % 2]),
        };
        let cube = Part::new(Shape::cuboid(EDGE, EDGE, EDGE), Pose::IDENTITY, rgb);
        let block = Body::free(name, at(0.0, 0.0, 0.5 * EDGE), 0.1).with(cube).graspable();
        let block = s.add(block);
        s.scatter(&[block], &frame, PI, 0.1)?;
        blocks.push(block);
    }
    let taken: Vec<_> = blocks[..count].iter().map(|&b| (s.pose(b).translation, MARGIN)).collect();
    keep_room(s, &taken);
    goals(s, &blocks[..BLOCKS], count);
    for (level, &block) in blocks[..count].iter().enumerate() {
        let grasp = |up: f32| reach(block, tool(0.0, 0.0, up, 0.0)).turns(4);
        let place = |up: f32| carry(block, platform, at(0.0, 0.0, rest(level) + up)).turns(4);
        s.go(grasp(LIFT));
        s.go(grasp(0.0).close());
        s.go(carry(block, block, at(0.0, 0.0, LIFT)));
        s.go(place(LIFT));
        s.go(place(DROP).blind().open());
        if level + 1 < count {
            s.go(reach(block, tool(0.0, 0.0, 0.06, 0.0)).turns(4));
        }
    }
    Ok(Vec::new())
}

/// Height of a block's centre on a level of the tower, m.
fn rest(level: usize) -> f32 {
    PLATFORM + EDGE * (0.5 + level as f32)
}

/// Enough blocks of the colour on the platform, one on top of the other, and none held.
///
/// As published, any `count` blocks that reach into the column above the platform do, even side by
/// side. Repaired, every level of the tower needs one.
fn goals(s: &mut Layout<'_>, blocks: &[BodyId], count: usize) {
    let seen = |sensor| blocks.iter().map(|&body| Condition::Inside { body, sensor }).collect();
    let stacked = if s.rules == Rules::Original {
        let column = s.sensor("column", Shape::cuboid(0.07, 0.07, 0.26), at(0.0, 0.0, 0.13));
        Condition::AtLeast { count, of: seen(column) }
    } else {
        let level = |level: usize| {
            let core = Shape::cuboid(0.01, 0.01, 0.01);
            Condition::any(seen(s.sensor(format!("level{level}"), core, at(0.0, 0.0, rest(level)))))
        };
        Condition::all((0..count).map(level).collect())
    };
    s.goal("stacked", stacked);
    s.goal("released", Condition::Released);
}
