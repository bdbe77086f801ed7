//! Whether a configuration of the arm, with what it holds, is free of collisions.

use rapier3d::prelude::{QueryFilter, SharedShape};

use super::kinematics;
use super::links::{self, FINGERS, HAND, KNUCKLE, LINKS};
use super::panda::Joints;
use crate::scene::description::BodyId;
use crate::scene::frame::{DPose3, Pose, Quat, Vec3, at};
use crate::world::collider::{collider, touching};
use crate::world::{Owner, World};

/// Robot links that never meet each other by design: the wrist half against the base half.
const WRIST: core::ops::Range<usize> = 5..LINKS;
const ROOT: core::ops::Range<usize> = 0..3;

/// The arm's shapes, ready to be put at any configuration among the bodies of one world.
pub struct Clearance<'w> {
    world: &'w World,
    parts: Vec<(usize, SharedShape, Pose)>,
    held: Vec<(BodyId, SharedShape, Pose)>,
    opening: f32,
    exempt: Vec<Owner>,
}

impl<'w> Clearance<'w> {
    /// Prepares checks with each finger `opening` metres from closed and `held` bodies moving along
    /// with the tip, which is at `tip` now.
    pub fn new(world: &'w World, opening: f32, tip: Pose, held: &[BodyId]) -> Self {
        let parts = (0..LINKS)
            .flat_map(|link| {
                links::parts(link).into_iter().filter_map(move |part| {
                    let (shape, pose) = collider(&part).ok()?;
                    Some((link, shape, pose))
                })
            })
            .collect();
        let held = held
            .iter()
            .flat_map(|&body| {
                let bodies = &world.physics.bodies;
                let colliders = bodies[world.handle(body)].colliders().iter();
                colliders.map(move |&handle| {
                    let collider = &world.physics.colliders[handle];
                    let in_tip = tip.inverse() * *collider.position();
                    (body, collider.shared_shape().clone(), in_tip)
                })
            })
            .collect();
        Self { world, parts, held, opening, exempt: Vec::new() }
    }

    /// Exempts from now on whatever is touched at `q`: the published rule lets an arm that touches
    /// something leave it. Here the exemption ends with this object, hence with one motion.
    pub fn exempt_touched(&mut self, q: &Joints) {
        let mut touched = Vec::new();
        self.visit(q, &mut |owner| {
            touched.push(owner);
            true
        });
        self.exempt = touched;
    }

    /// Whether nothing but exempt bodies is touched at `q`, the robot itself included.
    pub fn free(&self, q: &Joints) -> bool {
        let mut free = true;
        self.visit(q, &mut |owner| {
            free = self.exempt.contains(&owner);
            free
        });
        free
    }

    /// Calls `found` for each touched owner until it returns false.
    fn visit(&self, q: &Joints, found: &mut dyn FnMut(Owner) -> bool) {
        let frames = self.frames(q);
        for (link, shape, pose) in self.parts.iter().filter(|p| p.0 > 0) {
            if !self.touches(shape, frames[*link] * *pose, &[], found) {
                return;
            }
        }
        let tip = frames[HAND] * links::tip_in_link();
        let own: Vec<BodyId> = self.held.iter().map(|h| h.0).collect();
        for (_, shape, pose) in &self.held {
            if !self.touches(shape, tip * *pose, &own, found) {
                return;
            }
        }
        if let Some(link) = self.own_touch(&frames) {
            found(Owner::Robot(link));
        }
    }

    fn touches(
        &self,
        shape: &SharedShape,
        pose: Pose,
        own: &[BodyId],
        found: &mut dyn FnMut(Owner) -> bool,
    ) -> bool {
        let carried: Vec<BodyId> = self.held.iter().map(|h| h.0).collect();
        let others = |_, collider: &rapier3d::prelude::Collider| match Owner::of(collider.user_data)
        {
            Owner::Robot(_) => false,
            Owner::Body(body) => !own.contains(&body) && !carried.contains(&body),
        };
        let filter = QueryFilter::new().predicate(&others);
        let hits = self.world.physics.intersect_shape(pose, &**shape, filter);
        // The engine's own answer includes pairs that are millimetres apart.
        let hits = hits.filter(|(_, collider)| {
            touching(&pose, &**shape, collider.position(), collider.shape())
        });
        for (_, collider) in hits {
            if !found(Owner::of(collider.user_data)) {
                return false;
            }
        }
        true
    }

    /// A wrist link that meets a root link, if any.
    fn own_touch(&self, frames: &[Pose; LINKS]) -> Option<usize> {
        use rapier3d::parry::query::intersection_test;
        let of = |range: core::ops::Range<usize>| {
            self.parts.iter().filter(move |p| range.contains(&p.0))
        };
        for (link, shape, pose) in of(WRIST) {
            let here = frames[*link] * *pose;
            for (root, other, other_pose) in of(ROOT) {
                let there = frames[*root] * *other_pose;
                let hit = intersection_test(&here, &**shape, &there, &**other);
                if hit.is_ok_and(|hit| hit.intersecting) {
                    return Some(*link);
                }
            }
        }
        None
    }

    /// World poses of all links at `q`.
    fn frames(&self, q: &Joints) -> [Pose; LINKS] {
        let base = kinematics::base();
        let chain = kinematics::link_frames(q);
        let mut poses = [narrow(base); LINKS];
        for link in 1..=HAND {
            poses[link] = narrow(base * chain[link - 1]);
        }
        let knuckle = poses[HAND] * links::hand_in_link() * at(0.0, 0.0, KNUCKLE);
        poses[FINGERS[0]] = knuckle * at(0.0, self.opening, 0.0);
        poses[FINGERS[1]] = knuckle * at(0.0, -self.opening, 0.0);
        poses
    }
}

/// From planning precision to physics precision.
pub fn narrow(pose: DPose3) -> Pose {
    let (r, t) = (pose.rotation, pose.translation);
    Pose::from_parts(
        Vec3::new(t.x as f32, t.y as f32, t.z as f32),
        Quat::from_xyzw(r.x as f32, r.y as f32, r.z as f32, r.w as f32),
    )
}

/// From physics precision to planning precision.
pub fn widen(pose: Pose) -> DPose3 {
    use crate::scene::frame::{DQuat, DVec3};
    let (r, t) = (pose.rotation, pose.translation);
    DPose3::from_parts(
        DVec3::new(t.x.into(), t.y.into(), t.z.into()),
        DQuat::from_xyzw(r.x.into(), r.y.into(), r.z.into(), r.w.into()).normalize(),
    )
}
