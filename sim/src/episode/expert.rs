//! The scripted expert: waypoints in, a demonstration out.

use crate::episode::environment::Episode;
use crate::episode::keyframe;
use crate::episode::keyframe::DemoFrame;
use crate::episode::reachable::nearest;
use crate::robot::action::{Action, Outcome};
use crate::robot::cell::{Cell, Flow, Phase, Travel};
use crate::robot::panda::FINGER_TRAVEL;
use crate::scene::frame::Pose;
use crate::task::goal::GoalTracker;
use crate::task::script::{Grip, Waypoint};

/// Share of its travel past which the first finger counts as open in a recorded frame (PerAct).
pub const OPEN_BIT: f32 = 0.95;
/// Control steps the expert waits at the end for success (default 10, RLBench).
pub const PATIENCE: u32 = 10;

/// A demonstration.
#[derive(Clone, Debug, PartialEq)]
pub struct Demonstration {
    /// How it ended; `Steps` when the script ran to its end without success.
    pub outcome: Outcome,
    /// Frames as the benchmark records them: every control step of arm motion, and one frame after
    /// each movement of the fingers.
    pub frames: Vec<DemoFrame>,
    /// Indices of its keyframes.
    pub keyframes: Vec<usize>,
}

impl Demonstration {
    /// The keyframe actions.
    pub fn actions(&self) -> Vec<Action> {
        keyframe::actions(&self.frames, &self.keyframes)
    }
}

/// Plays the script of an episode to its end; `watch` sees every control step.
pub fn demonstrate(episode: &mut Episode, watch: &mut dyn FnMut(&Cell, Phase)) -> Demonstration {
    let mut frames = vec![frame_of(episode.cell(), false)];
    let script = episode.file().script.clone();
    let (_, cell, tracker) = episode.drive();
    let mut ended =
        script.iter().try_for_each(|w| play(cell, tracker, w, &mut frames, watch)).err();
    for _ in 0..PATIENCE {
        if ended.is_some() || tracker.update(cell) {
            break;
        }
        let waited = cell.wait(1, &mut |cell, phase| {
            watch(cell, phase);
            Flow::Continue
        });
        ended = waited.err();
        frames.push(frame_of(cell, false));
    }
    let done = tracker.update(cell);
    let outcome = ended.unwrap_or(if done { Outcome::Success } else { Outcome::Steps });
    episode.end(outcome);
    let keyframes = keyframe::keyframes(&frames);
    Demonstration { outcome, frames, keyframes }
}

fn play(
    cell: &mut Cell,
    tracker: &mut GoalTracker,
    waypoint: &Waypoint,
    frames: &mut Vec<DemoFrame>,
    watch: &mut dyn FnMut(&Cell, Phase),
) -> Result<(), Outcome> {
    let travel = Travel {
        ignore_collisions: waypoint.blind,
        linear: waypoint.linear,
        speed: f64::from(waypoint.speed),
    };
    let poses: Vec<Pose> = cell.world().poses().collect();
    let (target, _) = nearest(waypoint, &poses, cell.tip(), cell.arm().target());
    let begun = frames.len();
    let mut record = |cell: &Cell, phase: Phase| {
        watch(cell, phase);
        tracker.update(cell);
        if phase == Phase::Arm {
            frames.push(frame_of(cell, waypoint.blind));
        }
        Flow::Continue
    };
    cell.travel(target, travel, &mut record)?;
    // One frame at rest, not several: a second one before the fingers move would count as a stop of
    // its own, where the published data have one keyframe for both.
    while frames.len() > begun && frames.last().is_some_and(DemoFrame::stopped) {
        frames.pop();
    }
    frames.push(frame_of(cell, waypoint.blind));
    let mut observe = |cell: &Cell, phase: Phase| {
        watch(cell, phase);
        tracker.update(cell);
        Flow::Continue
    };
    match waypoint.grip {
        Some(Grip::Open) => cell.open(&mut observe)?,
        Some(Grip::Close) => cell.close(&mut observe)?,
        None => return Ok(()),
    };
    frames.push(frame_of(cell, waypoint.blind));
    Ok(())
}

fn frame_of(cell: &Cell, ignore_collisions: bool) -> DemoFrame {
    let world = cell.world();
    DemoFrame {
        step: cell.steps(),
        tip: cell.tip(),
        joints: cell.arm().joints(world),
        speeds: cell.arm().speeds(world),
        open: cell.arm().opening(world)[0] > OPEN_BIT * FINGER_TRAVEL,
        ignore_collisions,
    }
}
