//! Hang mugs on a mug tree.

use core::f32::consts::{PI, TAU};

use crate::frame::{Pose, Vec2, Vec3, about, at, yaw, z_to_x};
use crate::goal::Test;
use crate::layout::{Crowded, Layout, Region};
use crate::palette::{WALNUT, WHITE, WOOD};
use crate::props::room::keep_room;
use crate::props::vessel::{FACES, Vessel};
use crate::scene::{Body, BodyId};
use crate::script::{carry, reach, tool};
use crate::shape::{Part, Rgb, Shape};
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

/// Mugs on the table and spokes on the tree (RLBench).
const MUGS: usize = 3;
/// The mug's body, and how far its axis is from the middle of the handle's opening, m (own choices).
const MUG: Vessel = Vessel { bottom: 0.036, top: 0.036, height: 0.08, wall: 0.004, floor: 0.006 };
const OFFSET: f32 = 0.051;
/// Half of the handle's opening sideways and up, and half of its bar, m (own choices).
const OPENING: [f32; 2] = [0.015, 0.0225];
const BAR: f32 = 0.004;
const GLAZES: [Rgb; MUGS] = [WHITE, [0.15, 0.40, 0.50], [0.60, 0.18, 0.12]];
/// Height of the post, and of the spokes where they leave it, m (own choices).
const POST: f32 = 0.235;
const ROOT: f32 = 0.20;
/// Length of a spoke from the post's axis, its radius, m, and how far it is tilted up, rad (own
/// choices: a mug does not slide off).
const SPOKE: f32 = 0.10;
const RADIUS: f32 = 0.004;
const TILT: f32 = 0.262;
/// Where the handle hangs on a spoke, where it waits in front of it, and where it is turned to face
/// it, m from the post's axis (own choices).
const STOPS: [f32; 3] = [0.20, SPOKE + 0.03, 0.045];
/// How far below the spoke's axis the opening's middle passes, m: the handle's upper bar then clears
/// the spoke by a few millimetres.
const LOW: f32 = 0.012;
/// Tip below the rim when it holds a mug, height it comes from, and lift, m (own choices).
const DEEP: f32 = 0.012;
const ABOVE: f32 = 0.12;
const LIFT: f32 = 0.15;

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

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, Crowded> {
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
        let on = |body| Test::all(sheets.map(|sensor| Test::Inside { body, sensor }).to_vec());
        hung.push(Test::any(spokes.iter().map(|&spoke| on(spoke)).collect()));
    }
    let count = variation + 1;
    if s.rules == Rules::Original {
        // As published: these very mugs, although no instruction says which.
        hung.truncate(count);
    }
    s.goal("hanging", Test::AtLeast { count, of: hung });
    s.goal("released", Test::Released);

    let mut places = Vec::new();
    for (&mug, &spoke) in mugs[..count].iter().zip(&spokes) {
        // One heading only: turned by half, the wrist might not reach the spoke's.
        let side = free_side(s, mug, &mugs).ok_or(Crowded)?;
        let wall = wall(side, MUG.middle(0.0));
        places.push((s.pose(mug).transform_point(wall), MARGIN));
        let height = 0.5 * MUG.height - DEEP;
        let rim = |up: f32| reach(mug, tool(wall.x, wall.y, height + up, side - 0.5 * PI));
        let upright = about(Vec3::Y, TILT) * yaw(-0.5 * PI);
        let hang = |along: f32| {
            let low = about(Vec3::Y, TILT) * Vec3::new(0.0, 0.0, -LOW);
            carry(mug, spoke, Pose::from_parts(Vec3::new(along, 0.0, 0.0) + low, upright))
        };
        s.go(rim(ABOVE));
        s.go(rim(0.0).close());
        s.go(carry(mug, mug, at(0.0, 0.0, LIFT)).blind());
        s.go(hang(STOPS[0]));
        s.go(hang(STOPS[1]));
        s.go(hang(STOPS[2]).blind().open());
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
        let others = mugs.iter().filter(|&&other| other != mug).flat_map(|&other| {
            let pose = s.pose(other);
            [wall(0.0, 0.0), Vec3::ZERO].map(|p| pose.transform_point(p).truncate() - finger)
        });
        let nearest = others.map(Vec2::length).fold(f32::MAX, f32::min);
        // The tree stands in the middle of the task's frame.
        (nearest - BESIDE[0]).min(tip.length() - BESIDE[1])
    };
    let face = TAU / f32::from(FACES);
    let sides = [0.0, -1.0, 1.0].map(|k: f32| PI + k * face);
    let best = sides.into_iter().max_by(|a, b| room(*a).total_cmp(&room(*b)));
    best.filter(|&side| room(side) > 0.0)
}

/// The tree; returns its spokes, each with x along it from the post's axis.
fn tree(s: &mut Layout<'_>) -> Vec<BodyId> {
    let stand = Body::fixed("tree", Pose::IDENTITY)
        .with(Part::new(Shape::cylinder(0.075, 0.014), at(0.0, 0.0, 0.007), WALNUT))
        .with(Part::new(Shape::cylinder(0.012, POST), at(0.0, 0.0, 0.5 * POST), WOOD))
        .with(Part::new(Shape::sphere(0.015), at(0.0, 0.0, POST - 0.005), WALNUT));
    s.add(stand);
    (0..MUGS)
        .map(|k| {
            let turn = yaw(0.5 * PI + TAU * k as f32 / MUGS as f32) * about(Vec3::Y, -TILT);
            let rod = Pose::from_parts(Vec3::new(0.5 * SPOKE, 0.0, 0.0), z_to_x());
            let rod = Part::new(Shape::capsule(RADIUS, SPOKE), rod, WOOD);
            let root = Pose::from_parts(Vec3::new(0.0, 0.0, ROOT), turn);
            s.add(Body::fixed(format!("spoke{k}"), root).rough(0.6).with(rod))
        })
        .collect()
}

/// A mug whose frame is in the middle of the handle's opening; the opening faces y.
fn mug(name: String, glaze: Rgb) -> Body {
    let middle = 0.5 * MUG.height;
    let body = MUG.parts(glaze).into_iter().map(|p| Part { pose: at(-OFFSET, 0.0, -middle), ..p });
    let [half, up] = OPENING;
    let bar = |x: f32, z: f32, long: f32, high: f32| {
        Part::new(Shape::cuboid(long, 0.010, high), at(x, 0.0, z), glaze)
    };
    // The upper and lower bars run into the wall.
    let level = |z: f32| bar(0.5 * (2.0 * BAR - 0.002), z, 2.0 * half + 2.0 * BAR + 0.002, 2.0 * BAR);
    let handle = [level(up + BAR), level(-up - BAR), bar(half + BAR, 0.0, 2.0 * BAR, 2.0 * up)];
    Body::free(name, at(0.0, 0.0, middle), 0.15).rough(0.6).with_all(body).with_all(handle).graspable()
}
