//! What a log holds, and what is read from it.

use serde::{Deserialize, Serialize};

use super::step::Step;
use crate::episode::scene_file::SceneFile;
use crate::render::camera::Camera;
use crate::render::observe::{Observation, Observer, Proprioception};
use crate::render::renderer::RenderError;
use crate::robot::GraspMode;
use crate::robot::action::{Action, Outcome};
use crate::scene::description::BodyId;
use crate::scene::frame::Pose;
use crate::world::StateHash;
use crate::world::solver::CONTROL_PERIOD;

/// Version of the log's form; another version is refused.
pub const FORMAT: u32 = 1;

/// Everything about one episode of the expert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Log {
    /// Format version, [`FORMAT`].
    pub format: u32,
    /// How it began.
    pub scene: SceneFile,
    /// How the gripper held things.
    pub grasp: GraspMode,
    /// Bodies that can move, in scene order; only their poses are in the steps.
    pub moving: Vec<BodyId>,
    /// The settled start, then the state after every control step of 0.05 s.
    pub steps: Vec<Step>,
    /// Steps of the keyframes, ascending.
    pub keyframes: Vec<u32>,
    /// The action that leads to each keyframe.
    pub actions: Vec<Action>,
    /// How it ended.
    pub outcome: Outcome,
    /// State at step 0.
    pub start: StateHash,
    /// State at the last step.
    pub end: StateHash,
}

impl Log {
    /// Poses at a step: the scene's bodies in scene order, then the robot's links.
    pub fn poses(&self, step: &Step) -> Vec<Pose> {
        let mut poses: Vec<Pose> = self.scene.scene.bodies.iter().map(|body| body.pose).collect();
        for (id, pose) in self.moving.iter().zip(&step.bodies) {
            if let Some(place) = poses.get_mut(id.0) {
                *place = *pose;
            }
        }
        poses.extend(step.links);
        poses
    }

    /// Moves an observer of this log's scene to a step; returns where the tip is.
    pub fn place(&self, observer: &mut Observer, step: &Step) -> Pose {
        observer.place(self.poses(step));
        step.tip()
    }

    /// The observation that the cell gave at a step.
    ///
    /// # Errors
    /// When a graphics driver fails.
    pub fn observe(
        &self,
        observer: &mut Observer,
        step: &Step,
        cameras: &[Camera],
    ) -> Result<Observation, RenderError> {
        let tip = self.place(observer, step);
        Ok(Observation { views: observer.views(tip, cameras)?, robot: self.robot(step) })
    }

    /// Proprioception at a step.
    pub fn robot(&self, step: &Step) -> Proprioception {
        Proprioception::new(step.tip(), step.fingers)
    }

    /// The step at which action `number` was decided: the start, or the keyframe before it.
    pub fn decided_at(&self, number: usize) -> Option<&Step> {
        let step = match number.checked_sub(1) {
            None => 0,
            Some(before) => *self.keyframes.get(before)?,
        };
        self.steps.get(step as usize)
    }

    /// Length, s.
    pub fn seconds(&self) -> f32 {
        (self.steps.len().saturating_sub(1)) as f32 * CONTROL_PERIOD
    }
}
