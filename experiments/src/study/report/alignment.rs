//! Does a task that aligns better, or is recognised better, succeed more often?

use std::collections::BTreeMap;

use super::arm::Arm;
use super::curve::mean;
use super::measure::Measure;
use super::summary::CorrelationRow;
use crate::statistics::{Spearman, partial_spearman};
use crate::store::tables::names::{RECALL_TASK, phase_order};

/// Place of a phase in the schedule, its name, and the step in it.
type When<'a> = (usize, &'a str, i64);

/// Recall@1 of every task that has it: the last step of each seed, averaged over the seeds.
pub(super) fn by_task<'a>(arm: &Arm<'a>) -> BTreeMap<&'a str, f64> {
    let mut last: BTreeMap<(&str, i64), (When<'_>, f64)> = BTreeMap::new();
    for cell in &arm.cells {
        for row in &cell.tables.training {
            let Some(task) = row.name.strip_prefix(RECALL_TASK) else { continue };
            let when = (phase_order(&row.phase), row.phase.as_str(), row.step);
            let entry = last.entry((task, row.seed)).or_insert((when, row.value));
            if when >= entry.0 {
                *entry = (when, row.value);
            }
        }
    }
    let mut tasks: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for ((task, _), (_, value)) in last {
        tasks.entry(task).or_default().push(value);
    }
    tasks.into_iter().filter_map(|(task, all)| Some((task, mean(all.into_iter())?))).collect()
}

/// A task's name, what success goes with, and success.
pub(super) type Points<'a> = Vec<(&'a str, f64, f64)>;

/// Success of every task against its alignment, then against its recognition.
pub(super) fn points<'a>(arm: &Arm<'a>, tasks: &[&'a str]) -> [(&'static str, Points<'a>); 2] {
    let alignment = by_task(arm);
    let success = |task: &str| arm.counts(Measure::Success, Some(task)).rate();
    let recognised = |task: &str| arm.counts(Measure::Recognition, Some(task)).rate();
    let against = |other: &dyn Fn(&str) -> Option<f64>| {
        tasks.iter().filter_map(|&task| Some((task, other(task)?, success(task)?))).collect()
    };
    [
        ("alignment", against(&|task| alignment.get(task).copied())),
        ("recognition", against(&recognised)),
    ]
}

/// Both correlations of an arm; `baseline` says how hard a task is without alignment.
pub(super) fn correlations(
    arm: &Arm<'_>,
    baseline: Option<&Arm<'_>>,
    tasks: &[&str],
) -> Vec<CorrelationRow> {
    let correlate = |(with, points): (&str, Points<'_>)| {
        let other: Vec<f64> = points.iter().map(|point| point.1).collect();
        let success: Vec<f64> = points.iter().map(|point| point.2).collect();
        let ease = baseline.and_then(|baseline| {
            let rate =
                |point: &(&str, f64, f64)| baseline.counts(Measure::Success, Some(point.0)).rate();
            points.iter().map(rate).collect::<Option<Vec<f64>>>()
        });
        let found = Spearman::of(&other, &success);
        CorrelationRow {
            arm: arm.label.clone(),
            with: with.to_owned(),
            tasks: points.len() as i64,
            rho: found.map(|found| found.rho),
            low: found.and_then(|found| Some(found.interval?[0])),
            high: found.and_then(|found| Some(found.interval?[1])),
            partial: ease.and_then(|ease| partial_spearman(&other, &success, &ease)),
        }
    };
    points(arm, tasks).into_iter().map(correlate).collect()
}
