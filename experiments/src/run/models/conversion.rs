//! The simulator's observations and actions as the policy's, and back.

use agents::policy;
use agents::policy::{HandPose, Sentence, View};
use sim::episode::environment::ACTION_LIMIT;
use sim::render::observe::{Observation, View as Seen};
use sim::robot::action::Action;
use sim::scene::frame::{ACTION_MAX, ACTION_MIN, Quat, Vec3};

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

/// How far inside the action box a decided position lies at least, m: what is read from a picture is known to
/// a few millimetres, and the box's floor is as close to the table as that.
const MARGIN: f32 = 0.001;

/// The policy's decision as an action of the simulator: a position outside the action box is brought to the
/// nearest place inside.
pub fn action(decided: &policy::Action) -> Action {
    let inside = |axis: usize| {
        let (lowest, highest) = (ACTION_MIN[axis] + MARGIN, ACTION_MAX[axis] - MARGIN);
        decided.position[axis].clamp(lowest, highest)
    };
    Action {
        position: Vec3::from_array([0, 1, 2].map(inside)),
        quaternion: Quat::from_array(decided.quaternion),
        gripper: f32::from(u8::from(decided.open)),
        ignore_collisions: decided.ignore_collisions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_outside_the_box_are_brought_inside() {
        let decided = |position| policy::Action {
            position,
            quaternion: [1.0, 0.0, 0.0, 0.0],
            open: true,
            ignore_collisions: false,
        };
        let low = action(&decided([0.25, 0.0, 0.745]));
        assert!(low.target().is_ok());
        assert_eq!(low.position.to_array()[..2], [0.25, 0.0]);
        assert!(action(&decided([2.0, -3.0, 9.0])).target().is_ok());
        let kept = action(&decided([0.1, 0.2, 0.9]));
        assert_eq!(kept.position.to_array(), [0.1, 0.2, 0.9]);
        assert!(action(&decided([f32::NAN, 0.0, 1.0])).target().is_err());
    }
}
