//! A validation for people and scripts: rates of every task, and their means.

use std::fmt;

use serde::Serialize;

use super::entry::{Entry, TaskCounts};
use crate::statistics::Wilson;

/// Offline judgement on `val`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Scores {
    phase: &'static str,
    /// Steps of the phase that were done.
    step: u64,
    /// Mean over the tasks of the share of keyframes that are hit; none where the policy does not learn.
    keyframes: Option<f64>,
    /// Mean over the tasks of the share of videos that are recognised; none where the video encoder does not
    /// learn.
    videos: Option<f64>,
    /// Every task.
    pub(crate) tasks: Vec<TaskScore>,
}

/// Offline judgement of a task.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TaskScore {
    task: String,
    transitions: i64,
    hits: i64,
    low: f64,
    high: f64,
    clips: i64,
    recognised: i64,
}

impl Scores {
    /// Of a validation.
    pub(crate) fn of(entry: &Entry) -> Self {
        Self {
            phase: entry.phase.name(),
            step: entry.step,
            keyframes: entry.mean_hit_rate(),
            videos: entry.mean_recognition(),
            tasks: entry.validation.iter().map(TaskScore::of).collect(),
        }
    }
}

impl TaskScore {
    fn of(counts: &TaskCounts) -> Self {
        let TaskCounts { task, transitions, all, clips, recognised, .. } = counts.clone();
        let Wilson { low, high } = Wilson::of(all as usize, transitions as usize);
        Self { task, transitions, hits: all, low, high, clips, recognised }
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "On val, after {} {} steps:", self.step, self.phase)?;
        for TaskScore { task, transitions, hits, low, high, clips, recognised } in &self.tasks {
            let (low, high) = (100.0 * low, 100.0 * high);
            let keyframes = || format!("keyframes {hits}/{transitions} ({low:.0}-{high:.0} %)");
            let videos = || format!("videos {recognised}/{clips}");
            let said = [self.keyframes.map(|_| keyframes()), self.videos.map(|_| videos())];
            writeln!(f, "  {task:<28} {}", joined(said))?;
        }
        let percent = |name, rate: f64| format!("{name} {:.0} %", 100.0 * rate);
        let means = [
            self.keyframes.map(|rate| percent("keyframes", rate)),
            self.videos.map(|rate| percent("videos", rate)),
        ];
        write!(f, "  {:<28} {}", "mean", joined(means))
    }
}

/// What there is, with commas between.
fn joined(parts: [Option<String>; 2]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
