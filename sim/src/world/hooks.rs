//! What is told to the contact solver each step: round things roll true, and pads stick.

use rapier3d::prelude::{ContactModificationContext, ModifiableManifold, PhysicsHooks};

use super::stiction::Anchor;
use crate::scene::frame::{Pose, Vec3};

/// The hooks of one step.
pub(crate) struct Hooks<'a> {
    /// What sticks to the pads.
    pub(crate) anchors: &'a [Anchor],
}

impl PhysicsHooks for Hooks<'_> {
    fn modify_solver_contacts(&self, context: &mut ContactModificationContext<'_>) {
        let (one, two) = (context.collider1, context.collider2);
        let colliders = context.colliders;
        let anchor = self.anchors.iter().find_map(|anchor| anchor.pull(one, two, colliders));
        let Some(manifold) = context.rigid_mut() else { return };
        for (first, collider) in [(true, one), (false, two)] {
            if let Some(cylinder) = colliders[collider].shape().as_cylinder() {
                recentre(manifold, colliders[collider].position(), cylinder.radius, first);
            }
        }
        if let Some(pull) = anchor {
            pull.apply(manifold);
        }
    }
}

/// Moves the contacts on a cylinder's side to where it touches now.
///
/// The engine keeps a contact until the bodies have turned by one degree or moved by 1 mm. On a
/// round side the kept point lags behind and drives it: a can lying on a level table rolled off at
/// 2 cm/s.
fn recentre(manifold: &mut ModifiableManifold<'_>, pose: &Pose, radius: f32, first: bool) {
    let axis = pose.rotation * Vec3::Y;
    let outwards = if first { *manifold.normal } else { -*manifold.normal };
    let slant = outwards.dot(axis);
    if slant.abs() > 0.1 {
        return;
    }
    let side = (outwards - axis * slant).normalize_or(outwards);
    for contact in manifold.solver_contacts.iter_mut() {
        let old = if first { contact.anchor1 } else { contact.anchor2 };
        let along = (old - pose.translation).dot(axis);
        let new = pose.translation + axis * along + side * radius;
        // The other surface is taken to be flat over the millimetre in question.
        let shift = new - old;
        let tangential = shift - outwards * shift.dot(outwards);
        if first {
            contact.anchor1 = new;
            contact.anchor2 += tangential;
        } else {
            contact.anchor2 = new;
            contact.anchor1 += tangential;
        }
        contact.dist = (contact.anchor2 - contact.anchor1).dot(*manifold.normal);
    }
}
