//! What a judgement found: hits by task and token, and how far off the misses are.

use std::fmt;

use serde::Serialize;
use sim::tasks;

use crate::cli::table::Table;
use crate::run::config::Config;
use crate::run::train::judge::JudgedKeyframe;

const HEAD: [&str; 13] = [
    "task",
    "keyframes",
    "all %",
    "coarse %",
    "place %",
    "median mm",
    "90 % mm",
    "turn %",
    "x %",
    "y %",
    "z %",
    "grip %",
    "touch %",
];

/// The whole result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct JudgeReport {
    /// Hash of the run's settings.
    run: String,
    /// The mean over the tasks.
    mean: TokenHits,
    /// One row for each task.
    tasks: Vec<TaskJudgement>,
}

/// One task.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct TaskJudgement {
    task: &'static str,
    keyframes: usize,
    hits: TokenHits,
}

/// Shares of the keyframes, in 0..=1, and distances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct TokenHits {
    /// Everything right.
    pub all: f64,
    /// The coarse stage's point so near that the fine stage was taught to find the place from there.
    pub coarse: f64,
    /// Position within 1 cm.
    pub position: f64,
    /// Median distance of the positions, m.
    pub median: f64,
    /// The distance that nine of ten stay below, m.
    pub most: f64,
    /// Rotation within 10 degrees.
    pub rotation: f64,
    /// Angles about the fixed axes x, y, z within 10 degrees.
    pub angles: [f64; 3],
    /// Gripper right.
    pub gripper: f64,
    /// Collision bit right.
    pub collision: f64,
}

impl JudgeReport {
    /// Sums up what was judged of a run with these settings.
    pub(super) fn new(config: &Config, judged: &[JudgedKeyframe]) -> anyhow::Result<Self> {
        let of_task = |task: usize| {
            let own: Vec<_> = judged.iter().filter(|one| one.task == task).collect();
            (!own.is_empty()).then(|| TaskJudgement {
                task: tasks::ALL[task].name,
                keyframes: own.len(),
                hits: TokenHits::of(&own, config),
            })
        };
        let tasks: Vec<_> = (0..tasks::ALL.len()).filter_map(of_task).collect();
        let hits: Vec<TokenHits> = tasks.iter().map(|row| row.hits).collect();
        Ok(Self { run: config.hash()?, mean: TokenHits::mean(&hits), tasks })
    }
}

impl TokenHits {
    /// Of some keyframes of a run with these settings; all 0 where there are none.
    #[must_use]
    pub fn of(judged: &[&JudgedKeyframe], config: &Config) -> Self {
        if judged.is_empty() {
            return Self::default();
        }
        let share = |hit: &dyn Fn(&JudgedKeyframe) -> bool| {
            judged.iter().filter(|one| hit(one)).count() as f64 / judged.len() as f64
        };
        let mut apart: Vec<f64> = judged.iter().map(|one| f64::from(one.apart())).collect();
        apart.sort_unstable_by(f64::total_cmp);
        let quantile = |share: f64| apart[((apart.len() - 1) as f64 * share).round() as usize];
        Self {
            all: share(&JudgedKeyframe::all),
            coarse: share(&|one| one.centred(config)),
            position: share(&JudgedKeyframe::position),
            median: quantile(0.5),
            most: quantile(0.9),
            rotation: share(&JudgedKeyframe::rotation),
            angles: [0, 1, 2].map(|axis| share(&|one| one.angle(axis))),
            gripper: share(&|one| one.gripper),
            collision: share(&|one| one.collision),
        }
    }

    /// The mean over rows, each counting alike.
    #[must_use]
    pub fn mean(rows: &[Self]) -> Self {
        let mean = |value: &dyn Fn(&Self) -> f64| {
            rows.iter().map(value).sum::<f64>() / rows.len().max(1) as f64
        };
        Self {
            all: mean(&|row| row.all),
            coarse: mean(&|row| row.coarse),
            position: mean(&|row| row.position),
            median: mean(&|row| row.median),
            most: mean(&|row| row.most),
            rotation: mean(&|row| row.rotation),
            angles: [0, 1, 2].map(|axis| mean(&|row| row.angles[axis])),
            gripper: mean(&|row| row.gripper),
            collision: mean(&|row| row.collision),
        }
    }

    /// The cells after the name and the count.
    fn cells(&self) -> [String; 11] {
        let percent = |share: f64| format!("{:.0}", 100.0 * share);
        let millimetres = |distance: f64| format!("{:.0}", 1000.0 * distance);
        let [x, y, z] = self.angles.map(percent);
        [
            percent(self.all),
            percent(self.coarse),
            percent(self.position),
            millimetres(self.median),
            millimetres(self.most),
            percent(self.rotation),
            x,
            y,
            z,
            percent(self.gripper),
            percent(self.collision),
        ]
    }
}

impl fmt::Display for JudgeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = (1..HEAD.len()).fold(Table::new(), Table::right);
        table.row(HEAD);
        let mut row = |name: &str, count: usize, hits: &TokenHits| {
            let count = count.to_string();
            let cells = hits.cells();
            let cells = [name, &count].into_iter().chain(cells.iter().map(String::as_str));
            table.cells(&cells.collect::<Vec<_>>());
        };
        for TaskJudgement { task, keyframes, hits } in &self.tasks {
            row(task, *keyframes, hits);
        }
        let total = self.tasks.iter().map(|row| row.keyframes).sum();
        row("mean over tasks", total, &self.mean);
        writeln!(f, "run {}", self.run)?;
        write!(f, "{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyframe(task: usize, offset: f32, coarse: f32) -> JudgedKeyframe {
        JudgedKeyframe {
            episode: 0,
            keyframe: 0,
            task,
            coarse: Some(coarse),
            offset: [offset, 0.0, 0.0],
            turned: 0.1,
            angles: [0.0, 0.0, 0.3],
            gripper: true,
            collision: task == 0,
            tap: Vec::new(),
        }
    }

    #[test]
    fn tasks_count_alike_in_the_mean() {
        let judged = [keyframe(0, 0.002, 0.04), keyframe(0, 0.03, 0.06), keyframe(3, 0.009, 0.01)];
        let report = JudgeReport::new(&Config::default(), &judged).unwrap();
        let [first, second] = &report.tasks[..] else { panic!("two tasks") };
        assert_eq!((first.keyframes, second.keyframes), (2, 1));
        assert_eq!((first.hits.position, first.hits.coarse, first.hits.all), (0.5, 0.5, 0.5));
        assert_eq!((second.hits.collision, second.hits.all), (0.0, 0.0));
        assert_eq!(report.mean.angles, [1.0, 1.0, 0.0]);
        assert_eq!(report.mean.position, 0.75);
        let text = report.to_string();
        assert!(text.lines().any(|line| line.starts_with("mean over tasks")), "{text}");
    }
}
