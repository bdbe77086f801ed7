//! Numbers of the Franka Panda: kinematic table, limits, placement, tool, gripper.

/// Joints of the arm, without the fingers.
pub const DOF: usize = 7;

/// A joint configuration of the arm in Franka's convention, rad.
pub type Joints = [f64; DOF];

/// One row of the modified (Craig) Denavit-Hartenberg table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DhRow {
    /// Link length a(i-1), m.
    pub a: f64,
    /// Link offset d(i), m.
    pub d: f64,
    /// Link twist alpha(i-1) in quarter turns, so that no trigonometry rounds it.
    pub quarter_turns: i8,
}

const fn row(a: f64, d: f64, quarter_turns: i8) -> DhRow {
    DhRow { a, d, quarter_turns }
}

/// Franka's published kinematic table, joints 1..7 (Franka's public specification).
pub const DH: [DhRow; DOF] = [
    row(0.0, 0.333, 0),
    row(0.0, 0.0, -1),
    row(0.0, 0.316, 1),
    row(0.0825, 0.0, 1),
    row(-0.0825, 0.384, -1),
    row(0.0, 0.0, 1),
    row(0.088, 0.0, 1),
];
/// Distance from frame 7 to the flange along z, m (Franka's public specification).
pub const FLANGE: f64 = 0.107;
/// Distance from the flange to the tip along z, m (measured in the published RLBench
/// data; the 1-2 mm lateral residue of that fit is left out so that the tip lies midway between the
/// fingers).
pub const TIP: f64 = 0.1104;
/// Rotation of the tip frame about the flange's z, rad (135 degrees, measured in the published
/// RLBench data).
pub const TIP_YAW: f64 = 0.75 * core::f64::consts::PI;

/// Position of the base frame in the world, m; no rotation (measured in the published RLBench
/// data).
pub const BASE: [f64; 3] = [-0.2684, -0.0063, 0.7496];
/// Home configuration, rad: the recorded 0, 10, 0, -50, 0, 70, 45 degrees with joint 4 shifted by
/// the 0.0698 rad between the recorder's zero and Franka's (measured in the published
/// RLBench data).
pub const HOME: Joints = [0.0, 0.1751, 0.0, -0.8033, 0.0, 1.2215, core::f64::consts::FRAC_PI_4];

/// Smallest joint values, rad (Franka's public specification).
pub const Q_MIN: Joints = [-2.8973, -1.7628, -2.8973, -3.0718, -2.8973, -0.0175, -2.8973];
/// Largest joint values, rad (Franka's public specification).
pub const Q_MAX: Joints = [2.8973, 1.7628, 2.8973, -0.0698, 2.8973, 3.7525, 2.8973];
/// Largest joint speeds, rad/s (Franka's public specification).
pub const SPEED_MAX: Joints = [2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61];
/// Largest joint accelerations, rad/s^2 (Franka's public specification).
pub const ACCELERATION_MAX: Joints = [15.0, 7.5, 10.0, 12.5, 15.0, 20.0, 20.0];
/// Largest joint torques, N m (Franka's public specification).
pub const TORQUE_MAX: Joints = [87.0, 87.0, 87.0, 87.0, 12.0, 12.0, 12.0];

/// Travel of each finger from closed, m (RLBench).
pub const FINGER_TRAVEL: f32 = 0.04;
/// Largest force of each finger, N (RLBench).
pub const FINGER_FORCE: f32 = 20.0;
/// Largest finger speed, m/s (RLBench).
pub const FINGER_SPEED: f32 = 0.2;
