//! Round vessels open at the top, such as cups and mugs, made of convex parts.

use core::f32::consts::PI;

use crate::scene::frame::{Pose, Vec3};
use crate::scene::shape::{Part, Rgb, Shape};

/// Flat faces around a vessel: few enough for physics, many enough to look round.
pub(crate) const FACES: u8 = 12;

/// A tapered vessel with a flat floor, standing on its origin, open towards +z. Lengths in metres;
/// the middle of a face looks along +x.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Vessel {
    /// Outer radius at the bottom, to the corners.
    pub(crate) bottom: f32,
    /// Outer radius at the rim, to the corners.
    pub(crate) top: f32,
    /// Height of the rim.
    pub(crate) height: f32,
    /// Thickness of the wall.
    pub(crate) wall: f32,
    /// Height of the inner floor.
    pub(crate) floor: f32,
}

impl Vessel {
    /// The floor and the wall's pieces.
    pub(crate) fn parts(&self, color: Rgb) -> Vec<Part> {
        let base = [0.0, self.floor].map(|z| (0..FACES).map(move |k| self.corner(k, z, 0.0)));
        let floor = base.into_iter().flatten().collect();
        let wall = (0..FACES).map(|k| {
            let ends =
                [(k, self.floor), (k + 1, self.floor), (k, self.height), (k + 1, self.height)];
            let sides = [0.0, self.wall];
            ends.iter().flat_map(|&(k, z)| sides.map(|depth| self.corner(k, z, depth))).collect()
        });
        let hull = |points| Part::new(Shape::Hull { points }, Pose::IDENTITY, color);
        core::iter::once(floor).chain(wall).map(hull).collect()
    }

    /// Distance from the axis to the middle of the wall, in the middle of a face at height `z`.
    pub(crate) fn middle(&self, z: f32) -> f32 {
        self.radius(z) * libm::cosf(Self::half_face()) - 0.5 * self.wall
    }

    fn radius(&self, z: f32) -> f32 {
        self.bottom + (self.top - self.bottom) * z / self.height
    }

    /// Corner `k` at height `z`, `depth` inside the outer surface.
    fn corner(&self, k: u8, z: f32, depth: f32) -> Vec3 {
        let half = Self::half_face();
        let (s, c) = libm::sincosf(half * (2.0 * f32::from(k) + 1.0));
        let r = self.radius(z) - depth / libm::cosf(half);
        Vec3::new(r * c, r * s, z)
    }

    fn half_face() -> f32 {
        PI / f32::from(FACES)
    }
}
