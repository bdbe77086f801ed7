//! Whether a drawn scene can be done at all: the robot stands clear and reaches every waypoint.
//!
//! Judged on geometry alone, with collisions along the way ignored and nothing simulated, as the
//! benchmark validates its own scenes; the expert's outcome plays no part.

use rapier3d::prelude::SharedShape;

use crate::episode::scene_file::SceneFile;
use crate::episode::stream::stream;
use crate::robot::clearance::{narrow, widen};
use crate::robot::gripper::SENSOR;
use crate::robot::kinematics;
use crate::robot::links::{self, HAND, KNUCKLE};
use crate::robot::motion::Planner;
use crate::robot::panda::{FINGER_TRAVEL, HOME, Joints};
use crate::scene::description::{BodyId, Scene};
use crate::scene::frame::{Pose, Vec3, about, at};
use crate::task::layout::{Bounds, solids, start_pose};
use crate::task::script::{Anchor, Grip, Waypoint};
use crate::world::collider::{collider, touching};

/// Whether the robot at home touches nothing and each waypoint, in order, admits a path from the
/// one before and lies in `bounds`.
pub(crate) fn reachable(file: &SceneFile, bounds: &Bounds) -> bool {
    let mut poses: Vec<Pose> = file.scene.bodies.iter().map(start_pose).collect();
    if home_touches(&file.scene) {
        return false;
    }
    let mut joints = HOME;
    let mut held: Vec<(BodyId, Pose)> = Vec::new();
    for waypoint in &file.script {
        let tip_now = narrow(kinematics::tip(&joints));
        let (target, Some(reached)) = nearest(waypoint, &poses, tip_now, &joints) else {
            return false;
        };
        if !bounds.contains(target.translation) {
            return false;
        }
        joints = reached;
        let tip = narrow(kinematics::tip(&joints));
        for (body, in_tip) in &held {
            poses[body.0] = tip * *in_tip;
        }
        match waypoint.grip {
            Some(Grip::Open) => held.clear(),
            Some(Grip::Close) => held = grasped(&file.scene, &poses, tip),
            None => {}
        }
    }
    true
}

fn grasped(scene: &Scene, poses: &[Pose], tip: Pose) -> Vec<(BodyId, Pose)> {
    let sensor = SharedShape::cuboid(SENSOR.x * 0.5, SENSOR.y * 0.5, SENSOR.z * 0.5);
    let graspable = scene.bodies.iter().enumerate().filter(|(_, b)| b.graspable);
    graspable
        .filter(|(index, body)| {
            body.parts.iter().filter(|p| p.solid).any(|part| {
                collider(part).is_ok_and(|(shape, local)| {
                    let there = poses[*index] * local;
                    touching(&tip, &*sensor, &there, &*shape)
                })
            })
        })
        .map(|(index, _)| (BodyId(index), tip.inverse() * poses[index]))
        .collect()
}

fn home_touches(scene: &Scene) -> bool {
    let chain = kinematics::link_frames(&HOME);
    let base = kinematics::base();
    let all: Vec<BodyId> = (0..scene.bodies.len()).map(BodyId).collect();
    let things = solids(scene, &all);
    (1..links::LINKS).any(|link| {
        let frame = if link <= HAND {
            narrow(base * chain[link - 1])
        } else {
            let side = if link == links::FINGERS[0] { FINGER_TRAVEL } else { -FINGER_TRAVEL };
            narrow(base * chain[HAND - 1]) * links::hand_in_link() * at(0.0, side, KNUCKLE)
        };
        links::parts(link).iter().any(|part| {
            collider(part).is_ok_and(|(shape, local)| {
                let here = frame * local;
                things.iter().any(|(other, there)| touching(&here, &*shape, there, &**other))
            })
        })
    })
}

/// The poses that satisfy a waypoint, given where everything is: at least one.
fn alternatives(waypoint: &Waypoint, poses: &[Pose], tip: Pose) -> impl Iterator<Item = Pose> {
    let frame = match waypoint.anchor {
        Anchor::Task => Pose::IDENTITY,
        Anchor::Body(body) => poses[body.0],
    };
    let to_tip = waypoint.carry.map_or(Pose::IDENTITY, |body| poses[body.0].inverse() * tip);
    let (mut to, turns) = (frame * waypoint.pose, waypoint.turns.max(1));
    if waypoint.turns == 0 {
        to.rotation = waypoint.pose.rotation;
    }
    (0..turns).map(move |k| {
        let angle = core::f32::consts::TAU * f32::from(k) / f32::from(turns);
        to * Pose::from_rotation(about(Vec3::Z, angle)) * to_tip
    })
}

/// The pose that turns the joints least on the way from `from`, collisions ignored, and the
/// configuration it ends in; the first of them, without a configuration, if none can be reached.
///
/// The check of a drawn scene and the expert both ask here, so that what was found reachable is what
/// the expert then attempts.
pub(crate) fn nearest(
    waypoint: &Waypoint,
    poses: &[Pose],
    tip: Pose,
    from: &Joints,
) -> (Pose, Option<Joints>) {
    let planner = Planner { linear_only: waypoint.linear, ..Planner::default() };
    let end = |pose: &Pose| {
        // Any free stream will do: it only ranks alternatives, and always starts the same.
        let mut rng = stream("rank", 0, 0);
        let path = planner.plan(from, &widen(*pose), &mut |_| true, &mut rng).ok();
        path.and_then(|p| p.joints.last().copied())
    };
    let reached = alternatives(waypoint, poses, tip).map(|pose| (pose, end(&pose)));
    let cost = |end: &Option<Joints>| {
        end.as_ref().map_or(f64::INFINITY, |q| kinematics::distance(from, q))
    };
    let best = reached.min_by(|a, b| cost(&a.1).total_cmp(&cost(&b.1)));
    best.unwrap_or((tip, None))
}
