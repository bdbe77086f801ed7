//! A cabinet of three drawers on legs, front along local -x.

use core::f32::consts::FRAC_PI_2;

use crate::scene::description::{Body, BodyId, Joint, JointKind};
use crate::scene::frame::{Pose, Quat, Vec3, at, yaw};
use crate::scene::palette::{METAL, WALNUT, WOOD};
use crate::scene::shape::{Part, Shape};
use crate::task::layout::{Layout, Region};

/// Largest yaw of the cabinet either way, rad (own choice: published episodes ask for pi/8, but
/// only about this much remains once all poses are reached).
pub(crate) const YAW: f32 = 0.1;
/// Where the cabinet's middle may stand along x, world m (published data to 0.334; from 0.175 there, but
/// a pulled drawer then meets our arm's elbow).
const PLACE_X: [f32; 2] = [0.215, 0.334];
/// Names of the drawers, lowest first.
pub(crate) const LEVELS: [&str; 3] = ["bottom", "middle", "top"];
/// Depth of a drawer's box behind its plate, width and height of its outside, m (own choice).
pub(crate) const BOX: [f32; 3] = [0.315, 0.34, 0.09];
/// Thickness of a drawer's floor and walls, m (own choice).
pub(crate) const WALL: f32 = 0.008;

/// Height of the frame's origin above the table, m (measured in the published RLBench data).
const ORIGIN: f32 = 0.2795;
/// Half of the cabinet's width, and its top and underside about its origin, m (the same data).
const HALF: f32 = 0.19;
pub(crate) const TOP: f32 = 0.1885;
const UNDERSIDE: f32 = -0.1895;
/// Thickness of the cabinet's panels, m (own choice).
const PANEL: f32 = 0.012;
/// Front of the panels, m (own choice).
const FRONT: f32 = -0.14;
/// Where the tip holds each handle, in the frame: along x, and z per drawer, m (the same data).
pub(crate) const GRIP_X: f32 = -0.1956;
pub(crate) const GRIP_Z: [f32; 3] = [-0.1141, 0.0059, 0.1260];
/// Thickness of a drawer's plate, and its height, m (own choice).
const PLATE: f32 = 0.015;
const PLATE_HEIGHT: f32 = 0.112;
/// Thickness and length of the handle's bar, m (bar as thick as the published one).
const BAR: f32 = 0.014;
const BAR_LENGTH: f32 = 0.10;
/// How far the tip reaches past the middle of the bar, so that the pads cover it, m.
const BITE: f32 = 0.005;

/// The cabinet's bodies.
pub(crate) struct Cabinet {
    /// Panels and legs; origin at the published one.
    pub(crate) frame: BodyId,
    /// Drawers, lowest first; origin where the tip holds the handle.
    pub(crate) drawers: [BodyId; 3],
}

/// The tip's orientation in front of the cabinet: pointing at it, fingers one above the other.
pub(crate) fn facing() -> Quat {
    Quat::from_xyzw(0.5, 0.5, 0.5, 0.5)
}

/// A tip pose facing the cabinet at a point of the frame or of a drawer.
pub(crate) fn face(x: f32, y: f32, z: f32) -> Pose {
    Pose::from_parts(Vec3::new(x, y, z), facing())
}

/// Where the floor of a drawer's box begins above the drawer's origin, m.
pub(crate) fn floor() -> f32 {
    -0.5 * PLATE_HEIGHT + 0.006
}

/// Centre of a drawer's inside in the drawer's frame, for a layer `from..to` above its floor, m.
pub(crate) fn inside(from: f32, to: f32) -> (Shape, Pose) {
    let x = FRONT + 0.5 * BOX[0] - GRIP_X;
    let z = floor() + WALL + 0.5 * (from + to);
    let shape = Shape::cuboid(BOX[0] - 2.0 * WALL, BOX[1] - 2.0 * WALL, to - from);
    (shape, at(x, 0.0, z))
}

