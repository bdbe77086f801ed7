//! What touches what, with how much force, and what a sensor volume sees.

use rapier3d::prelude::{ColliderHandle, ContactPair};
use serde::{Deserialize, Serialize};

use super::collider::{Owner, collider, touching};
use super::simulation::World;
use crate::scene::description::{BodyId, SensorId};
use crate::scene::frame::{Pose, Vec3};
use crate::scene::shape::{Part, Shape};
use crate::world::solver;

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
        let Ok((volume, volume_pose)) = collider(&part) else { return false };
        self.physics.bodies[self.handles[body.0]].colliders().iter().any(|&handle| {
            let collider = &self.physics.colliders[handle];
            touching(&volume_pose, &*volume, collider.position(), collider.shape())
        })
    }
}
