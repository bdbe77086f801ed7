//! What a rollout found: one row for each task, and the mean over them.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use sim::episode::rollout::{Agent, Record};
use sim::episode::split::Split;
use sim::robot::GraspMode;
use sim::robot::action::Outcome;
use sim::task::Rules;

use crate::cli::table::Table;
use crate::statistics::Wilson;

/// The whole result. Nothing in it depends on the machine or the number of threads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RolloutReport {
    /// Who acted: an agent's name, or `run` and its hash.
    pub agent: String,
    /// Where the seeds come from.
    pub split: Split,
    /// Base seed inside the split.
    pub seed: u64,
    /// Rules the scenes follow.
    pub rules: Rules,
    /// How the gripper held things.
    pub grasp: GraspMode,
    /// Mean success rate over the tasks, in 0..=1.
    pub mean: f64,
    /// One row for each task.
    pub tasks: Vec<TaskReport>,
}

/// One task's episodes, summed up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskReport {
    /// Name of the task.
    pub task: String,
    /// Episodes run.
    pub episodes: usize,
    /// Episodes that ended in success.
    pub successes: usize,
    /// Lower end of the 95 % Wilson interval of the success rate.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How many episodes failed for which reason.
    pub reasons: BTreeMap<&'static str, usize>,
    /// Mean number of actions of an episode; for the expert, of keyframes.
    pub keyframes: f64,
    /// Mean number of layouts refused before a scene, for geometry or reach.
    pub rejected: f64,
}

impl TaskReport {
    /// Sums up the episodes of one task.
    pub fn new(task: &str, records: &[Record]) -> Self {
        let episodes = records.len();
        let mut reasons = BTreeMap::new();
        for record in records.iter().filter(|record| record.outcome != Outcome::Success) {
            *reasons.entry(record.outcome.name()).or_default() += 1;
        }
        let successes = episodes - reasons.values().sum::<usize>();
        let Wilson { low, high } = Wilson::of(successes, episodes);
        let mean = |number: fn(&Record) -> u32| {
            let sum: u64 = records.iter().map(|record| u64::from(number(record))).sum();
            sum as f64 / episodes.max(1) as f64
        };
        let (keyframes, rejected) = (mean(|r| r.actions), mean(|r| r.rejected));
        Self { task: task.into(), episodes, successes, low, high, reasons, keyframes, rejected }
    }

    /// Share of episodes that ended in success.
    pub fn rate(&self) -> f64 {
        self.successes as f64 / self.episodes.max(1) as f64
    }
}

impl RolloutReport {
    /// A report with its mean.
    pub fn new(
        agent: String,
        split: Split,
        seed: u64,
        rules: Rules,
        grasp: GraspMode,
        tasks: Vec<TaskReport>,
    ) -> Self {
        let mean = tasks.iter().map(TaskReport::rate).sum::<f64>() / tasks.len().max(1) as f64;
        Self { agent, split, seed, rules, grasp, mean, tasks }
    }
}

impl fmt::Display for RolloutReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { agent, split, seed, rules, grasp, mean, tasks } = self;
        let actions = if agent == Agent::Expert.name() { "keyframes" } else { "actions" };
        let split = split.name();
        let rules = match rules {
            Rules::Fixed => "fixed",
            Rules::Original => "original",
        };
        let grasp = match grasp {
            GraspMode::Assist => "assist",
            GraspMode::Friction => "friction",
        };
        writeln!(f, "{agent}: split {split}, seed {seed}, rules {rules}, grasp {grasp}")?;
        let mut table = Table::new().indent(2);
        for column in 1..=5 {
            table = table.right(column);
        }
        table.row(["task", "k/n", "rate", "95 %", actions, "rejected", "failures"]);
        for row in tasks {
            let share = format!("{}/{}", row.successes, row.episodes);
            let interval = format!("{:.1}..{:.1}", 100.0 * row.low, 100.0 * row.high);
            let (count, rejected) =
                (format!("{:.1}", row.keyframes), format!("{:.2}", row.rejected));
            let reasons: Vec<String> =
                row.reasons.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
            let (rate, reasons) = (percent(row.rate()), reasons.join(", "));
            table.row([&row.task, &share, &rate, &interval, &count, &rejected, &reasons]);
        }
        table.row(["mean", "", &percent(*mean), "", "", "", ""]);
        write!(f, "{table}")
    }
}

fn percent(rate: f64) -> String {
    format!("{:.1}", 100.0 * rate)
}

#[cfg(test)]
mod tests {
    use sim::world::StateHash;

    use super::*;

    fn record(outcome: Outcome, actions: u32, rejected: u32) -> Record {
        Record { outcome, actions, rejected, parts: Vec::new(), hash: StateHash::of(&[]) }
    }

    fn sample() -> RolloutReport {
        let good = record(Outcome::Success, 4, 0);
        let bad = record(Outcome::NoPath, 1, 3);
        let tasks = vec![
            TaskReport::new("one", &[good.clone(), good.clone(), good.clone(), bad.clone()]),
            TaskReport::new("two", &[bad.clone(), record(Outcome::Steps, 25, 0)]),
        ];
        RolloutReport::new("replay".into(), Split::Test, 0, Rules::Fixed, GraspMode::Assist, tasks)
    }

    #[test]
    fn rows_add_up() {
        let RolloutReport { mean, tasks, .. } = sample();
        assert_eq!((tasks[0].successes, tasks[0].episodes), (3, 4));
        assert_eq!((tasks[0].keyframes, tasks[0].rejected), (3.25, 0.75));
        assert_eq!(tasks[1].reasons, BTreeMap::from([("no_path", 1), ("steps", 1)]));
        assert_eq!(mean, 0.375);
    }

    #[test]
    fn the_table_is_readable() {
        let text = sample().to_string();
        let expected = "\
replay: split test, seed 0, rules fixed, grasp assist
  task  k/n  rate        95 %  actions  rejected  failures
  one   3/4  75.0  30.1..95.4      3.2      0.75  no_path 1
  two   0/2   0.0   0.0..65.8     13.0      1.50  no_path 1, steps 1
  mean       37.5
";
        assert_eq!(text, expected);
    }
}
