//! Static friction with a memory, for the finger pads.
//!
//! The engine stops sliding within a step but forgets where things stuck: whatever its linearised
//! step leaves over is lost. In a hand shaken at 1.8 g this adds up to 10 mm in 3 s, however strong
//! the grip (measured in `trial` with 4, 8 and 16 sub-steps: 11, 6 and 3 mm; more sweeps and other
//! contact stiffness change it by a tenth). Here each pad remembers how the object lay when they
//! met and asks the contact to carry it back. The pull goes through the contact's own
//! friction, so it is never stronger than friction can be.

use rapier3d::prelude::{ColliderHandle, ColliderSet, ModifiableManifold, PhysicsWorld};
use serde::{Deserialize, Serialize};

use crate::scene::frame::{Pose, Vec3};
use crate::world::solver::{STICK_GAIN, STICK_REACH, STICK_TURN, TICK};

/// How one collider lay against one pad when they met.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Anchor {
    pad: ColliderHandle,
    object: ColliderHandle,
    /// Pose of the object's collider in the pad's frame.
    place: Pose,
}

/// The finger pads, and how things lay against them when they met.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stiction {
    /// Colliders of the finger pads.
    pads: Vec<ColliderHandle>,
    /// What sticks to them, in the order of the pads.
    anchors: Vec<Anchor>,
}

impl Stiction {
    /// Gives a collider the friction of a finger pad.
    pub(super) fn add_pad(&mut self, collider: ColliderHandle) {
        self.pads.push(collider);
    }

    /// What sticks to the pads.
    pub(super) fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// Forgets pairs that parted or slid apart, and remembers those that met.
    pub(super) fn update(&mut self, physics: &PhysicsWorld) {
        let colliders = &physics.colliders;
        let mut anchors = Vec::with_capacity(self.anchors.len());
        for &pad in &self.pads {
            let first = anchors.len();
            for pair in physics.narrow_phase.contact_pairs_with(pad) {
                let object = if pair.collider1 == pad { pair.collider2 } else { pair.collider1 };
                let pushes = pair.total_impulse_magnitude() > 0.0;
                let (Some(a), Some(b), true) = (colliders.get(pad), colliders.get(object), pushes)
                else {
                    continue;
                };
                let now = a.position().inverse() * *b.position();
                let known = self.anchors.iter().find(|old| (old.pad, old.object) == (pad, object));
                let place = known.map(|old| old.place).filter(|old| near(old, &now));
                anchors.push(Anchor { pad, object, place: place.unwrap_or(now) });
            }
            anchors[first..].sort_by_key(|anchor| anchor.object.into_raw_parts());
        }
        self.anchors = anchors;
    }
}

/// Whether two poses are so close that an object still counts as stuck.
fn near(a: &Pose, b: &Pose) -> bool {
    let turn = a.rotation.dot(b.rotation).abs();
    (a.translation - b.translation).length() < STICK_REACH && turn > STICK_TURN
}

/// The pull of one anchor on the contacts of its pair.
pub(crate) struct Pull {
    /// From where the object's material is to where it was when they met.
    back: Pose,
    /// 1 when the pad is the first of the pair, else -1.
    sign: f32,
}

impl Anchor {
    /// The pull on a pair of colliders, if it is this anchor's.
    pub(crate) fn pull(
        &self,
        one: ColliderHandle,
        two: ColliderHandle,
        colliders: &ColliderSet,
    ) -> Option<Pull> {
        let sign = match (one, two) {
            (a, b) if (a, b) == (self.pad, self.object) => 1.0,
            (a, b) if (a, b) == (self.object, self.pad) => -1.0,
            _ => return None,
        };
        let (pad, object) = (colliders[self.pad].position(), colliders[self.object].position());
        Some(Pull { back: *pad * self.place * object.inverse(), sign })
    }
}

impl Pull {
    /// Asks each contact to take back a share of its drift.
    pub(crate) fn apply(&self, manifold: &mut ModifiableManifold<'_>) {
        let normal: Vec3 = *manifold.normal;
        for contact in manifold.solver_contacts.iter_mut() {
            let point = contact.anchor1;
            let drift = self.back * point - point;
            let along = drift - normal * drift.dot(normal);
            // The engine's speed is that of the first body's surface under the second.
            contact.tangent_velocity = along * (self.sign * STICK_GAIN / TICK);
        }
    }
}
