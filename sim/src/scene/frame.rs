//! World conventions: types for poses, the table, the workspace and the tool-down pose.

pub use glamx::{DMat3, DPose3, DQuat, DVec3, Mat3, Pose3, Quat, Vec2, Vec3};

use core::f32::consts::{FRAC_1_SQRT_2, PI};

/// A rigid transform in f32 (`rotation`, `translation`), the type physics and cameras speak.
pub type Pose = Pose3;

/// Height of the visible table top, metres (measured in the published RLBench data).
pub const TABLE_TOP: f32 = 0.750;
/// Centre of the spawn plane, world xy in metres (RLBench).
pub const WORKSPACE_CENTRE: [f32; 2] = [0.25, 0.0];
/// Half extents of the spawn plane, metres: x -0.075..0.575, y -0.455..0.455 (RLBench).
pub const WORKSPACE_HALF: [f32; 2] = [0.325, 0.455];
/// Lower corner of the legal action box, exclusive, metres (RLBench).
pub const ACTION_MIN: [f32; 3] = [-0.275, -0.655, 0.752];
/// Upper corner of the legal action box, exclusive, metres (RLBench).
pub const ACTION_MAX: [f32; 3] = [0.775, 0.655, 1.752];
/// Standard gravity along -z, m/s^2.
pub const GRAVITY: f32 = 9.81;

/// Rotation by `angle` radians about world z.
pub fn yaw(angle: f32) -> Quat {
    about(Vec3::Z, angle)
}

/// Rotation by `angle` radians about the unit vector `axis`, through libm.
pub fn about(axis: Vec3, angle: f32) -> Quat {
    let (s, c) = libm::sincosf(0.5 * angle);
    Quat::from_xyzw(axis.x * s, axis.y * s, axis.z * s, c)
}

/// Tool-down orientation with heading `psi`: Rz(psi) * Rx(pi), fingers moving along psi + 90 deg.
pub fn down(psi: f32) -> Quat {
    yaw(psi) * about(Vec3::X, PI)
}

/// A pose from a position alone.
pub fn at(x: f32, y: f32, z: f32) -> Pose {
    Pose::from_translation(Vec3::new(x, y, z))
}

/// Quarter turn about y: carries z onto x. Handy for laying cylinders down.
pub fn z_to_x() -> Quat {
    Quat::from_xyzw(0.0, FRAC_1_SQRT_2, 0.0, FRAC_1_SQRT_2)
}

/// Quarter turn about x: carries z onto -y.
pub fn z_to_y() -> Quat {
    Quat::from_xyzw(FRAC_1_SQRT_2, 0.0, 0.0, FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn down_matches_the_published_quaternion() {
        // From the published data: (-0.949, 0.316, 0, 0) is Down(-36.9 deg), up to sign.
        let q = down(-36.9_f32.to_radians());
        let expected = Quat::from_xyzw(-0.949, 0.316, 0.0, 0.0).normalize();
        assert!(q.dot(expected).abs() > 0.9999, "{q:?}");
    }

    #[test]
    fn quarter_turns_carry_the_axes() {
        assert!((z_to_x() * Vec3::Z - Vec3::X).length() < 1e-6);
        assert!((z_to_y() * Vec3::Z + Vec3::Y).length() < 1e-6);
    }
}
