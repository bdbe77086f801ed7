//! What an evaluation found: one row for each task, and the means over them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Serialize;
use sim::robot::action::Outcome;
use sim::tasks;

use super::record::Evaluation;
use crate::cli::table::Table;
use crate::run::config::Config;
use crate::run::models::Instructions;
use crate::run::train::judge::{Hits, Recognised};
use crate::statistics::Wilson;

const HEAD: [&str; 11] = [
    "task",
    "success %",
    "95 %",
    "k/n",
    "actions",
    "keyframes %",
    "place/turn/grip/touch %",
    "video %",
    "within %",
    "task %",
    "failures",
];

/// The whole result. Nothing in it but the folder depends on the machine or the number of threads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvaluationReport {
    /// Hash of the run's settings.
    pub run: String,
    /// Its arm.
    pub arm: String,
    /// Mean success rate over the tasks, in 0..=1.
    pub mean: f64,
    /// Mean over the tasks of the share of demonstrated keyframes that were hit, in 0..=1.
    pub offline: f64,
    /// Mean over the tasks of the share of videos whose instruction was recognised among all.
    pub a_inst: f64,
    /// The same among the instructions of the video's task.
    pub a_within: f64,
    /// The same for the task alone.
    pub a_task: f64,
    /// One row for each task.
    pub tasks: Vec<TaskReport>,
    /// Folder of the tables, and of the films.
    pub path: String,
    /// Films below it.
    pub films: Vec<String>,
}

/// One task.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskReport {
    /// Name of the task.
    pub task: &'static str,
    /// Episodes played.
    pub episodes: usize,
    /// Episodes that ended in success.
    pub successes: usize,
    /// Lower end of the 95 % Wilson interval of the success rate.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How many episodes failed for which reason.
    pub reasons: BTreeMap<&'static str, usize>,
    /// Mean number of actions of an episode.
    pub actions: f64,
    /// Keyframes of demonstrations asked for, and how many of them were hit in what.
    pub keyframes: Hits,
    /// Videos shown.
    pub clips: usize,
    /// Videos whose instruction was recognised among all.
    pub recognised: usize,
    /// Videos whose instruction was recognised among its task's.
    pub within: usize,
    /// Videos whose task was recognised.
    pub task_recognised: usize,
}

impl EvaluationReport {
    /// Sums up an evaluation that was written to `folder`; `hits` has the keyframes of demonstrations
    /// that the policy was asked for, by the number of the task.
    pub fn new(
        config: &Config,
        evaluation: &Evaluation,
        hits: &[(usize, Hits)],
        instructions: &Instructions,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let all = 0..tasks::ALL.len();
        let rows: Vec<TaskReport> =
            all.filter_map(|task| TaskReport::new(task, evaluation, hits, instructions)).collect();
        let mean = |share: &dyn Fn(&TaskReport) -> (usize, usize)| {
            let shares = rows.iter().map(share).filter(|(_, n)| *n > 0);
            let rates: Vec<f64> = shares.map(|(k, n)| k as f64 / n as f64).collect();
            rates.iter().sum::<f64>() / rates.len().max(1) as f64
        };
        Ok(Self {
            run: config.hash()?,
            arm: config.arm(),
            mean: mean(&|row| (row.successes, row.episodes)),
            offline: mean(&|row| (row.keyframes.all as usize, row.keyframes.transitions as usize)),
            a_inst: mean(&|row| (row.recognised, row.clips)),
            a_within: mean(&|row| (row.within, row.clips)),
            a_task: mean(&|row| (row.task_recognised, row.clips)),
            tasks: rows,
            path: folder.display().to_string(),
            films: evaluation.films.iter().flatten().cloned().collect(),
        })
    }
}

impl TaskReport {
    fn new(
        task: usize,
        evaluation: &Evaluation,
        hits: &[(usize, Hits)],
        instructions: &Instructions,
    ) -> Option<Self> {
        let Evaluation { played, seen, .. } = evaluation;
        let played: Vec<_> = played.iter().filter(|one| one.instruction.task == task).collect();
        let seen: Vec<_> = seen.iter().filter(|one| one.truth.task == task).collect();
        if played.is_empty() {
            return None;
        }
        let mut reasons = BTreeMap::new();
        let failed = played.iter().filter(|one| one.record.outcome != Outcome::Success);
        failed.for_each(|one| *reasons.entry(one.record.outcome.name()).or_default() += 1);
        let (episodes, failures) = (played.len(), reasons.values().sum::<usize>());
        let Wilson { low, high } = Wilson::of(episodes - failures, episodes);
        let count = |hit: &dyn Fn(&Recognised) -> bool| seen.iter().filter(|one| hit(one)).count();
        Some(Self {
            task: tasks::ALL[task].name,
            episodes,
            successes: episodes - failures,
            low,
            high,
            reasons,
            actions: played.iter().map(|one| f64::from(one.record.actions)).sum::<f64>()
                / episodes as f64,
            keyframes: hits
                .iter()
                .find(|of| of.0 == task)
                .map(|of| of.1.clone())
                .unwrap_or_default(),
            clips: seen.len(),
            recognised: count(&|one| instructions.same(one.truth, one.guess)),
            within: count(&|one| instructions.same(one.truth, one.within)),
            task_recognised: count(&|one| one.truth.task == one.guess.task),
        })
    }
}

impl fmt::Display for EvaluationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |k: usize, n: usize| match n {
            0 => String::from("-"),
            n => format!("{:.0}", 100.0 * k as f64 / n as f64),
        };
        let mut table = (1..10).fold(Table::new(), Table::right);
        table.row(HEAD);
        for row in &self.tasks {
            let reasons = row.reasons.iter().map(|(reason, count)| format!("{count} {reason}"));
            let hits = &row.keyframes;
            let hit = |k: i64| percent(k as usize, hits.transitions as usize);
            let parts = [hits.position, hits.rotation, hits.gripper, hits.collision].map(hit);
            let cells = [
                row.task.to_owned(),
                percent(row.successes, row.episodes),
                format!("{:.0}-{:.0}", 100.0 * row.low, 100.0 * row.high),
                format!("{}/{}", row.successes, row.episodes),
                format!("{:.1}", row.actions),
                hit(hits.all),
                parts.join("/"),
                percent(row.recognised, row.clips),
                percent(row.within, row.clips),
                percent(row.task_recognised, row.clips),
                reasons.collect::<Vec<_>>().join(", "),
            ];
            table.row(cells.each_ref().map(String::as_str));
        }
        writeln!(f, "{}, run {}", self.arm, self.run)?;
        writeln!(f, "{table}")?;
        let Self { mean, offline, a_inst, a_within, a_task, .. } = self;
        write!(f, "mean: success {:.1} %, keyframes {:.1} %", 100.0 * mean, 100.0 * offline)?;
        if self.tasks.iter().any(|row| row.clips > 0) {
            write!(
                f,
                ", recognised {:.1} % (among all), {:.1} % (within the task), {:.1} % (the task)",
                100.0 * a_inst,
                100.0 * a_within,
                100.0 * a_task
            )?;
        }
        writeln!(f)?;
        let films = match self.films.len() {
            0 => String::new(),
            1 => " and 1 film".into(),
            count => format!(" and {count} films"),
        };
        write!(f, "Tables{films}: {}", self.path)
    }
}
