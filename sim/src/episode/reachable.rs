//! Whether a drawn scene can be done at all: the robot stands clear and reaches every waypoint.
//!
//! Judged on geometry alone, with collisions along the way ignored and nothing simulated, as the
//! benchmark validates its own scenes; the expert's outcome plays no part.

use rapier3d::prelude::SharedShape;

use crate::episode::alternatives::nearest;
use crate::episode::scene_file::SceneFile;
use crate::robot::clearance::narrow;
use crate::robot::gripper::SENSOR;
use crate::robot::kinematics;
use crate::robot::links::{self, HAND, KNUCKLE};
use crate::robot::panda::{FINGER_TRAVEL, HOME};
use crate::scene::description::{BodyId, Scene};
use crate::scene::frame::{Pose, at};
use crate::task::layout::{Space, solids, start_pose};
use crate::task::script::Grip;
use crate::world::{assemble, touching};

/// Whether the robot at home touches nothing and each waypoint, in order, admits a path from the
/// one before and lies in `space`.
pub(crate) fn reachable(file: &SceneFile, space: &Space) -> bool {
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
        if !space.holds(target.translation) {
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
