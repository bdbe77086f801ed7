//! Between the simulator's mathematics and Bevy's: both are right-handed and in metres, and the
//! world keeps its z axis up.

use bevy::math::{Quat, Vec3};
use bevy::transform::components::Transform;

use crate::scene::frame;
use crate::scene::frame::Pose;

/// A point or direction for Bevy.
pub fn vector(v: frame::Vec3) -> Vec3 {
    Vec3::from_array(v.to_array())
}

/// A rotation for Bevy.
pub(super) fn rotation(q: frame::Quat) -> Quat {
    Quat::from_array(q.to_array())
}

/// A pose for Bevy, without scale.
pub fn transform(pose: &Pose) -> Transform {
    Transform {
        translation: vector(pose.translation),
        rotation: rotation(pose.rotation),
        scale: Vec3::ONE,
    }
}
