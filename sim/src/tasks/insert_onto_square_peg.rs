//! Put a square ring over the pillar of a colour.

use core::f32::consts::PI;

use crate::scene::frame::{Pose, at};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout, Region};
use crate::scene::palette::{COLORS, METAL};
use crate::scene::description::{Body, BodyId};
use crate::task::script::{carry, reach, tool};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::{Rules, Task};

/// Insert Peg.
pub(super) const TASK: Task = Task {
    name: "insert_onto_square_peg",
    short: "Insert Peg",
    variations: 20,
    randomised: "Place and turn of the ring, which pillar has the named colour, colours of the \
                 other two, turn and place of the group.",
    success: &["ring down on the pillar"],
    yaw: PI,
    instructions,
    build,
};

/// Edges of the base plate, m (RLBench).
const BASE: [f32; 3] = [0.40, 0.10, 0.02];
/// Width and height of a pillar, and the distance between two, m (RLBench).
const PILLAR: f32 = 0.025;
const TALL: f32 = 0.12;
const PITCH: f32 = 0.125;
/// Outer width, hole and thickness of the ring, m (own choice: fingers around it count as closed, and
/// 5.5 mm are left on each side of a pillar).
const RING: f32 = 0.064;
const HOLE: f32 = 0.036;
const THICK: f32 = 0.010;
/// Height of the tip over the ring's middle when it grips, m: 4 mm above the table (RLBench).
const GRIP: f32 = -0.001;
/// Pine: no colour that a pillar may have.
const PINE: Rgb = [0.80, 0.60, 0.33];

fn instructions(variation: usize, _rules: Rules) -> Vec<String> {
    let color = COLORS[variation].name;
    vec![
        format!("place the ring on the {color} peg"),
        format!("lower the square ring over the {color} pillar"),
        format!("the ring belongs around the {color} post"),
        format!("take the ring and drop it onto the {color} pole"),
    ]
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    s.within([-0.060, 0.498], [-0.412, 0.376], [0.752, 1.752]);
    let wanted = s.pick(3);
    let mut colors = s.colors(&COLORS, &[variation], 2);
    colors.insert(wanted, COLORS[variation].rgb);
    let along = |index: usize| (index as f32 - 1.0) * PITCH;
    let plate = Shape::cuboid(BASE[0], BASE[1], BASE[2]);
    let pillars = colors.iter().enumerate().map(|(index, &color)| {
        let pillar = Shape::cuboid(PILLAR, PILLAR, TALL);
        Part::new(pillar, at(along(index), 0.0, BASE[2] + 0.5 * TALL), color)
    });
    let base = s.add(
        Body::fixed("base", Pose::IDENTITY)
            .with(Part::new(plate, at(0.0, 0.0, 0.5 * BASE[2]), METAL))
            .with_all(pillars),
    );
    let ring = s.add(ring());
    s.scatter(&[ring], &[Region::new([-0.20, 0.20], [-0.28, -0.10])], PI, 0.0)?;

    // All four sides must be down at the foot of the pillar at once.
    let x = along(wanted);
    let beside = 0.5 * (0.5 * HOLE + 0.5 * RING);
    let sides = [(beside, 0.0), (-beside, 0.0), (0.0, beside), (0.0, -beside)];
    let seen = sides.iter().enumerate().map(|(index, &(dx, dy))| {
        let foot = at(x + dx, dy, BASE[2] + 0.0125);
        let sensor = s.sensor_on(base, format!("foot{index}"), Shape::cuboid(0.008, 0.008, 0.025), foot);
        Condition::Inside { body: ring, sensor }
    });
    let seen = seen.collect();
    s.goal("ring down on the pillar", Condition::all(seen));

    // Four turns are alike, at the grasp and over the square pillar.
    s.go(reach(ring, tool(0.0, 0.0, 0.10, 0.0)).turns(4));
    s.go(reach(ring, tool(0.0, 0.0, GRIP, 0.0)).turns(4).blind().close());
    s.go(reach(ring, tool(0.0, 0.0, 0.209, 0.0)).turns(4).unchecked());
    s.go(carry(ring, base, at(x, 0.0, 0.217 - GRIP)).turns(4).unchecked());
    s.go(carry(ring, base, at(x, 0.0, 0.130 - GRIP)).turns(4).blind().open());
    Ok(Vec::new())
}

/// Four bars around a square hole; the origin is the ring's middle.
fn ring() -> Body {
    let bar = 0.5 * (RING - HOLE);
    let out = 0.5 * (RING - bar);
    let long = Shape::cuboid(RING, bar, THICK);
    let short = Shape::cuboid(bar, HOLE, THICK);
    Body::free("ring", at(0.0, 0.0, 0.5 * THICK), 0.1)
        .with_all([out, -out].map(|y| Part::new(long.clone(), at(0.0, y, 0.0), PINE)))
        .with_all([out, -out].map(|x| Part::new(short.clone(), at(x, 0.0, 0.0), PINE)))
        .rough(0.3)
        .graspable()
}
