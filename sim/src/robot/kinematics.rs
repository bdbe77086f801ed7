//! Forward kinematics: joint angles to link frames, tip pose and tip Jacobian.

use crate::scene::frame::{DMat3, DPose3, DQuat, DVec3};

use super::panda::{BASE, DH, DOF, FLANGE, Joints, TIP, TIP_YAW};

/// Joint frames 1..7 and the flange.
pub const FRAMES: usize = DOF + 1;

/// Rows of the Jacobian: linear velocity x, y, z (m/rad), then angular velocity x, y, z (rad/rad).
pub type Jacobian = [[f64; DOF]; 6];

/// Rotation and origin of one frame in the base frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Columns are the frame's axes.
    pub(crate) axes: DMat3,
    /// Origin, m.
    pub(crate) origin: DVec3,
}

/// Base frame in the world.
pub fn base() -> DPose3 {
    DPose3::from_translation(DVec3::from_array(BASE))
}

/// Rotation of the tip frame in the flange frame.
pub(crate) fn tip_yaw() -> DQuat {
    let (sin, cos) = libm::sincos(0.5 * TIP_YAW);
    DQuat::from_xyzw(0.0, 0.0, sin, cos)
}

/// Frames 1..7 of Franka's table in the base frame; frame i turns about its own z by joint i.
pub(crate) fn chain(joints: &Joints) -> [Frame; DOF] {
    let mut frame = Frame { axes: DMat3::IDENTITY, origin: DVec3::ZERO };
    let mut frames = [frame; DOF];
    for ((slot, row), angle) in frames.iter_mut().zip(&DH).zip(joints) {
        let x = frame.axes.x_axis;
        let (y, z) = match row.quarter_turns {
            1 => (frame.axes.z_axis, -frame.axes.y_axis),
            -1 => (-frame.axes.z_axis, frame.axes.y_axis),
            _ => (frame.axes.y_axis, frame.axes.z_axis),
        };
        let (sin, cos) = libm::sincos(*angle);
        frame.axes = DMat3::from_cols(x * cos + y * sin, y * cos - x * sin, z);
        frame.origin += x * row.a + z * row.d;
        *slot = frame;
    }
    frames
}

/// Position of the tip in the base frame, m, from the chain's last frame.
pub(crate) fn tip_point(last: &Frame) -> DVec3 {
    last.origin + last.axes.z_axis * (FLANGE + TIP)
}

/// Jacobian of the tip from the chain's frames; axes of base and world agree.
pub(crate) fn chain_jacobian(frames: &[Frame; DOF]) -> Jacobian {
    let tip = tip_point(&frames[DOF - 1]);
    let mut jacobian = [[0.0; DOF]; 6];
    for (j, frame) in frames.iter().enumerate() {
        let axis = frame.axes.z_axis;
        let linear = axis.cross(tip - frame.origin);
        for (k, value) in linear.to_array().into_iter().chain(axis.to_array()).enumerate() {
            jacobian[k][j] = value;
        }
    }
    jacobian
}

/// Frames of joints 1..7 and of the flange in the base frame (m), in that order.
pub fn link_frames(joints: &Joints) -> [DPose3; FRAMES] {
    let frames = chain(joints);
    core::array::from_fn(|i| {
        let frame = &frames[i.min(DOF - 1)];
        let beyond = if i == DOF { FLANGE } else { 0.0 };
        DPose3::from_parts(
            frame.origin + frame.axes.z_axis * beyond,
            DQuat::from_mat3(&frame.axes).normalize(),
        )
    })
}

/// Pose of the tip (between the finger tips) in the world, m.
pub fn tip(joints: &Joints) -> DPose3 {
    let last = chain(joints)[DOF - 1];
    DPose3::from_parts(
        DVec3::from_array(BASE) + tip_point(&last),
        (DQuat::from_mat3(&last.axes) * tip_yaw()).normalize(),
    )
}

/// Geometric Jacobian of the tip in world axes.
pub fn jacobian(joints: &Joints) -> Jacobian {
    chain_jacobian(&chain(joints))
}

/// Whether every joint is finite and inside its limits (rad), edges included.
pub fn within_limits(joints: &Joints) -> bool {
    use super::panda::{Q_MAX, Q_MIN};
    (0..DOF).all(|j| joints[j] >= Q_MIN[j] && joints[j] <= Q_MAX[j])
}

