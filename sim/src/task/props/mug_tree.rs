//! A mug tree, and mugs that hang on it by their handles.

use core::f32::consts::{PI, TAU};

use crate::scene::description::{Body, BodyId};
use crate::scene::frame::{Pose, Vec3, about, at, yaw, z_to_x};
use crate::scene::palette::{WALNUT, WOOD};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::layout::Layout;
use crate::task::props::vessel::Vessel;

/// Spokes of the tree (RLBench).
const SPOKES: usize = 3;
/// The mug's body, and how far its axis is from the middle of the handle's opening, m (own choices).
pub(crate) const MUG: Vessel =
    Vessel { bottom: 0.036, top: 0.036, height: 0.08, wall: 0.004, floor: 0.006 };
pub(crate) const OFFSET: f32 = 0.051;
/// Half of the handle's opening sideways and up, and half of its bar, m (own choices).
pub(crate) const OPENING: [f32; 2] = [0.015, 0.0225];
const BAR: f32 = 0.004;
/// Height of the post, and of the spokes where they leave it, m (own choices).
const POST: f32 = 0.235;
const ROOT: f32 = 0.20;
/// Length of a spoke from the post's axis, its radius, m, and how far it is tilted up, rad (own
/// choices: a mug does not slide off).
pub(crate) const SPOKE: f32 = 0.10;
const RADIUS: f32 = 0.004;
pub(crate) const TILT: f32 = 0.262;
/// The tree in the middle of the task's frame; returns its spokes, each with x along it from the
/// post's axis.
pub(crate) fn tree(s: &mut Layout<'_>) -> Vec<BodyId> {
    let stand = Body::fixed("tree", Pose::IDENTITY)
        .with(Part::new(Shape::cylinder(0.075, 0.014), at(0.0, 0.0, 0.007), WALNUT))
        .with(Part::new(Shape::cylinder(0.012, POST), at(0.0, 0.0, 0.5 * POST), WOOD))
        .with(Part::new(Shape::sphere(0.015), at(0.0, 0.0, POST - 0.005), WALNUT));
    s.add(stand);
    (0..SPOKES)
        .map(|k| {
            let turn = yaw(0.5 * PI + TAU * k as f32 / SPOKES as f32) * about(Vec3::Y, -TILT);
            let rod = Pose::from_parts(Vec3::new(0.5 * SPOKE, 0.0, 0.0), z_to_x());
            let rod = Part::new(Shape::capsule(RADIUS, SPOKE), rod, WOOD);
            let root = Pose::from_parts(Vec3::new(0.0, 0.0, ROOT), turn);
            s.add(Body::fixed(format!("spoke{k}"), root).rough(0.6).with(rod))
        })
        .collect()
}

/// A mug whose frame is in the middle of the handle's opening; the opening faces y.
pub(crate) fn mug(name: String, glaze: Rgb) -> Body {
    let middle = 0.5 * MUG.height;
    let body = MUG.parts(glaze).into_iter().map(|p| Part { pose: at(-OFFSET, 0.0, -middle), ..p });
    let [half, up] = OPENING;
    let bar = |x: f32, z: f32, long: f32, high: f32| {
        Part::new(Shape::cuboid(long, 0.010, high), at(x, 0.0, z), glaze)
    };
    // The upper and lower bars run into the wall.
    let level =
        |z: f32| bar(0.5 * (2.0 * BAR - 0.002), z, 2.0 * half + 2.0 * BAR + 0.002, 2.0 * BAR);
    let handle = [level(up + BAR), level(-up - BAR), bar(half + BAR, 0.0, 2.0 * BAR, 2.0 * up)];
    Body::free(name, at(0.0, 0.0, middle), 0.15)
        .rough(0.6)
        .with_all(body)
        .with_all(handle)
        .graspable()
}
