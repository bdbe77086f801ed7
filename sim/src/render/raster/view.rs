//! Projection from the world to snapped pixel coordinates.

use super::scene::{MeshInstance, Points};
use crate::render::camera::Camera;
use crate::scene::frame::{Mat3, Vec3};

/// Largest width and height of an image, pixels; larger cameras are cut off there.
pub const MAX_SIDE: u32 = 4096;
/// Steps per pixel that vertices are snapped to.
pub(super) const STEPS: i32 = 256;

/// How far from the image's centre vertices may lie before their triangle is clipped, in steps.
/// Snapped coordinates then stay below 2^22, which [`snap`] and the scan conversion rely on.
const GUARD: f32 = 8192.0 * STEPS as f32;
/// Where such triangles are clipped: a little farther out, so that a vertex which needs no
/// clipping is never moved by rounding.
const CLIP_GUARD: f32 = 8200.0 * STEPS as f32;

/// Bits of [`Projected::code`]: on which side outside the image a vertex lies, …
const LEFT: u32 = 1;
const RIGHT: u32 = 2;
const ABOVE: u32 = 4;
const BELOW: u32 = 8;
/// … that it is nearer than the near plane, …
const BEHIND: u32 = 16;
/// … and that it cannot be snapped.
pub(super) const CLIP: u32 = 32;
/// A triangle whose three vertices share one of these bits is not in the image.
pub(super) const OUTSIDE: u32 = LEFT | RIGHT | ABOVE | BELOW | BEHIND;

/// A vertex in the image.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Projected {
    /// Column, in steps.
    pub(super) x: i32,
    /// Row, in steps.
    pub(super) y: i32,
    /// Inverse depth, 1/m.
    pub(super) inverse: f32,
    /// Where it lies.
    pub(super) code: u32,
}

/// A camera prepared for projecting.
pub(super) struct View {
    /// World to view, as rows; the first two are scaled to steps at depth 1 m.
    rows: [[f32; 4]; 3],
    /// Image centre, steps.
    centre: [f32; 2],
    /// Image size, steps.
    size: [f32; 2],
    /// Near and far plane, metres.
    depths: [f32; 2],
    /// Unit normals of the pyramid's sides: for each image axis, the components along that axis
    /// (per scaled unit) and against the view axis.
    sides: [[f32; 2]; 2],
}

impl View {
    /// Prepares a camera that is fixed in the world, for images of this size in pixels.
    pub(super) fn new(camera: &Camera, width: u32, height: u32) -> Self {
        let steps = STEPS as f32;
        let axes = Mat3::from_quat(camera.pose.rotation);
        let scale = camera.focal * steps;
        let row = |axis: Vec3, scale: f32| {
            let axis = axis * scale;
            [axis.x, axis.y, axis.z, -axis.dot(camera.pose.translation)]
        };
        let side = |middle: f32| {
            let length = libm::sqrtf(scale * scale + middle * middle);
            [1.0 / length, middle / length]
        };
        let size = [width as f32 * steps, height as f32 * steps];
        let centre = size.map(|length| 0.5 * length);
        Self {
            rows: [row(axes.x_axis, scale), row(axes.y_axis, scale), row(axes.z_axis, 1.0)],
            centre,
            size,
            // The near plane guards a division: keep it positive, whatever the camera says.
            depths: [camera.near.max(1e-4), camera.far],
            sides: centre.map(side),
        }
    }

    /// Whether an item's bounding sphere touches what the camera sees.
    pub(super) fn touches(&self, item: &MeshInstance) -> bool {
        let p = self.see(item.centre);
        let [near, far] = self.depths;
        let outside =
            |x: f32, [along, against]: [f32; 2]| x.abs() * along - p.z * against > item.radius;
        !(p.z + item.radius < near
            || p.z - item.radius > far
            || outside(p.x, self.sides[0])
            || outside(p.y, self.sides[1]))
    }

    /// A world point in the view's frame: x and y in steps at depth 1 m, z in metres.
    pub(super) fn see(&self, p: Vec3) -> Vec3 {
        let [x, y, z] = self.rows.map(|r| r[0] * p.x + r[1] * p.y + r[2] * p.z + r[3]);
        Vec3::new(x, y, z)
    }

    /// Projects a run of world points into `out`.
    pub(super) fn project(&self, [xs, ys, zs]: [&[f32]; 3], out: &mut Vec<Projected>) {
        out.resize(xs.len(), Projected::default());
        for (((out, &x), &y), &z) in out.iter_mut().zip(xs).zip(ys).zip(zs) {
            *out = self.projected(self.see(Vec3::new(x, y, z)));
        }
    }

    #[inline]
    fn projected(&self, p: Vec3) -> Projected {
        let inverse = 1.0 / p.z;
        let (right, down) = (p.x * inverse, p.y * inverse);
        let (x, y) = (self.centre[0] + right, self.centre[1] + down);
        let front = p.z >= self.depths[0];
        let sound = front & (right.abs() <= GUARD) & (down.abs() <= GUARD);
        let bit = |condition: bool, bit: u32| if condition { bit } else { 0 };
        let image = bit(x < 0.0, LEFT)
            | bit(x > self.size[0], RIGHT)
            | bit(y < 0.0, ABOVE)
            | bit(y > self.size[1], BELOW);
        let code = if sound { image } else { CLIP | bit(!front, BEHIND) };
        Projected { x: snap(x), y: snap(y), inverse, code }
    }

    /// Projects a point of a clipped triangle.
    pub(super) fn project_clipped(&self, p: Vec3) -> Projected {
        // The bounds hold but for rounding, and for points that were not finite.
        let inverse = 1.0 / p.z.max(self.depths[0]);
        let bound = |x: f32| {
            let x = x * inverse;
            if x.is_nan() { 0.0 } else { x.clamp(-CLIP_GUARD, CLIP_GUARD) }
        };
        let (x, y) = (self.centre[0] + bound(p.x), self.centre[1] + bound(p.y));
        Projected { x: snap(x), y: snap(y), inverse, code: 0 }
    }

    /// Planes that triangles are clipped against: a point is inside where the dot product with
    /// the vector, less the offset, is not negative.
    pub(super) fn planes(&self) -> [(Vec3, f32); 5] {
        [
            (Vec3::Z, self.depths[0]),
            (Vec3::new(1.0, 0.0, CLIP_GUARD), 0.0),
            (Vec3::new(-1.0, 0.0, CLIP_GUARD), 0.0),
            (Vec3::new(0.0, 1.0, CLIP_GUARD), 0.0),
            (Vec3::new(0.0, -1.0, CLIP_GUARD), 0.0),
        ]
    }
}

impl Points {
    /// The point at `index`.
    pub(super) fn at(&self, index: usize) -> Vec3 {
        Vec3::new(self.x[index], self.y[index], self.z[index])
    }
}

/// Rounds to the nearest integer; any number of magnitude below 2^22 is exact.
#[inline]
fn snap(x: f32) -> i32 {
    // Adding 1.5 * 2^23 leaves the integer in the low bits of the significand.
    const SHIFT: f32 = 12_582_912.0;
    ((x + SHIFT).to_bits() as i32).wrapping_sub(SHIFT.to_bits() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapping_rounds_to_nearest() {
        for (x, expected) in
            [(0.0, 0), (0.4, 0), (0.6, 1), (-0.6, -1), (-4e6, -4_000_000), (4e6, 4_000_000)]
        {
            assert_eq!(snap(x), expected);
        }
    }
}
