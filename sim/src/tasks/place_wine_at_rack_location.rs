//! Lay a bottle of wine into one of three places of a rack.

use core::f32::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use crate::scene::frame::{Pose, Vec3, about, at};
use crate::task::goal::Condition;
use crate::task::layout::{PlacementError, Layout};
use crate::scene::palette::{WALNUT, WOOD};
use crate::task::props::round::turned;
use crate::scene::description::{Body, BodyId};
use crate::task::script::{Anchor, carry, reach, tool};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::{Rules, Task};

/// Place Wine.
pub(super) const TASK: Task = Task {
    name: "place_wine_at_rack_location",
    short: "Place Wine",
    variations: 3,
    randomised: "Turn and place of bottle and rack together.",
    success: &["bottle in its place", "released"],
    yaw: FRAC_PI_4,
    instructions,
    build,
};

/// Places in the order of the variations (PerAct's fork), with their distance from the rack's middle
/// to the left of somebody who puts a bottle in, m (own choice).
const PLACES: [(&str, f32); 3] = [("middle", 0.0), ("left", 0.10), ("right", -0.10)];
/// Height of the grip above the bottle's foot, m (RLBench's heights of the hand).
const GRIP: f32 = 0.215;
/// Radius of the bottle and height of its shoulder, m (own choice).
const RADIUS: f32 = 0.035;
const SHOULDER: f32 = 0.130;
/// Where the bottle stands, m (own choice).
const BOTTLE: [f32; 2] = [-0.18, 0.15];
/// Grip of a bottle that lies in the middle, m, and how far its foot is lower, rad (own choice).
const LYING: [f32; 3] = [-0.08, -0.10, 0.198];
const SLOPE: f32 = 0.35;
/// How far it is pushed in, m: it begins clear of the cradle.
const INSERT: f32 = 0.125;
/// Play between bottle and cradle, and between its foot and the stop, while it is held, m.
const PLAY: f32 = 0.002;
/// How much farther off the cradle's boards it begins, m: its foot must not catch on their ends.
const ENTRY: f32 = 0.008;

const GLASS: Rgb = [0.03, 0.16, 0.07];
const LABEL: Rgb = [0.88, 0.84, 0.70];
const FOIL: Rgb = [0.45, 0.03, 0.08];

fn instructions(variation: usize, _: Rules) -> Vec<String> {
    let place = PLACES[variation].0;
    vec![
        format!("lay the wine bottle in the {place} of the rack"),
        format!("put the wine away, {place} cradle"),
        format!("the bottle belongs in the wine rack's {place} place"),
        format!("grab the bottle by its neck and let it rest in the {place} cradle"),
    ]
}

/// Pose of a lying bottle: foot ahead along x and a little lower.
fn lying(left: f32) -> Pose {
    let [x, y, z] = LYING;
    Pose::from_parts(Vec3::new(x, y + left, z), about(Vec3::Y, SLOPE - FRAC_PI_2))
}

fn build(s: &mut Layout<'_>, variation: usize) -> Result<Vec<BodyId>, PlacementError> {
    // Nearer than 16 cm the arm would fold into its own base.
    s.within([0.160, 0.480], [-0.418, 0.215], [0.924, 1.004]);
    s.add(rack());
    let bottle = s.add(bottle(at(BOTTLE[0], BOTTLE[1], GRIP)));
    let mut sensors = Vec::new();
    for (name, left) in PLACES {
        // Around the foot of a bottle that lies all the way in.
        let foot = lying(left) * at(0.0, 0.0, 0.015 - GRIP);
        sensors.push(s.sensor(name, Shape::cylinder(0.020, 0.020), foot));
    }
    s.goal("bottle in its place", Condition::Inside { body: bottle, sensor: sensors[variation] });
    s.goal("released", Condition::Released);

    let (above, lifted) = (at(BOTTLE[0], BOTTLE[1], GRIP + 0.036), GRIP + 0.030);
    let place = lying(PLACES[variation].1) * at(PLAY, 0.0, PLAY);
    s.go(reach(Anchor::Task, above * tool(0.0, 0.0, 0.0, PI)));
    s.go(reach(bottle, tool(0.0, 0.0, 0.0, PI)).blind().close());
    s.go(carry(bottle, Anchor::Task, at(BOTTLE[0], BOTTLE[1], lifted)).blind());
    // A detour may end in a posture from which the arm cannot push straight on.
    s.go(carry(bottle, Anchor::Task, place * at(ENTRY, 0.0, INSERT)).linear());
    s.go(carry(bottle, Anchor::Task, place).blind().open());
    // The rack's far side may leave the spawn plane, or the arm would have to fold.
    Ok(vec![bottle])
}

fn bottle(pose: Pose) -> Body {
    let foot = -GRIP;
    let label = Shape::cylinder(RADIUS + 0.0006, 0.055);
    Body::free("bottle", pose, 0.5)
        .graspable()
        .with(turned(&[[RADIUS - 0.003, foot], [RADIUS, foot + 0.003], [RADIUS, foot + SHOULDER]], GLASS))
        .with(turned(&[[RADIUS, foot + SHOULDER], [0.014, foot + 0.170]], GLASS))
        .with(Part::new(Shape::cylinder(0.013, 0.040), at(0.0, 0.0, foot + 0.185), GLASS))
        .with(turned(&[[0.014, foot + 0.200], [0.014, foot + 0.245]], FOIL))
        .with(Part::new(label, at(0.0, 0.0, foot + 0.070), LABEL).ghost())
}

/// Three sloping cradles on a stand.
fn rack() -> Body {
    let mut parts = Vec::new();
    for (_, left) in PLACES {
        let cradle = lying(left);
        // Two boards at right angles under the bottle, and a stop at its foot.
        for side in [-1.0, 1.0] {
            let turn = Pose::from_rotation(about(Vec3::Z, side * FRAC_PI_4));
            let board = turn * at(-RADIUS - 0.004, side * 0.009, 0.060 - GRIP);
            parts.push(Part::new(Shape::cuboid(0.008, 0.048, 0.120), cradle * board, WOOD));
        }
        let stop = cradle * at(-0.012, 0.0, -GRIP - 0.005);
        parts.push(Part::new(Shape::cuboid(0.062, 0.070, 0.008), stop, WOOD));
    }
    // Two beams across, each on two legs.
    for (along, depth) in [(-0.19, 0.060), (-0.13, 0.060)] {
        let beam = lying(0.0) * at(-depth, 0.0, along);
        parts.push(Part::new(Shape::cuboid(0.018, 0.30, 0.016), beam, WALNUT));
        for left in [-0.135, 0.135] {
            let top = beam.translation.z;
            let leg = at(beam.translation.x, LYING[1] + left, 0.5 * top);
            parts.push(Part::new(Shape::cuboid(0.018, 0.018, top), leg, WALNUT));
        }
    }
    Body::fixed("rack", Pose::IDENTITY).with_all(parts)
}
