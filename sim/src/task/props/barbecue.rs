//! A charcoal grill with a side shelf, and what lies on it.

use core::f32::consts::{FRAC_PI_2, TAU};

use crate::scene::description::Body;
use crate::scene::frame::{Pose, Vec3, about, at, z_to_x};
use crate::scene::palette::{IRON, METAL, WALNUT, WOOD};
use crate::scene::shape::{Part, Rgb, Shape};

/// Height of the grate above the table, m (RLBench).
pub(crate) const GRATE: f32 = 0.293;
/// Height of the side shelf above the table, m (own choice: a little above the grate, as in RLBench).
pub(crate) const SHELF: f32 = 0.319;
/// Centre of the shelf in the grill's frame, m (RLBench).
pub(crate) const SHELF_AT: [f32; 2] = [0.025, -0.178];
/// Height above its underside at which a piece of meat is gripped, m (RLBench).
pub(crate) const GRIP: f32 = 0.009;

/// Middle of the firebox in the grill's frame, m, and its half extents (own choice).
const BOX: [f32; 2] = [0.03, 0.075];
const BOX_HALF: [f32; 2] = [0.15, 0.175];

const COALS: Rgb = [0.45, 0.07, 0.02];
const EMBER: Rgb = [0.95, 0.30, 0.04];
const FAT: Rgb = [0.85, 0.70, 0.50];
const BEEF: Rgb = [0.34, 0.10, 0.06];
const CHAR: Rgb = [0.07, 0.03, 0.02];
const ROAST: Rgb = [0.70, 0.38, 0.10];
const BONE: Rgb = [0.85, 0.82, 0.72];

fn block(size: [f32; 3], centre: [f32; 3], color: Rgb) -> Part {
    Part::new(Shape::cuboid(size[0], size[1], size[2]), at(centre[0], centre[1], centre[2]), color)
}

/// The grill, standing on the table.
pub(crate) fn grill() -> Body {
    let [cx, cy] = BOX;
    let [hx, hy] = BOX_HALF;
    let corner = |shrink: f32, z: f32| {
        [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)]
            .map(|(sx, sy)| Vec3::new(cx + sx * (hx - shrink), cy + sy * (hy - shrink), z))
    };
    let mut points = corner(0.045, 0.19).to_vec();
    points.extend(corner(0.0, 0.25));
    points.extend(corner(0.0, GRATE - 0.010));
    let tub = Part::new(Shape::Hull { points }, Pose::IDENTITY, IRON);
    let legs = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)].map(|(sx, sy)| {
        block([0.018, 0.018, 0.21], [cx + sx * 0.10, cy + sy * 0.125, 0.105], METAL)
    });
    // Meat rests on one plate at the height of the bars: bars alone would be many contacts for the
    // same thing.
    let plate = block([2.0 * hx, 2.0 * hy, 0.010], [cx, cy, GRATE - 0.005], METAL).hidden();
    let coals = block([2.0 * hx - 0.03, 2.0 * hy - 0.03, 0.002], [cx, cy, GRATE - 0.009], COALS);
    let embers = (0..24).map(|i| {
        let (column, row) = ((i % 4) as f32, (i / 4) as f32);
        let x = cx - 0.105 + 0.070 * column + 0.02 * (row % 2.0);
        let color = if i % 3 == 0 { EMBER } else { CHAR };
        block([0.03, 0.028, 0.003], [x, cy - 0.135 + 0.054 * row, GRATE - 0.0085], color).ghost()
    });
    let bars = (0..14).map(|i| {
        let y = cy - hy + 0.025 + 0.025 * i as f32;
        block([2.0 * hx, 0.005, 0.004], [cx, y, GRATE - 0.002], METAL).ghost()
    });
    let rims = [-1.0, 1.0].into_iter().flat_map(|side| {
        [
            block([0.012, 2.0 * hy, 0.010], [cx + side * (hx - 0.006), cy, GRATE - 0.005], IRON),
            block([2.0 * hx, 0.012, 0.010], [cx, cy + side * (hy - 0.006), GRATE - 0.005], IRON),
        ]
        .map(Part::ghost)
    });
    let [sx, sy] = SHELF_AT;
    let shelf = block([0.26, 0.156, 0.016], [sx, sy, SHELF - 0.008], WOOD);
    let brackets = [-0.09, 0.09]
        .map(|x| block([0.016, 0.20, 0.024], [sx + x, sy + 0.04, SHELF - 0.028], WALNUT));
    Body::fixed("grill", Pose::IDENTITY)
        .with(tub)
        .with(plate)
        .with(coals.ghost())
        .with_all(legs)
        .with_all(embers)
        .with_all(bars)
        .with_all(rims)
        .with(shelf)
        .with_all(brackets)
        .with(block([0.10, 0.02, 0.02], [cx, cy + hy + 0.012, 0.262], WOOD))
}

