//! The simulator's observations and actions as the policy's, and back.

use agents::policy;
use agents::policy::{HandPose, Sentence, View};
use sim::episode::environment::ACTION_LIMIT;
use sim::render::observe::{Observation, View as Seen};
use sim::robot::action::Action;
use sim::scene::frame::{Quat, Vec3};

/// What the policy knows before keyframe `number` of an episode, from 0. `timed` where it is told that
/// number.
pub fn observation(
    seen: &Observation,
    sentence: Sentence,
    timed: bool,
    number: usize,
) -> policy::Observation<'_> {
    let robot = &seen.robot;
    let mut proprio = vec![f32::from(u8::from(robot.open)), robot.fingers[0], robot.fingers[1]];
    if timed {
        proprio.push(policy::clock(number, ACTION_LIMIT));
    }
    policy::Observation {
        views: seen.views.iter().map(view).collect(),
        proprio,
        hand: HandPose {
            position: robot.tip.translation.to_array(),
            quaternion: robot.tip.rotation.to_array(),
        },
        keyframe: timed.then_some(number),
        sentence,
    }
}

fn view(seen: &Seen) -> View<'_> {
    let camera = &seen.camera;
    let (position, quaternion) = (camera.pose.translation, camera.pose.rotation);
    View {
        width: camera.width as usize,
        height: camera.height as usize,
        rgb: &seen.frame.rgb,
        depth: &seen.frame.depth,
        focal: [camera.focal; 2],
        centre: camera.centre(),
        position: position.to_array(),
        quaternion: quaternion.to_array(),
    }
}

/// An expert's action as the policy's target.
pub fn target(action: &Action) -> policy::Action {
    policy::Action {
        position: action.position.to_array(),
        quaternion: action.quaternion.to_array(),
        open: action.gripper > 0.5,
        ignore_collisions: action.ignore_collisions,
    }
}

/// The policy's decision as an action of the simulator.
pub fn action(decided: &policy::Action) -> Action {
    Action {
        position: Vec3::from_array(decided.position),
        quaternion: Quat::from_array(decided.quaternion),
        gripper: f32::from(u8::from(decided.open)),
        ignore_collisions: decided.ignore_collisions,
    }
}
