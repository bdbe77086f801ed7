//! Colliders: whose they are, the shape of a part, and whether two of them touch.

use rapier3d::parry::bounding_volume::BoundingVolume;
use rapier3d::parry::query::intersection_test;
use rapier3d::prelude::{Shape as Solid, SharedShape, Vector};
use serde::{Deserialize, Serialize};

use crate::scene::description::BodyId;
use crate::scene::frame::{Pose, z_to_y};
use crate::scene::shape::{Part, Shape};

/// Whom a collider belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Owner {
    /// A body of the scene.
    Body(BodyId),
    /// A link of the robot: 0 base, 1..=7 arm (7 carries the hand), 8 and 9 fingers.
    Robot(usize),
}

const ROBOT_TAG: u128 = 1 << 64;

impl Owner {
    pub(crate) fn tag(self) -> u128 {
        match self {
            Self::Body(id) => id.0 as u128,
            Self::Robot(link) => ROBOT_TAG | link as u128,
        }
    }

    pub(crate) fn of(tag: u128) -> Self {
        let index = (tag & (ROBOT_TAG - 1)) as usize;
        if tag & ROBOT_TAG == 0 { Self::Body(BodyId(index)) } else { Self::Robot(index) }
    }
}

/// The collision shape of a part and its pose in the body's frame.
pub(crate) fn collider(part: &Part) -> Result<(SharedShape, Pose), &'static str> {
    if !part.pose.is_finite() {
        return Err("a part's pose is not finite");
    }
    // Rapier's cylinders and capsules stand along y, ours along z.
    let upright = Pose::from_parts(part.pose.translation, part.pose.rotation * z_to_y());
    let positive = |lengths: &[f32]| lengths.iter().all(|&x| x.is_finite() && x > 0.0);
    match &part.shape {
        Shape::Box { half } if positive(&[half.x, half.y, half.z]) => {
            Ok((SharedShape::cuboid(half.x, half.y, half.z), part.pose))
        }
        Shape::Sphere { radius } if positive(&[*radius]) => {
            Ok((SharedShape::ball(*radius), part.pose))
        }
        Shape::Cylinder { radius, half_height } if positive(&[*radius, *half_height]) => {
            Ok((SharedShape::cylinder(*half_height, *radius), upright))
        }
        Shape::Capsule { radius, half_height } if positive(&[*radius, *half_height]) => {
            Ok((SharedShape::capsule_y(*half_height, *radius), upright))
        }
        Shape::Hull { points } if points.len() >= 4 && points.iter().all(|p| p.is_finite()) => {
            let hull = SharedShape::convex_hull(points).ok_or("a hull's points lie in a plane")?;
            Ok((hull, part.pose))
        }
        _ => Err("a part's size is not positive and finite"),
    }
}

/// Scale at which solids are compared: the engine's tolerances suit shapes of about one unit. On
/// hulls of a few millimetres it calls pairs touching that are several millimetres apart.
const MAGNIFIED: f32 = 100.0;

/// Whether two solids touch.
pub(crate) fn touching(a_pose: &Pose, a: &dyn Solid, b_pose: &Pose, b: &dyn Solid) -> bool {
    if !a.compute_aabb(a_pose).intersects(&b.compute_aabb(b_pose)) {
        return false;
    }
    let scale = Vector::splat(MAGNIFIED);
    let (Some(a), Some(b)) = (a.scale_dyn(scale, 0), b.scale_dyn(scale, 0)) else { return false };
    let magnified = |pose: &Pose| Pose::from_parts(pose.translation * MAGNIFIED, pose.rotation);
    intersection_test(&magnified(a_pose), &*a, &magnified(b_pose), &*b)
        .is_ok_and(|hit| hit.intersecting)
}