/// Euclidean distance between two configurations, rad.
pub fn distance(a: &Joints, b: &Joints) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// Largest single-joint difference between two configurations, rad.
pub fn largest_change(a: &Joints, b: &Joints) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// The configuration a fraction `t` (0..1) of the way from `a` to `b`.
pub fn between(a: &Joints, b: &Joints, t: f64) -> Joints {
    core::array::from_fn(|j| a[j] + (b[j] - a[j]) * t)
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::robot::panda::{HOME, Q_MAX, Q_MIN};

    type Matrix = [[f64; 4]; 4];

    fn times(a: &Matrix, b: &Matrix) -> Matrix {
        core::array::from_fn(|i| core::array::from_fn(|j| (0..4).map(|k| a[i][k] * b[k][j]).sum()))
    }

    /// The textbook transform of one row of a modified Denavit-Hartenberg table.
    fn craig(a: f64, d: f64, alpha: f64, theta: f64) -> Matrix {
        let ((sa, ca), (st, ct)) = (libm::sincos(alpha), libm::sincos(theta));
        [
            [ct, -st, 0.0, a],
            [st * ca, ct * ca, -sa, -d * sa],
            [st * sa, ct * sa, ca, d * ca],
            [0.0, 0.0, 0.0, 1.0],
        ]
    }

    fn reference(q: &Joints) -> Vec<Matrix> {
        let h = core::f64::consts::FRAC_PI_2;
        let rows = [
            craig(0.0, 0.333, 0.0, q[0]),
            craig(0.0, 0.0, -h, q[1]),
            craig(0.0, 0.316, h, q[2]),
            craig(0.0825, 0.0, h, q[3]),
            craig(-0.0825, 0.384, -h, q[4]),
            craig(0.0, 0.0, h, q[5]),
            craig(0.088, 0.0, h, q[6]),
            craig(0.0, 0.107, 0.0, 0.0),
        ];
        let mut out = vec![rows[0]];
        for row in &rows[1..] {
            out.push(times(&out[out.len() - 1], row));
        }
        out
    }

    fn random(rng: &mut ChaCha8Rng) -> Joints {
        core::array::from_fn(|j| rng.random_range(Q_MIN[j]..Q_MAX[j]))
    }

    #[test]
    fn frames_agree_with_a_product_of_matrices() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..200 {
            let q = random(&mut rng);
            for (frame, matrix) in link_frames(&q).iter().zip(reference(&q)) {
                for axis in 0..3 {
                    let column = frame.rotation * DVec3::AXES[axis];
                    for row in 0..3 {
                        assert!((column[row] - matrix[row][axis]).abs() < 1e-9);
                        assert!((frame.translation[row] - matrix[row][3]).abs() < 1e-9);
                    }
                }
            }
        }
    }

    #[test]
    fn tip_agrees_with_numbers_worked_out_elsewhere() {
        // Joint vectors; tip position and z axis in the world, from a separate script.
        #[rustfmt::skip]
        let cases: [(Joints, [f64; 3], [f64; 3]); 5] = [
            ([0.0, 0.1751, 0.0, -0.8033, 0.0, 1.2215, 0.7], [0.278136, -0.006300, 1.472420], [0.240713, -0.000000, -0.970596]),
            ([0.0, 0.0, 0.0, -1.5, 0.0, 1.5, 0.0], [0.279302, -0.006300, 1.290656], [0.000000, -0.000000, -1.000000]),
            ([0.5, -0.4, 0.3, -2.0, 0.7, 1.9, -0.6], [-0.016743, 0.440446, 1.314325], [-0.158506, 0.574610, -0.802932]),
            ([-1.2, 1.0, 2.0, -1.0, -2.0, 3.0, 2.5], [0.347848, -0.231777, 1.695941], [0.864612, -0.065719, 0.498124]),
            ([2.5, -1.5, -1.0, -2.8, 1.5, 0.2, -2.0], [-0.084456, -0.005253, 1.318230], [0.499117, -0.865246, 0.047248]),
        ];
        for (q, position, z) in cases {
            let pose = tip(&q);
            assert!((pose.translation - DVec3::from_array(position)).length() < 1e-5, "{pose:?}");
            assert!((pose.rotation * DVec3::Z - DVec3::from_array(z)).length() < 1e-5, "{pose:?}");
        }
    }

    #[test]
    fn home_tip_is_where_the_recordings_have_it() {
        let pose = tip(&HOME);
        let expected = DVec3::new(0.2781, -0.0063, 1.4724);
        assert!((pose.translation - expected).length() < 5e-4, "{pose:?}");
        let tilt = libm::acos(-(pose.rotation * DVec3::Z).z).to_degrees();
        assert!((tilt - 13.9).abs() < 0.1, "{tilt}");
        // The recorded quaternion (0, 0.9927, 0, 0.1209), up to sign.
        let recorded = DQuat::from_xyzw(0.0, 0.9927, 0.0, 0.1209).normalize();
        assert!(pose.rotation.dot(recorded).abs() > 0.9999, "{pose:?}");
    }

    #[test]
    fn jacobian_agrees_with_finite_differences() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        for _ in 0..50 {
            let q = random(&mut rng);
            let exact = jacobian(&q);
            for j in 0..DOF {
                let h = 1e-6;
                let (mut low, mut high) = (q, q);
                low[j] -= h;
                high[j] += h;
                let (low, high) = (tip(&low), tip(&high));
                let linear = (high.translation - low.translation) / (2.0 * h);
                let turn = high.rotation * low.rotation.conjugate();
                let turn = if turn.w < 0.0 { -turn } else { turn };
                let angular = turn.xyz() / h;
                for k in 0..3 {
                    assert!((exact[k][j] - linear[k]).abs() < 1e-6);
                    assert!((exact[k + 3][j] - angular[k]).abs() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn limits_reject_what_is_not_a_number() {
        assert!(within_limits(&HOME));
        assert!(!within_limits(&[f64::NAN; DOF]));
        assert!(!within_limits(&[0.0; DOF]), "joint 4 cannot be straight");
    }
}
