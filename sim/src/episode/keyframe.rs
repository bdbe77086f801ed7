//! Keyframes of a demonstration, by the published rule.

use serde::{Deserialize, Serialize};

use crate::robot::action::Action;
use crate::robot::panda::Joints;
use crate::scene::frame::Pose;

/// Joint speed below which the arm counts as stopped, rad/s (PerAct's keyframe rule).
pub const STOPPED: f64 = 0.1;
/// Frames after a stop during which no other stop is registered (PerAct's keyframe rule).
pub const STOP_PAUSE: u32 = 4;

/// What one recorded frame of a demonstration says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemoFrame {
    /// Control steps since the episode began.
    pub step: u32,
    /// Tip pose in the world.
    pub tip: Pose,
    /// Joint values, rad.
    pub joints: Joints,
    /// Joint speeds, rad/s.
    pub speeds: Joints,
    /// Whether the gripper counts as open: the first finger past 95 % of its travel.
    pub open: bool,
    /// Whether the segment this frame belongs to ignores collisions.
    pub ignore_collisions: bool,
}

impl DemoFrame {
    /// Whether every joint is slower than [`STOPPED`].
    pub fn stopped(&self) -> bool {
        self.speeds.iter().all(|speed| speed.abs() < STOPPED)
    }
}

/// Indices of the keyframes, in order.
///
/// A frame is one when the gripper bit changes, at the last frame, or where the arm has stopped
/// with the gripper bit constant around it. A keyframe directly before the last one is dropped.
pub fn keyframes(frames: &[DemoFrame]) -> Vec<usize> {
    let mut found = Vec::new();
    // It begins at rest, as after a stop: the slow first step is none of its own.
    let mut pause = STOP_PAUSE;
    let last = frames.len().saturating_sub(1);
    for i in 1..frames.len() {
        let stopped = pause == 0 && is_stop(frames, i);
        pause = if stopped { STOP_PAUSE } else { pause.saturating_sub(1) };
        if stopped || i == last || frames[i].open != frames[i - 1].open {
            found.push(i);
        }
    }
    if let [.., before, end] = found[..]
        && before + 1 == end
    {
        found.remove(found.len() - 2);
    }
    found
}

fn is_stop(frames: &[DemoFrame], i: usize) -> bool {
    let bit = frames[i].open;
    let around = i.saturating_sub(2)..(i + 2).min(frames.len());
    let constant = frames[around].iter().all(|f| f.open == bit);
    let second_to_last = i + 2 == frames.len();
    frames[i].stopped() && constant && !second_to_last
}

/// The action of each keyframe: its pose and gripper bit, and the collision flag of the frame
/// before it.
pub fn actions(frames: &[DemoFrame], keyframes: &[usize]) -> Vec<Action> {
    keyframes
        .iter()
        .map(|&i| {
            let frame = &frames[i];
            Action::to(frame.tip, frame.open, frames[i - 1].ignore_collisions)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One frame per letter: m moving, s stopped; upper case with the gripper closed.
    fn frames(text: &str) -> Vec<DemoFrame> {
        text.chars()
            .enumerate()
            .map(|(i, c)| DemoFrame {
                step: i as u32,
                tip: Pose::IDENTITY,
                joints: [0.0; 7],
                speeds: [if c.eq_ignore_ascii_case(&'m') { 0.5 } else { 0.0 }; 7],
                open: c.is_lowercase(),
                ignore_collisions: false,
            })
            .collect()
    }

    #[test]
    fn stops_changes_and_the_end_count() {
        assert_eq!(keyframes(&frames("smmmmsmmmm")), vec![5, 9]);
        assert_eq!(keyframes(&frames("mmmSMMM")), vec![3, 6], "stop and change merge");
        assert_eq!(keyframes(&frames("mmmmmm")), vec![5]);
        assert_eq!(keyframes(&frames("m")), Vec::<usize>::new());
        assert_eq!(keyframes(&[]), Vec::<usize>::new());
    }

    #[test]
    fn a_slow_beginning_is_no_stop() {
        assert_eq!(keyframes(&frames("ssmmmmm")), vec![6]);
    }

    #[test]
    fn a_long_stop_counts_once_per_pause() {
        assert_eq!(keyframes(&frames("mmmmmsssssssmmm")), vec![5, 10, 14]);
    }

    #[test]
    fn no_stop_at_the_second_to_last_frame() {
        assert_eq!(keyframes(&frames("mmmmsm")), vec![5]);
    }

    #[test]
    fn the_keyframe_before_the_last_is_dropped() {
        // The gripper changes one frame before the end.
        assert_eq!(keyframes(&frames("mmmmMM")), vec![5]);
    }
}
