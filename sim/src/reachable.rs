//! Whether a drawn scene can be done at all: the robot stands clear and reaches every waypoint.
//!
//! Judged on geometry alone, with collisions along the way ignored and nothing simulated, as the
//! benchmark validates its own scenes; the expert's outcome plays no part.

use rand::rngs::ChaCha8Rng;
use rapier3d::prelude::SharedShape;

use crate::frame::{Pose, Vec3, about, at};
use crate::layout::{Space, solids, start_pose};
use crate::motion::Planner;
use crate::robot::clearance::{narrow, widen};
use crate::robot::gripper::SENSOR;
use crate::robot::kinematics;
use crate::robot::links::{self, HAND, KNUCKLE};
use crate::robot::panda::{FINGER_TRAVEL, HOME};
use crate::scene::{BodyId, Scene};
use crate::scene_file::SceneFile;
use crate::script::{Anchor, Grip, Waypoint};
use crate::world::{assemble, touching};

/// Whether the robot at home touches nothing and each waypoint, in order, admits a path from the
/// one before and lies in `space`.
pub(crate) fn reachable(file: &SceneFile, space: &Space, rng: &mut ChaCha8Rng) -> bool {
    let mut poses: Vec<Pose> = file.scene.bodies.iter().map(start_pose).collect();
    if home_touches(&file.scene) {
        return false;
    }
    let mut joints = HOME;
    let mut held: Vec<(BodyId, Pose)> = Vec::new();
    for waypoint in &file.script {
        let tip_now = narrow(kinematics::tip(&joints));
        let candidates = candidates(waypoint, &poses, tip_now);
        let mut inside = candidates.iter().filter(|target| space.holds(target.translation));
        let planner = Planner { linear_only: waypoint.linear, ..Planner::default() };
        let found = inside.find_map(|target| {
            let path = planner.plan(&joints, &widen(*target), &mut |_| true, rng).ok();
            path.and_then(|p| p.joints.last().copied())
        });
        let Some(reached) = found else { return false };
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

/// Tip poses that satisfy a waypoint, given where everything is.
pub(crate) fn candidates(waypoint: &Waypoint, poses: &[Pose], tip: Pose) -> Vec<Pose> {
    let frame = match waypoint.anchor {
        Anchor::Task => Pose::IDENTITY,
        Anchor::Body(body) => poses[body.0],
    };
    let to_tip = waypoint.carry.map_or(Pose::IDENTITY, |body| poses[body.0].inverse() * tip);
    let turns = waypoint.turns.max(1);
    (0..turns)
        .map(|k| {
            let angle = core::f32::consts::TAU * f32::from(k) / f32::from(turns);
            frame * waypoint.pose * Pose::from_rotation(about(Vec3::Z, angle)) * to_tip
        })
        .collect()
}

fn grasped(scene: &Scene, poses: &[Pose], tip: Pose) -> Vec<(BodyId, Pose)> {
    let sensor = SharedShape::cuboid(SENSOR.x * 0.5, SENSOR.y * 0.5, SENSOR.z * 0.5);
    let graspable = scene.bodies.iter().enumerate().filter(|(_, b)| b.graspable);
    graspable
        .filter(|(index, body)| {
            body.parts.iter().filter(|p| p.solid).any(|part| {
                assemble::collider(part).is_ok_and(|(shape, local)| {
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
            assemble::collider(part).is_ok_and(|(shape, local)| {
                let here = frame * local;
                things.iter().any(|(other, there)| touching(&here, &*shape, there, &**other))
            })
        })
    })
}
