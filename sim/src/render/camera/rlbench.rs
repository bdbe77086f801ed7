//! The five cameras of the published benchmark.

use super::pinhole::{Camera, Mount, NEAR, focal};
use crate::scene::frame::{Mat3, Pose, Quat, Vec3};

/// Width and height of the published images, pixels.
pub const SIDE: u32 = 128;

/// The five published cameras at 128 x 128: left shoulder, right shoulder, overhead, front, wrist.
///
/// Source: published RLBench camera calibration. Its matrices are rotations by whole degrees
/// (10, 25, 65, 5), which is how they are written here; their first column points to the image's
/// left and their second one up, so both are negated to reach this module's frame.
pub fn rlbench_cameras() -> [Camera; 5] {
    let fixed = |name: &str, eye: [f32; 3], heading: f32, down: f32, far| Camera {
        name: name.to_owned(),
        mount: Mount::World,
        pose: Pose::from_parts(Vec3::from(eye), facing(heading, down)),
        width: SIDE,
        height: SIDE,
        focal: focal(40.0, SIDE),
        near: NEAR,
        far,
    };
    let (s, c) = libm::sincosf(5_f32.to_radians());
    let wrist = Mat3::from_cols(-Vec3::Y, Vec3::new(c, 0.0, -s), Vec3::new(s, 0.0, c));
    [
        fixed("left_shoulder", [-0.175, 0.2, 1.98], -10.0, 65.0, 3.2),
        fixed("right_shoulder", [-0.175, -0.2, 1.98], 10.0, 65.0, 3.2),
        fixed("overhead", [-0.175, 0.0, 2.43], 0.0, 65.0, 3.3),
        fixed("front", [1.35, 0.0, 1.58], 180.0, 25.0, 4.5),
        Camera {
            name: "wrist".to_owned(),
            mount: Mount::Tip,
            pose: Pose::from_parts(Vec3::new(-0.05, 0.002, -0.0921), Quat::from_mat3(&wrist)),
            width: SIDE,
            height: SIDE,
            focal: focal(60.0, SIDE),
            near: NEAR,
            far: 3.5,
        },
    ]
}

/// Orientation of a level camera: view turned by `heading` degrees about z, from +x, and
/// lowered by `down` degrees.
fn facing(heading: f32, down: f32) -> Quat {
    let (sh, ch) = libm::sincosf(heading.to_radians());
    let (sd, cd) = libm::sincosf(down.to_radians());
    let right = Vec3::new(sh, -ch, 0.0);
    let forward = Vec3::new(ch * cd, sh * cd, -sd);
    Quat::from_mat3(&Mat3::from_cols(right, forward.cross(right), forward)).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::frame::{TABLE_TOP, WORKSPACE_CENTRE, down};

    fn close(a: Vec3, b: Vec3, tolerance: f32) {
        assert!((a - b).length() < tolerance, "{a} is not {b}");
    }

    /// Columns of the published rotation matrices: image left, image up, view.
    #[test]
    fn axes_match_the_published_matrices() {
        let published = [
            [[0.1736, 0.9848, 0.0], [0.8925, -0.1574, 0.4226], [0.4162, -0.0734, -0.9063]],
            [[-0.1736, 0.9848, 0.0], [0.8925, 0.1574, 0.4226], [0.4162, 0.0734, -0.9063]],
            [[0.0, 1.0, 0.0], [0.9063, 0.0, 0.4226], [0.4226, 0.0, -0.9063]],
            [[0.0, -1.0, 0.0], [-0.4226, 0.0, 0.9063], [-0.9063, 0.0, -0.4226]],
            [[0.0, 1.0, 0.0], [-0.99619, 0.0, 0.08716], [0.08716, 0.0, 0.99619]],
        ];
        for (camera, [left, up, view]) in rlbench_cameras().iter().zip(published) {
            close(camera.pose.rotation * -Vec3::X, Vec3::from(left), 1e-4);
            close(camera.pose.rotation * -Vec3::Y, Vec3::from(up), 1e-4);
            close(camera.pose.rotation * Vec3::Z, Vec3::from(view), 1e-4);
        }
        assert!((rlbench_cameras()[0].focal - 175.8386).abs() < 1e-3);
        assert!((rlbench_cameras()[4].focal - 110.8512).abs() < 1e-3);
    }

    #[test]
    fn a_table_corner_projects_where_it_should() {
        // Front camera at (1.35, 0, 1.58), table corner at (1.11, 0.55, 0.75), by hand:
        // offset (-0.24, 0.55, -0.83); depth = 0.24 * 0.90631 + 0.83 * 0.42262 = 0.56829;
        // facing -x, the image's right is +y, so right = 0.55;
        // down = 0.83 * 0.90631 - 0.24 * 0.42262 = 0.65081.
        let front = &rlbench_cameras()[3];
        let (u, v, depth) = front.project(Vec3::new(1.11, 0.55, TABLE_TOP)).unwrap();
        assert!((depth - 0.56829).abs() < 1e-4, "{depth}");
        assert!((u - (64.0 + 175.8386 * 0.55 / 0.56829)).abs() < 0.02, "{u}");
        assert!((v - (64.0 + 175.8386 * 0.65081 / 0.56829)).abs() < 0.02, "{v}");
    }

    #[test]
    fn all_cameras_see_the_workspace() {
        let [x, y] = WORKSPACE_CENTRE;
        let centre = Vec3::new(x, y, TABLE_TOP);
        let tip = Pose::from_parts(centre + Vec3::new(0.0, 0.0, 0.3), down(0.0));
        for camera in rlbench_cameras() {
            assert!(camera.resolved(tip).sees(centre), "{}", camera.name);
        }
        let wrist = rlbench_cameras()[4].resolved(tip);
        assert!((wrist.pose.rotation * Vec3::Z).dot(tip.rotation * Vec3::Z) > 0.99);
    }

    #[test]
    fn the_robots_left_is_on_the_left_of_the_shoulder_views() {
        for camera in &rlbench_cameras()[..3] {
            let (left, ..) = camera.project(Vec3::new(0.25, 0.2, 0.75)).unwrap();
            let (right, ..) = camera.project(Vec3::new(0.25, -0.2, 0.75)).unwrap();
            assert!(left < right, "{}", camera.name);
        }
    }
}
