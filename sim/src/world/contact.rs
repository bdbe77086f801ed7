//! What touches what, with how much force, and what a sensor volume sees.

use rapier3d::parry::bounding_volume::BoundingVolume;
use rapier3d::parry::query::intersection_test;
use rapier3d::prelude::{ColliderHandle, ContactPair, Shape as Solid, Vector};
use serde::{Deserialize, Serialize};

use super::{World, assemble};
use crate::scene::description::{BodyId, SensorId};
use crate::scene::frame::{Pose, Vec3};
use crate::scene::shape::{Part, Shape};
use crate::world::solver;

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

/// Two owners that touch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// The smaller owner (bodies come before robot links).
    pub a: Owner,
    /// The larger owner.
    pub b: Owner,
    /// Normal force between them during the last step, N.
    pub force: f32,
    /// Deepest contact point in the world, m.
    pub point: Vec3,
    /// Penetration at that point, m (negative: a gap within the prediction distance).
    pub depth: f32,
}

impl World {
    /// All touching pairs, sorted by owner, one entry per pair of owners.
    pub fn contacts(&self) -> Vec<Contact> {
        let mut found: Vec<Contact> =
            self.physics.contact_pairs().filter_map(|pair| self.contact_of(pair)).collect();
        found.sort_by_key(|c| (c.a, c.b));
        let mut merged: Vec<Contact> = Vec::with_capacity(found.len());
        for contact in found {
            match merged.last_mut() {
                Some(last) if (last.a, last.b) == (contact.a, contact.b) => {
                    last.force += contact.force;
                    if contact.depth > last.depth {
                        last.depth = contact.depth;
                        last.point = contact.point;
                    }
                }
                _ => merged.push(contact),
            }
        }
        merged
    }

    /// Normal force between two owners during the last step, N.
    pub fn contact_force(&self, a: Owner, b: Owner) -> f32 {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        self.contacts().iter().filter(|c| (c.a, c.b) == (a, b)).map(|c| c.force).sum()
    }

    fn contact_of(&self, pair: &ContactPair) -> Option<Contact> {
        if !pair.has_any_active_contact() {
            return None;
        }
        let one = self.owner(pair.collider1);
        let two = self.owner(pair.collider2);
        let (a, b) = if one <= two { (one, two) } else { (two, one) };
        let (manifold, deepest) = pair.find_deepest_contact()?;
        let collider = &self.physics.colliders[pair.collider1];
        let local = manifold.subshape_pos1().map_or(deepest.local_p1, |p| p * deepest.local_p1);
        let point = *collider.position() * local;
        let force = pair.total_impulse_magnitude() / solver::TICK;
        Some(Contact { a, b, force, point, depth: -deepest.dist })
    }

    pub(crate) fn owner(&self, collider: ColliderHandle) -> Owner {
        Owner::of(self.physics.colliders[collider].user_data)
    }

    /// World pose of a sensor.
    pub fn sensor_pose(&self, sensor: SensorId) -> Pose {
        let sensor = &self.scene.sensors[sensor.0];
        sensor.parent.map_or(sensor.pose, |body| self.pose(body) * sensor.pose)
    }

    /// Whether any solid part of a body reaches into a sensor's volume.
    pub fn sees(&self, sensor: SensorId, body: BodyId) -> bool {
        self.reaches_into(&self.scene.sensors[sensor.0].shape, self.sensor_pose(sensor), body)
    }

    /// Whether any solid part of a body reaches into a volume at a world pose.
    pub fn reaches_into(&self, shape: &Shape, pose: Pose, body: BodyId) -> bool {
        let part = Part::new(shape.clone(), pose, [0.0; 3]);
        let Ok((volume, volume_pose)) = assemble::collider(&part) else { return false };
        self.physics.bodies[self.handles[body.0]].colliders().iter().any(|&handle| {
            let collider = &self.physics.colliders[handle];
            touching(&volume_pose, &*volume, collider.position(), collider.shape())
        })
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
