//! What training sees of one moment.

use sim::render::observe::Observation;
use sim::robot::action::Action;

/// A pair: an episode, and one transition of it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Number of the episode in the table.
    pub episode: usize,
    /// Number of its task.
    pub task: usize,
    /// What the policy is told.
    pub instruction: String,
    /// The whole episode as someone else sees it.
    pub clip: Clip,
    /// One step of it.
    pub transition: Transition,
}

/// Frames spread evenly over an episode, its first and last among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clip {
    /// Width and height, pixels.
    pub side: u32,
    /// Numbers of the frames in the episode.
    pub steps: Vec<usize>,
    /// Three bytes per pixel, rows from top to bottom, one frame after the other.
    pub rgb: Vec<u8>,
}

/// What the robot sees at one keyframe, and what it does to reach the next.
#[derive(Clone, Debug)]
pub struct Transition {
    /// Number of the transition in its episode, from 0.
    pub number: usize,
    /// Transitions of the episode.
    pub of: usize,
    /// The four views and the robot's own state, at the start or at the keyframe before.
    pub observation: Observation,
    /// The action that leads to the next keyframe.
    pub action: Action,
}