/// A slab with an oval outline, half lengths in m.
fn oval(half: [f32; 2], z: [f32; 2], color: Rgb) -> Part {
    let rim = (0..12).flat_map(|i| {
        let (s, c) = libm::sincosf(TAU * i as f32 / 12.0);
        // Between an ellipse and its box, so that the sides are flat enough to grip.
        let square = |v: f32| v.signum() * libm::powf(v.abs(), 0.6);
        z.map(|z| Vec3::new(half[0] * square(c), half[1] * square(s), z))
    });
    Part::new(Shape::Hull { points: rim.collect() }, Pose::IDENTITY, color)
}

/// A steak, 10 x 7 x 2.4 cm; its origin is where it is gripped.
pub(crate) fn steak(pose: Pose) -> Body {
    let (low, top) = (-GRIP, 0.024 - GRIP);
    let stripes = (0..4).map(|i| {
        let x = -0.027 + 0.018 * i as f32;
        let turn = about(Vec3::Z, 0.5);
        let shape = Shape::cuboid(0.005, 0.045, 0.001);
        Part::new(shape, Pose::from_parts(Vec3::new(x, 0.0, top + 0.0006), turn), CHAR).ghost()
    });
    Body::free("steak", pose, 0.25)
        .graspable()
        .with(oval([0.050, 0.035], [low, top - 0.0005], FAT))
        .with(oval([0.044, 0.030], [low, top + 0.0005], BEEF).ghost())
        .with_all(stripes)
}

/// A roast chicken, 10 x 6 x 4.8 cm; its origin is where it is gripped.
pub(crate) fn chicken(pose: Pose) -> Body {
    let low = -GRIP;
    let mut points = Vec::new();
    for [x, y, z] in [
        [0.034, 0.020, low],
        [0.046, 0.030, low + 0.016],
        [0.040, 0.027, low + 0.034],
        [0.020, 0.010, low + 0.048],
    ] {
        if let Shape::Hull { points: ring } = oval([x, y], [z, z], ROAST).shape {
            points.extend(ring);
        }
    }
    let body = Part::new(Shape::Hull { points }, Pose::IDENTITY, ROAST);
    let legs = [-1.0, 1.0].into_iter().flat_map(|side: f32| {
        let y = side * 0.018;
        let thigh = Pose::from_parts(Vec3::new(0.034, y, 0.016), z_to_x());
        let bone = Pose::from_parts(Vec3::new(0.054, y, 0.016), about(Vec3::Y, FRAC_PI_2));
        let wing = Pose::from_parts(Vec3::new(-0.022, side * 0.021, 0.018), z_to_x());
        [
            Part::new(Shape::capsule(0.0115, 0.022), thigh, [0.62, 0.31, 0.07]),
            Part::new(Shape::capsule(0.0045, 0.018), bone, BONE),
            Part::new(Shape::capsule(0.0085, 0.020), wing, [0.62, 0.31, 0.07]),
        ]
    });
    Body::free("chicken", pose, 0.3).graspable().with(body).with_all(legs)
}
