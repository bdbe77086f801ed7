//! Shapes and parts: the one vocabulary that physics touches and cameras see.

use serde::{Deserialize, Serialize};

use crate::scene::frame::{Pose, Vec3};

/// Linear RGB colour, each channel in 0..=1.
pub type Rgb = [f32; 3];

/// A convex solid centred on its own origin. Lengths in metres.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// Box with the given half extents.
    Box {
        /// Half extents along x, y, z.
        half: Vec3,
    },
    /// Sphere.
    Sphere {
        /// Radius.
        radius: f32,
    },
    /// Cylinder along z.
    Cylinder {
        /// Radius.
        radius: f32,
        /// Half of its height.
        half_height: f32,
    },
    /// Capsule along z; the hemispheres lie beyond `half_height`.
    Capsule {
        /// Radius.
        radius: f32,
        /// Half of the distance between the hemisphere centres.
        half_height: f32,
    },
    /// Convex hull of the given points.
    Hull {
        /// At least four points that do not lie in one plane.
        points: Vec<Vec3>,
    },
}

impl Shape {
    /// A box from full edge lengths.
    pub fn cuboid(x: f32, y: f32, z: f32) -> Self {
        Self::Box { half: Vec3::new(x, y, z) * 0.5 }
    }

    /// A cylinder along z from radius and full height.
    pub fn cylinder(radius: f32, height: f32) -> Self {
        Self::Cylinder { radius, half_height: 0.5 * height }
    }

    /// A capsule along z whose hemisphere centres are `length` apart.
    pub fn capsule(radius: f32, length: f32) -> Self {
        Self::Capsule { radius, half_height: 0.5 * length }
    }

    /// A sphere.
    pub fn sphere(radius: f32) -> Self {
        Self::Sphere { radius }
    }
}

/// A coloured shape at a pose inside its body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The solid.
    pub shape: Shape,
    /// Pose in the body's frame.
    pub pose: Pose,
    /// Colour.
    pub color: Rgb,
    /// Whether physics touches it (default true).
    pub solid: bool,
    /// Whether cameras see it (default true).
    pub visible: bool,
}

impl Part {
    /// A part that is both touched and seen.
    pub fn new(shape: Shape, pose: Pose, color: Rgb) -> Self {
        Self { shape, pose, color, solid: true, visible: true }
    }

    /// Only cameras see it.
    #[must_use]
    pub fn ghost(self) -> Self {
        Self { solid: false, ..self }
    }

    /// Only physics touches it.
    #[must_use]
    pub fn hidden(self) -> Self {
        Self { visible: false, ..self }
    }
}
