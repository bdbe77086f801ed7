//! One line of `metrics.jsonl`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::run::train::schedule::Phase;

/// What a step or a validation measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The phase.
    pub phase: Phase,
    /// The step of the readings, from 0; of a validation, the steps that were done.
    pub step: u64,
    /// Numbers by name, in the unit of the name; none (`null`) for one that is not finite.
    ///
    /// Single precision, which is what the losses have, so that what is read is what was written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub readings: BTreeMap<String, Option<f32>>,
    /// Counts of every task, in the tables' order; empty where nothing was validated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub validation: Vec<TaskCounts>,
}

/// Offline judgement of a task on `val`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskCounts {
    /// Name of the task.
    pub task: String,
    /// Keyframes that the policy was asked for.
    pub transitions: i64,
    /// Of them, positions close enough.
    pub position: i64,
    /// Rotations close enough.
    pub rotation: i64,
    /// Grippers right.
    pub gripper: i64,
    /// Collision bits right.
    pub collision: i64,
    /// Keyframes with all four right: hits.
    pub all: i64,
    /// Videos shown.
    pub clips: i64,
    /// Of them, instructions recognised.
    pub recognised: i64,
}

impl Entry {
    /// The readings of a step.
    pub fn readings(
        phase: Phase,
        step: u64,
        named: impl IntoIterator<Item = (String, f64)>,
    ) -> Self {
        let single = |value: f64| Some(value as f32).filter(|value| value.is_finite());
        let readings = named.into_iter().map(|(name, value)| (name, single(value))).collect();
        Self { phase, step, readings, validation: Vec::new() }
    }

    /// A validation after so many steps.
    pub fn validation(phase: Phase, done: u64, validation: Vec<TaskCounts>) -> Self {
        Self { phase, step: done, readings: BTreeMap::new(), validation }
    }

    /// Steps of the phase that were done when this was measured.
    pub fn done(&self) -> u64 {
        self.step + u64::from(self.validation.is_empty())
    }

    /// Mean over the tasks of the share of keyframes that are hit, in [0, 1]; `None` where the policy was not
    /// asked for any.
    pub fn mean_hit_rate(&self) -> Option<f64> {
        self.mean(|counts| counts.transitions, TaskCounts::hit_rate)
    }

    /// Mean over the tasks of the share of videos that are recognised, in [0, 1]; `None` where none was shown.
    pub fn mean_recognition(&self) -> Option<f64> {
        self.mean(|counts| counts.clips, TaskCounts::recognition)
    }

    fn mean(
        &self,
        asked: impl Fn(&TaskCounts) -> i64,
        rate: impl Fn(&TaskCounts) -> f64,
    ) -> Option<f64> {
        let sum: f64 = self.validation.iter().map(rate).sum();
        let any = self.validation.iter().any(|counts| asked(counts) > 0);
        any.then(|| sum / self.validation.len() as f64)
    }
}

impl TaskCounts {
    /// Share of keyframes that are hit, in [0, 1].
    pub fn hit_rate(&self) -> f64 {
        self.all as f64 / self.transitions.max(1) as f64
    }

    /// Share of videos that are recognised, in [0, 1].
    pub fn recognition(&self) -> f64 {
        self.recognised as f64 / self.clips.max(1) as f64
    }
}