impl Cabinet {
    /// Adds a cabinet whose front faces the task's +y and that will stand where the published one
    /// does, `y` in world metres.
    pub(crate) fn add(s: &mut Layout<'_>, y: [f32; 2]) -> Self {
        let root = Pose::from_parts(Vec3::new(0.0, 0.0, ORIGIN), yaw(-FRAC_PI_2));
        let frame = s.add(Body::fixed("drawer_frame", root).with_all(panels()));
        let drawers = [0, 1, 2].map(|level| {
            // Enough friction to stay where it is left, little enough for two fingers.
            let slide = Joint {
                dry_friction: 1.0,
                damping: 5.0,
                ..Joint::new(frame, JointKind::Prismatic, Vec3::NEG_X, [0.0, 0.25], 0.5)
            };
            let pose = root * at(GRIP_X, 0.0, GRIP_Z[level]);
            let name = format!("drawer_{}", LEVELS[level]);
            s.add(Body::jointed(name, pose, slide).rough(0.8).with_all(drawer()))
        });
        s.centre_within(Region::new(PLACE_X, y));
        Self { frame, drawers }
    }
}

fn panels() -> Vec<Part> {
    let depth = HALF - FRONT;
    let x = 0.5 * (HALF + FRONT);
    let (height, middle) = (TOP - UNDERSIDE, 0.5 * (TOP + UNDERSIDE));
    let side = |y: f32| Part::new(Shape::cuboid(depth, PANEL, height), at(x, y, middle), WALNUT);
    let lid = |z: f32| Part::new(Shape::cuboid(depth, 2.0 * HALF, PANEL), at(x, 0.0, z), WALNUT);
    let back = Shape::cuboid(PANEL, 2.0 * HALF, height);
    let mut parts = vec![
        side(HALF - 0.5 * PANEL),
        side(-HALF + 0.5 * PANEL),
        lid(TOP - 0.5 * PANEL),
        lid(UNDERSIDE + 0.5 * PANEL),
        Part::new(back, at(HALF - 0.5 * PANEL, 0.0, middle), WALNUT),
    ];
    let leg = ORIGIN + UNDERSIDE;
    for (sx, sy) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let place = at(x + sx * (0.5 * depth - 0.015), sy * (HALF - 0.015), UNDERSIDE - 0.5 * leg);
        parts.push(Part::new(Shape::cuboid(0.02, 0.02, leg), place, WALNUT));
    }
    parts
}

fn drawer() -> Vec<Part> {
    let front = FRONT - GRIP_X;
    let plate = Shape::cuboid(PLATE, 0.36, PLATE_HEIGHT);
    let [depth, width, height] = BOX;
    let x = front + 0.5 * depth;
    let low = floor();
    let wall = low + 0.5 * height;
    let side = |y: f32| Part::new(Shape::cuboid(depth, WALL, height), at(x, y, wall), WOOD);
    // The bar lies a little in front of the tip, which pinches it from above and below.
    let bar = -BITE;
    let face = front - PLATE;
    let post = |y: f32| {
        let length = face - bar;
        Part::new(Shape::cuboid(length, 0.012, 0.012), at(bar + 0.5 * length, y, 0.0), METAL)
    };
    let reach = 0.5 * BAR_LENGTH - 0.007;
    vec![
        Part::new(plate, at(front - 0.5 * PLATE, 0.0, 0.0), WOOD),
        Part::new(Shape::cuboid(depth, width, WALL), at(x, 0.0, low + 0.5 * WALL), WOOD),
        side(0.5 * (width - WALL)),
        side(-0.5 * (width - WALL)),
        Part::new(
            Shape::cuboid(WALL, width, height),
            at(front + depth - 0.5 * WALL, 0.0, wall),
            WOOD,
        ),
        Part::new(Shape::cuboid(BAR, BAR_LENGTH, BAR), at(bar, 0.0, 0.0), METAL),
        post(reach),
        post(-reach),
    ]
}
