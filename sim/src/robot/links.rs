//! What the arm is made of: primitive parts per link that resemble the real Panda, and masses.
//!
//! Part poses are in the link's own joint frame (z is the joint axis, modified Denavit-Hartenberg);
//! the hand's parts belong to link 7. Sizes are our own, read off the robot's silhouette.

use super::panda::{FLANGE, TIP, TIP_YAW};
use crate::scene::frame::{Pose, Quat, Vec3, about, at, z_to_y};
use crate::scene::shape::{Part, Rgb, Shape};

/// Base, seven links (the seventh carries the hand) and two fingers.
pub const LINKS: usize = 10;
/// Index of the link that carries the hand.
pub const HAND: usize = 7;
/// Indices of the two fingers: the first moves along the tip's +y, the second along -y.
pub const FINGERS: [usize; 2] = [8, 9];

/// Mass of each link, kg: close to published identifications of the real arm; a finger weighs
/// 0.1 kg because lighter ones sink into what they hold.
pub const MASS: [f32; LINKS] = [2.9, 3.0, 2.6, 2.6, 2.5, 2.3, 1.6, 1.2, 0.1, 0.1];

/// From the flange to the origin of the finger frames along the tip's z, m.
pub const KNUCKLE: f32 = 0.0584;
/// How far the pads reach beyond the tip, m.
pub const PAD_OVERHANG: f32 = 0.001;

const SHELL: Rgb = [0.80, 0.81, 0.83];
const JOINT: Rgb = [0.30, 0.32, 0.36];
const METAL: Rgb = [0.55, 0.56, 0.58];
const PAD: Rgb = [0.08, 0.08, 0.09];

/// The tip-oriented hand frame at the flange, in link 7.
pub fn hand_in_link() -> Pose {
    Pose::from_parts(Vec3::new(0.0, 0.0, FLANGE as f32), about(Vec3::Z, TIP_YAW as f32))
}

/// The tip in link 7.
pub fn tip_in_link() -> Pose {
    hand_in_link() * at(0.0, 0.0, TIP as f32)
}

/// The parts of one link.
pub fn parts(link: usize) -> Vec<Part> {
    match link {
        0 => vec![
            solid(Shape::cylinder(0.085, 0.14), at(0.0, 0.0, 0.07), SHELL),
            solid(Shape::cuboid(0.13, 0.16, 0.10), at(-0.08, 0.0, 0.05), SHELL),
            solid(Shape::cylinder(0.070, 0.02), at(0.0, 0.0, 0.145), JOINT),
        ],
        1 => vec![
            bone([0.0, 0.0, -0.170], [0.0, 0.0, -0.02], 0.062, SHELL),
            bone([0.0, -0.055, 0.0], [0.0, 0.055, 0.0], 0.062, SHELL),
        ],
        2 => vec![
            bone([0.0, 0.0, -0.055], [0.0, 0.0, 0.055], 0.061, JOINT),
            bone([0.0, -0.02, 0.0], [0.0, -0.185, 0.0], 0.061, SHELL),
        ],
        3 => vec![
            bone([0.0, 0.0, -0.115], [0.0, 0.0, -0.045], 0.060, JOINT),
            bone([0.015, 0.0, -0.03], [0.0825, 0.0, 0.0], 0.055, SHELL),
            bone([0.0825, -0.05, 0.0], [0.0825, 0.05, 0.0], 0.055, SHELL),
        ],
        4 => vec![
            bone([0.0, 0.0, -0.05], [0.0, 0.0, 0.05], 0.054, JOINT),
            bone([-0.01, 0.01, 0.0], [-0.0825, 0.09, 0.0], 0.052, SHELL),
        ],
        5 => vec![
            bone([0.0, 0.0, -0.270], [0.0, 0.0, -0.200], 0.054, SHELL),
            bone([0.0, 0.065, -0.190], [0.0, 0.080, -0.030], 0.030, SHELL),
            bone([0.0, 0.045, -0.020], [0.0, -0.020, 0.0], 0.050, SHELL),
        ],
        6 => vec![
            bone([0.0, 0.0, -0.045], [0.0, 0.0, 0.035], 0.048, JOINT),
            bone([0.03, 0.0, 0.0], [0.088, 0.0, 0.0], 0.046, SHELL),
        ],
        HAND => hand(),
        finger => self::finger(if finger == FINGERS[0] { 1.0 } else { -1.0 }),
    }
}

fn hand() -> Vec<Part> {
    let frame = hand_in_link();
    vec![
        bone([0.0, 0.0, -0.02], [0.0, 0.0, 0.05], 0.044, SHELL),
        solid(Shape::cylinder(0.032, 0.05), at(0.0, 0.0, FLANGE as f32 - 0.025), METAL),
        // The hand proper: a flat box, wide along the fingers' axis.
        solid(Shape::cuboid(0.05, 0.20, 0.045), frame * at(0.0, 0.0, 0.0235), SHELL),
        solid(Shape::cuboid(0.045, 0.17, 0.012), frame * at(0.0, 0.0, 0.052), JOINT),
    ]
}

/// A finger in its own frame: origin where the closed pads meet, z towards the tip.
fn finger(side: f32) -> Vec<Part> {
    let end = TIP as f32 - KNUCKLE + PAD_OVERHANG;
    let pad = 0.022;
    vec![
        solid(Shape::cuboid(0.020, 0.016, 0.024), at(0.0, side * 0.017, 0.012), METAL),
        solid(
            Shape::cuboid(0.018, 0.011, end - pad - 0.010),
            at(0.0, side * 0.0105, (end - pad + 0.010) * 0.5),
            METAL,
        ),
        solid(Shape::cuboid(0.018, 0.010, pad), at(0.0, side * 0.005, end - 0.5 * pad), PAD),
    ]
}

fn solid(shape: Shape, pose: Pose, color: Rgb) -> Part {
    Part::new(shape, pose, color)
}

/// A capsule between two points.
fn bone(from: [f32; 3], to: [f32; 3], radius: f32, color: Rgb) -> Part {
    let (from, to) = (Vec3::from(from), Vec3::from(to));
    let along = to - from;
    let turn = if along.x == 0.0 && along.z == 0.0 {
        z_to_y()
    } else {
        Quat::from_rotation_arc(Vec3::Z, along.normalize_or(Vec3::Z))
    };
    let pose = Pose::from_parts(0.5 * (from + to), turn);
    Part::new(Shape::capsule(radius, along.length()), pose, color)
}
