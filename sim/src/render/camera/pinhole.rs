//! Pinhole cameras: projection and back-projection.
//!
//! A camera's own frame has x to the image's right, y down and z along the view. Image
//! coordinates are continuous, in pixels, from the top left corner: the centre of pixel
//! (column i, row j) lies at (i + 0.5, j + 0.5). Depth is measured along the view axis, not
//! along the ray.

use serde::{Deserialize, Serialize};

use crate::scene::frame::{Mat3, Pose, Quat, Vec3};

/// Nearest depth that a camera sees, metres (published RLBench camera calibration).
pub const NEAR: f32 = 0.01;

/// What a camera is fixed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mount {
    /// The world: `pose` is camera to world.
    World,
    /// The gripper's tip: `pose` is camera to tip.
    Tip,
}

/// A pinhole camera with square pixels and its principal point at the image's centre.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// Unique name.
    pub name: String,
    /// What `pose` refers to.
    pub mount: Mount,
    /// Camera to mount; x right, y down, z along the view.
    pub pose: Pose,
    /// Image width, pixels (default 128).
    pub width: u32,
    /// Image height, pixels (default 128).
    pub height: u32,
    /// Focal length, pixels.
    pub focal: f32,
    /// Nearest visible depth, metres (default 0.01).
    pub near: f32,
    /// Farthest visible depth, metres; pixels that see nothing carry this depth.
    pub far: f32,
}

impl Camera {
    /// A camera in the world at `eye` looking at `target`, level with the horizon.
    ///
    /// `fov` is the vertical field of view in degrees; near 0.01 m, far 10 m. Looking straight up
    /// or down, the image's top points along world x.
    pub fn look_at(
        name: impl Into<String>,
        eye: Vec3,
        target: Vec3,
        fov: f32,
        width: u32,
        height: u32,
    ) -> Self {
        let forward = (target - eye).try_normalize().unwrap_or(Vec3::X);
        let level = forward.cross(Vec3::Z).try_normalize();
        let right = level.unwrap_or_else(|| forward.cross(Vec3::X).normalize_or(Vec3::Y));
        let axes = Mat3::from_cols(right, forward.cross(right), forward);
        Self {
            name: name.into(),
            mount: Mount::World,
            pose: Pose::from_parts(eye, Quat::from_mat3(&axes).normalize()),
            width,
            height,
            focal: focal(fov, height),
            near: NEAR,
            far: 10.0,
        }
    }

    /// The same view at another size, pixels; everything seen before is still seen.
    #[must_use]
    pub fn resized(self, width: u32, height: u32) -> Self {
        let scale = |new: u32, old: u32| new as f32 / old.max(1) as f32;
        let factor = scale(width, self.width).min(scale(height, self.height));
        Self { width, height, focal: self.focal * factor, ..self }
    }

    /// The same camera fixed in the world, given where the tip is now.
    #[must_use]
    pub fn resolved(&self, tip: Pose) -> Self {
        let pose = match self.mount {
            Mount::World => self.pose,
            Mount::Tip => tip * self.pose,
        };
        Self { mount: Mount::World, pose, ..self.clone() }
    }

    /// Principal point, pixels: the image's centre.
    pub fn centre(&self) -> [f32; 2] {
        [0.5 * self.width as f32, 0.5 * self.height as f32]
    }

    /// Column, row (pixels) and depth (metres) of a point given in the mount's frame.
    ///
    /// None when the point is nearer than `near`. The pixel may lie outside the image.
    pub fn project(&self, point: Vec3) -> Option<(f32, f32, f32)> {
        let p = self.pose.inverse_transform_point(point);
        let [cx, cy] = self.centre();
        let scale = self.focal / p.z;
        (p.z >= self.near).then_some((cx + p.x * scale, cy + p.y * scale, p.z))
    }

    /// The point in the mount's frame seen at column `u`, row `v` (pixels) and `depth` (metres).
    pub fn unproject(&self, u: f32, v: f32, depth: f32) -> Vec3 {
        let [cx, cy] = self.centre();
        let scale = depth / self.focal;
        self.pose.transform_point(Vec3::new((u - cx) * scale, (v - cy) * scale, depth))
    }

    /// Whether a projected pixel and depth lie inside the image and not beyond `far`.
    pub fn sees(&self, point: Vec3) -> bool {
        self.project(point).is_some_and(|(u, v, depth)| {
            let inside = |x: f32, size: u32| (0.0..size as f32).contains(&x);
            inside(u, self.width) && inside(v, self.height) && depth <= self.far
        })
    }
}

/// Focal length in pixels of a field of view of `fov` degrees across `size` pixels.
pub(super) fn focal(fov: f32, size: u32) -> f32 {
    0.5 * size as f32 / libm::tanf(0.5 * fov.to_radians())
}

#[cfg(test)]
mod tests {
    use super::super::rlbench_cameras;
    use super::*;
    use crate::scene::frame::down;

    #[test]
    fn unproject_undoes_project() {
        let tip = Pose::from_parts(Vec3::new(0.3, 0.1, 1.0), down(0.4));
        for camera in rlbench_cameras().map(|c| c.resolved(tip)) {
            for (u, v, depth) in [(0.5, 0.5, 0.7), (127.5, 3.0, 2.0), (60.0, 100.0, 1.3)] {
                let (a, b, c) = camera.project(camera.unproject(u, v, depth)).unwrap();
                assert!((a - u).abs() < 1e-3 && (b - v).abs() < 1e-3 && (c - depth).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn look_at_centres_its_target_and_resizing_keeps_the_view() {
        for eye in [Vec3::new(1.0, 2.0, 3.0), Vec3::new(0.2, 0.1, 4.0), Vec3::ZERO] {
            let target = Vec3::new(0.2, 0.1, 0.5);
            let camera = Camera::look_at("any", eye, target, 45.0, 64, 32);
            let big = camera.clone().resized(256, 128);
            let (u, v, _) = camera.project(target).unwrap();
            assert!((u - 32.0).abs() < 1e-3 && (v - 16.0).abs() < 1e-3);
            let side = target + Vec3::new(0.03, 0.02, 0.01);
            let (u, v, _) = camera.project(side).unwrap();
            let (x, y, _) = big.project(side).unwrap();
            assert!((4.0 * u - x).abs() < 1e-3 && (4.0 * v - y).abs() < 1e-3);
        }
    }
}
