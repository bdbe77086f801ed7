//! Sweeping up: a broom in its holder, dustpans and crumbs.

use core::f32::consts::FRAC_PI_4;

use crate::scene::description::Body;
use crate::scene::frame::{Pose, Vec3, at, yaw};
use crate::scene::palette::{IRON, METAL, WOOD};
use crate::scene::shape::{Part, Rgb, Shape};
use crate::task::props::round::turned;

/// Height of the grip above the tips of the broom's bristles, m (RLBench).
pub(crate) const GRIP: f32 = 0.321;
/// Half thickness of the broom's head along its stroke, m (own choice).
pub(crate) const HEAD: f32 = 0.015;
/// Inside of a dustpan: half width and depth, m (own choice: a little wider than the broom).
pub(crate) const PAN: [f32; 2] = [0.108, 0.120];

const HANDLE: f32 = 0.012;
const STRAW: Rgb = [0.80, 0.60, 0.20];
const PLASTIC: Rgb = [0.10, 0.30, 0.62];
const DIRT: Rgb = [0.16, 0.10, 0.06];

fn block(size: [f32; 3], centre: [f32; 3], color: Rgb) -> Part {
    Part::new(Shape::cuboid(size[0], size[1], size[2]), at(centre[0], centre[1], centre[2]), color)
}

/// A broom whose head is 20 cm wide along x; its origin is where it is gripped.
pub(crate) fn broom(pose: Pose) -> Body {
    let top = 0.019;
    let sleeve = -0.040;
    let length = sleeve + GRIP - 0.060;
    let handle = Shape::cylinder(HANDLE, length);
    let bristles = (0..9).map(|i| {
        let x = -0.088 + 0.022 * i as f32;
        block([0.003, 2.0 * HEAD + 0.0006, 0.040], [x, 0.0, 0.020 - GRIP], [0.62, 0.44, 0.12])
            .ghost()
    });
    Body::free("broom", pose, 0.25)
        .graspable()
        .with(Part::new(handle, at(0.0, 0.0, sleeve - 0.5 * length), [0.75, 0.10, 0.08]))
        .with(turned(&[[HANDLE + 0.001, sleeve], [HANDLE + 0.001, top]], IRON))
        .with(block([0.20, 0.026, 0.024], [0.0, 0.0, 0.056 - GRIP], WOOD))
        .with(block([0.20, 2.0 * HEAD, 0.045], [0.0, 0.0, 0.0225 - GRIP], STRAW))
        .with_all(bristles)
}

/// A post with a notch that keeps the broom upright; the broom leaves it along +x.
pub(crate) fn holder(broom: Pose) -> Body {
    let notch = [-1.0, 1.0].map(|side: f32| {
        // 2 mm of play around the handle.
        let turn = Pose::from_rotation(yaw(-side * FRAC_PI_4));
        let part = block([0.006, 0.032, 0.016], [-HANDLE - 0.005, side * -0.001, 0.20], METAL);
        Part { pose: turn * part.pose, ..part }
    });
    let foot = Part::new(Shape::cylinder(0.028, 0.006), at(-0.024, -0.085, 0.003), IRON);
    let post = Part::new(Shape::cylinder(0.006, 0.21), at(-0.024, -0.085, 0.108), METAL);
    let base = broom * at(0.0, 0.0, -GRIP);
    Body::fixed("holder", base).with_all(notch).with(foot).with(post).with(block(
        [0.008, 0.098, 0.012],
        [-0.024, -0.040, 0.20],
        METAL,
    ))
}

/// A dustpan that opens towards -y; its origin is the middle of its lip on the table.
pub(crate) fn dustpan(name: &str, pose: Pose, walls: f32) -> Body {
    let [half, depth] = PAN;
    let (wall, floor) = (0.004, 0.0025);
    let edge = half + wall;
    let lip = [[0.0, 0.0005], [0.018, floor]].into_iter().flat_map(|[y, z]| {
        [-edge, edge].into_iter().flat_map(move |x| [Vec3::new(x, y, 0.0), Vec3::new(x, y, z)])
    });
    let sides = [-1.0, 1.0].map(|side: f32| {
        let x = side * (half + 0.5 * wall);
        // Cut off towards the lip.
        let profile = [
            [0.018, 0.0],
            [0.018, 0.012],
            [0.070, walls],
            [depth + wall, walls],
            [depth + wall, 0.0],
        ];
        let points = profile
            .into_iter()
            .flat_map(|[y, z]| [-0.5 * wall, 0.5 * wall].map(|thick| Vec3::new(x + thick, y, z)));
        Part::new(Shape::Hull { points: points.collect() }, Pose::IDENTITY, PLASTIC)
    });
    let grip = if walls > 0.05 {
        // A long upright handle for the tall one, a short flat one for the other.
        block([0.024, 0.014, 0.120], [0.0, depth + 0.008, walls + 0.020], PLASTIC)
    } else {
        block([0.030, 0.060, 0.012], [0.0, depth + 0.032, walls - 0.010], PLASTIC)
    };
    Body::fixed(name, pose)
        .with(Part::new(Shape::Hull { points: lip.collect() }, Pose::IDENTITY, PLASTIC))
        .with(block(
            [2.0 * edge, depth + wall - 0.018, floor],
            [0.0, 0.5 * (depth + wall + 0.018), 0.5 * floor],
            PLASTIC,
        ))
        .with(block([2.0 * edge, wall, walls], [0.0, depth + 0.5 * wall, 0.5 * walls], PLASTIC))
        .with_all(sides)
        .with(grip)
}

/// A crumb of 1 cm.
pub(crate) fn crumb(index: usize, pose: Pose) -> Body {
    Body::free(format!("dirt{index}"), pose, 0.003).rough(0.8).with(block(
        [0.01, 0.01, 0.01],
        [0.0, 0.0, 0.0],
        DIRT,
    ))
}
