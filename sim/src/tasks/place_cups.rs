//! Hang mugs on a mug tree.

use core::f32::consts::{PI, TAU};

use crate::scene::frame::{Pose, Vec3, about, at, yaw};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout, Region};
use crate::scene::palette::WHITE;
use crate::task::props::mug_tree::{MUG, OFFSET, OPENING, SPOKE, TILT, mug, tree};
use crate::task::props::room::keep_room;
use crate::task::props::vessel::FACES;
use crate::scene::description::BodyId;
use crate::task::script::{carry, reach, tool};
use crate::scene::shape::{Rgb, Shape};
use crate::task::{Rules, Task};

/// Place Cups.
pub(super) const TASK: Task = Task {
    name: "place_cups",
    short: "Place Cups",
    variations: 3,
    randomised: "Place and turn of each mug, turn and place of the group.",
    success: &["hanging", "released"],
    yaw: 0.5 * PI,
    instructions,
    build,
};

/// Glazes of the mugs, so that a person can tell them apart (own choice).
const GLAZES: [Rgb; 3] = [WHITE, [0.15, 0.40, 0.50], [0.60, 0.18, 0.12]];
/// Where the handle is turned to face a spoke, where it waits in front of it, and where it hangs, m
/// from the post's axis (own choices).
const STOPS: [f32; 3] = [0.17, SPOKE + 0.03, 0.045];
/// How far below the spoke's axis the opening's middle passes, m: the handle's upper bar then clears
/// the spoke by a few millimetres.
const LOW: f32 = 0.012;
/// How much higher it is while it is turned, m (own choice: over the tree).
const PASS: f32 = 0.06;
/// Tip below the rim when it holds a mug, height it comes from, and lift, m (own choices: a lifted
/// mug passes over the tree).
const DEEP: f32 = 0.012;
const ABOVE: f32 = 0.12;
const LIFT: f32 = 0.26;
/// Middle of the outer finger beyond the wall it straddles, m.
const FINGERS: f32 = 0.046;
/// Least distance of that finger from the next mug, and of the tip from the tree, m.
const BESIDE: [f32; 2] = [0.062, 0.21];
/// Room around the gripper's places, m (own choice: easy reach).
const MARGIN: f32 = 0.13;

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let (count, mugs) = [("one", "mug"), ("two", "mugs"), ("three", "mugs")][variation];
    vec![
        format!("hang {count} {mugs} on the tree"),
        format!("take {count} {mugs} from the table and put the handle over a spoke"),
        format!("the holder should carry {count} more {mugs}"),
        format!("put {count} {mugs} on the pegs of the wooden stand"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    let spokes = tree(s);
    let region = Region::new([-0.22, 0.22], [-0.46, -0.15]);
    let mut mugs = Vec::new();
    let mut hung = Vec::new();
    for (index, glaze) in GLAZES.into_iter().enumerate() {
        let mug = s.add(mug(format!("mug{index}"), glaze));
        s.scatter(&[mug], &[region], PI, 0.14)?;
        mugs.push(mug);
        // A spoke that crosses both sheets, one on either side, runs through the opening.
        let sheet = Shape::cuboid(2.0 * OPENING[0], 0.004, 2.0 * OPENING[1]);
        let sheets = [0.014, -0.014].map(|y| {
            let side = if y > 0.0 { "left" } else { "right" };
            s.sensor_on(mug, format!("{side} of handle{index}"), sheet.clone(), at(0.0, y, 0.0))
        });
        let on = |body| Condition::all(sheets.map(|sensor| Condition::Inside { body, sensor }).to_vec());
        hung.push(Condition::any(spokes.iter().map(|&spoke| on(spoke)).collect()));
    }
    let count = variation + 1;
    if s.rules == Rules::Original {
        // As published: these very mugs, although no instruction says which.
        hung.truncate(count);
    }
    s.goal("hanging", Condition::AtLeast { count, of: hung });
    s.goal("released", Condition::Released);

    let mut places = Vec::new();
    for (&mug, &spoke) in mugs[..count].iter().zip(&spokes) {
        // One heading only: turned by half, the wrist might not reach the spoke's.
        let side = free_side(s, mug, &mugs).ok_or(PlacementError)?;
        let wall = wall(side, MUG.middle(0.0));
        places.push((s.pose(mug).transform_point(wall), MARGIN));
        let height = 0.5 * MUG.height - DEEP;
        let rim = |up: f32| reach(mug, tool(wall.x, wall.y, height + up, side - 0.5 * PI));
        let upright = about(Vec3::Y, TILT) * yaw(-0.5 * PI);
        let hang = |along: f32, up: f32| {
            let low = about(Vec3::Y, TILT) * Vec3::new(0.0, 0.0, up - LOW);
            carry(mug, spoke, Pose::from_parts(Vec3::new(along, 0.0, 0.0) + low, upright))
        };
        s.go(rim(ABOVE));
        s.go(rim(0.0).close());
        s.go(carry(mug, mug, at(0.0, 0.0, LIFT)).blind());
        s.go(hang(STOPS[0], PASS));
        s.go(hang(STOPS[1], 0.0));
        s.go(hang(STOPS[2], 0.0).blind().open());
    }
    keep_room(s, &places);
    Ok(Vec::new())
}

/// A place on the ring around a mug's axis in the direction `side` (mug frame).
fn wall(side: f32, radius: f32) -> Vec3 {
    Vec3::new(-OFFSET, 0.0, 0.0) + yaw(side) * Vec3::new(radius, 0.0, 0.0)
}

/// Direction of the face about opposite the handle where the open fingers and the hand have most
/// room, if they have enough.
fn free_side(s: &Layout<'_>, mug: BodyId, mugs: &[BodyId]) -> Option<f32> {
    let room = |side: f32| {
        let [tip, finger] = [MUG.middle(0.0), MUG.top + FINGERS].map(|r| wall(side, r));
        let [tip, finger] = [tip, finger].map(|p| s.pose(mug).transform_point(p).truncate());
        let gaps = mugs.iter().filter(|&&other| other != mug).flat_map(|&other| {
            let pose = s.pose(other);
            [wall(0.0, 0.0), Vec3::ZERO].map(|p| pose.transform_point(p).truncate() - finger)
        });
        let nearest = gaps.map(glamx::Vec2::length).fold(f32::MAX, f32::min);
        // The tree stands in the middle of the task's frame.
        (nearest - BESIDE[0]).min(tip.length() - BESIDE[1])
    };
    let face = TAU / f32::from(FACES);
    let sides = [0.0, -1.0, 1.0].map(|k: f32| PI + k * face);
    let best = sides.into_iter().max_by(|a, b| room(*a).total_cmp(&room(*b)));
    best.filter(|&side| room(side) > 0.0)
}
