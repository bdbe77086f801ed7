//! The tables of a report as readers see them.

use super::analysis::Analysis;
use super::arm::Arm;
use super::format::{NONE, counts, interval, number, percent, points, probability, span};
use super::grid::Grid;
use super::measure::{Counts, Measure};
use super::summary::{Ablation, Curve, Task};
use crate::tables::names::{RECALL_TASK, phase_order};

/// The ablation by one measure, with the paper's figures beside ours.
pub(super) fn ablation(analysis: &Analysis, measure: Measure) -> Grid {
    let mut grid = Grid::new(
        1,
        [
            "arm",
            "cells",
            "k/n",
            "%",
            "95 %",
            "IQM",
            "difference",
            "95 %",
            "P(>0)",
            "McNemar p",
            "Holm, pairing",
            "Holm, tau",
            "paper %",
            "paper difference",
        ],
    );
    for row in analysis.ablation.iter().filter(|row| row.measure == measure.name()) {
        grid.row([
            row.arm.clone(),
            format!("{}/{}", row.done, row.planned),
            tried(row.k, row.n, row.done),
            percent(row.rate),
            interval(row.low, row.high),
            percent(row.iqm),
            points(row.difference),
            span(row.difference_low, row.difference_high),
            row.above.map_or_else(|| NONE.to_owned(), |above| format!("{above:.3}")),
            probability(row.p),
            probability(row.p_pairing),
            probability(row.p_tau),
            percent(row.paper),
            points(row.paper_difference),
        ]);
    }
    grid
}

/// Counts, or why there are none.
fn tried(k: i64, n: i64, done: i64) -> String {
    match (n, done) {
        (0, 0) => "missing".to_owned(),
        (0, _) => "not measured".to_owned(),
        _ => format!("{k}/{n}"),
    }
}

/// The tests of every arm against its baseline.
pub(super) fn comparisons(analysis: &Analysis) -> Grid {
    let mut grid = Grid::new(
        2,
        [
            "arm against baseline",
            "measure",
            "pairs",
            "unpaired",
            "only arm",
            "only baseline",
            "McNemar p",
            "CMH chi2",
            "CMH p",
            "odds ratio",
            "difference",
            "95 %, these tasks",
            "95 %, tasks like these",
            "detectable",
        ],
    );
    for row in &analysis.comparisons {
        let declared = if row.primary { " (primary)" } else { "" };
        grid.row([
            format!("{}{declared}", row.arm),
            row.measure.clone(),
            row.pairs.to_string(),
            row.unpaired.to_string(),
            row.wins.to_string(),
            row.losses.to_string(),
            probability(row.p),
            number(row.cmh),
            probability(row.cmh_p),
            number(row.odds_ratio),
            points(row.difference),
            span(row.low, row.high),
            span(row.tasks_low, row.tasks_high),
            points(row.detectable),
        ]);
    }
    grid
}

/// Success of every task, arms side by side.
pub(super) fn tasks(analysis: &Analysis, arms: &[Arm<'_>]) -> Grid {
    let header = arms.iter().map(|arm| arm.label.clone());
    let mut grid = Grid::new(1, std::iter::once("task".to_owned()).chain(header));
    for name in names(analysis) {
        let cells =
            analysis.tasks.iter().filter(|row| row.task == name).map(|row| match row.success_n {
                0 => NONE.to_owned(),
                n => {
                    let range = interval(row.success_low, row.success_high);
                    format!("{}/{n} ({range})", row.success_k)
                }
            });
        grid.row(std::iter::once(name.to_owned()).chain(cells));
    }
    let whole = |arm: &Arm<'_>| {
        let Counts { hits, tries } = arm.counts(Measure::Success, None);
        tried(hits as i64, tries as i64, arm.done() as i64)
    };
    grid.row(std::iter::once("all".to_owned()).chain(arms.iter().map(whole)));
    grid
}

/// Tasks in the order of their names.
fn names(analysis: &Analysis) -> Vec<&str> {
    let mut names: Vec<&str> = analysis.tasks.iter().map(|row| row.task.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// One arm's tasks with their differences, as measured and shrunk, largest shrunk first.
pub(super) fn gains(analysis: &Analysis, arm: &str) -> Grid {
    let mut grid =
        Grid::new(1, ["task", "k/n", "%", "difference", "shrunk", "recognition %", "alignment %"]);
    let mut rows: Vec<&Task> = analysis.tasks.iter().filter(|row| row.arm == arm).collect();
    let shrunk = |row: &Task| row.difference_shrunk.unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| shrunk(b).total_cmp(&shrunk(a)).then_with(|| a.task.cmp(&b.task)));
    for row in rows {
        grid.row([
            row.task.clone(),
            counts(Counts { hits: row.success_k as usize, tries: row.success_n as usize }),
            percent(row.success),
            points(row.difference),
            points(row.difference_shrunk),
            percent(row.recognition),
            percent(row.alignment),
        ]);
    }
    grid
}

/// Offline keyframe hits beside success in closed loop, by arm.
pub(super) fn hits(analysis: &Analysis, arms: &[Arm<'_>]) -> Grid {
    let mut grid = Grid::new(1, ["arm", "offline hits", "%", "closed-loop success", "%"]);
    for arm in arms {
        let rows = || analysis.tasks.iter().filter(|row| row.arm == arm.label);
        let sum = |number: fn(&Task) -> i64| rows().map(number).sum::<i64>() as usize;
        let offline = Counts { hits: sum(|row| row.hit_k), tries: sum(|row| row.hit_n) };
        let closed = arm.counts(Measure::Success, None);
        grid.row([
            arm.label.clone(),
            counts(offline),
            percent(offline.rate()),
            counts(closed),
            percent(closed.rate()),
        ]);
    }
    grid
}

/// Every cell with what became of it.
pub(super) fn cells(analysis: &Analysis) -> Grid {
    let mut grid = Grid::new(
        3,
        [
            "cell",
            "arm",
            "status",
            "seed",
            "episodes",
            "success %",
            "95 %",
            "all instructions %",
            "95 %",
            "within task %",
            "task %",
            "offline hits %",
        ],
    );
    for row in &analysis.cells {
        grid.row([
            row.cell.clone(),
            row.arm.clone(),
            row.status.clone(),
            row.seed.to_string(),
            row.episodes.to_string(),
            percent(row.success),
            interval(row.success_low, row.success_high),
            percent(row.a_inst),
            interval(row.a_inst_low, row.a_inst_high),
            percent(row.a_within),
            percent(row.a_task),
            percent(row.hit_rate),
        ]);
    }
    grid
}

/// Where every quantity of training began and ended.
pub(super) fn curves(analysis: &Analysis) -> Grid {
    let header = ["arm", "phase", "quantity", "seeds", "first tenth", "last tenth", "below 0 %"];
    let mut grid = Grid::new(3, header);
    for row in &analysis.curves {
        grid.row([
            row.arm.clone(),
            row.phase.clone(),
            row.name.clone(),
            row.seeds.to_string(),
            number(row.first),
            number(row.last),
            percent(row.negative),
        ]);
    }
    grid
}

/// The same, arms side by side: a row for every quantity but those of single tasks.
pub(super) fn training(analysis: &Analysis, arms: &[Arm<'_>]) -> Grid {
    let header = arms.iter().map(|arm| arm.label.clone());
    let words = ["phase", "quantity"].map(str::to_owned);
    let mut grid = Grid::new(2, words.into_iter().chain(header));
    let mut shown: Vec<(usize, &str, &str)> = analysis
        .curves
        .iter()
        .filter(|row| !row.name.starts_with(RECALL_TASK))
        .map(|row| (phase_order(&row.phase), row.phase.as_str(), row.name.as_str()))
        .collect();
    shown.sort_unstable();
    shown.dedup();
    for (_, phase, name) in shown {
        let cells = arms.iter().map(|arm| {
            let same =
                |row: &&Curve| row.arm == arm.label && row.phase == phase && row.name == name;
            let Some(row) = analysis.curves.iter().find(same) else { return NONE.to_owned() };
            let below = match row.negative {
                Some(share) if share > 0.0 => format!(" ({:.0} % below 0)", 100.0 * share),
                _ => String::new(),
            };
            format!("{} to {}{below}", number(row.first), number(row.last))
        });
        grid.row([phase, name].map(str::to_owned).into_iter().chain(cells));
    }
    grid
}

/// How success goes with alignment and with recognition over the tasks.
pub(super) fn correlations(analysis: &Analysis) -> Grid {
    let header = ["arm", "success against", "tasks", "Spearman", "95 %", "given the baseline"];
    let mut grid = Grid::new(2, header);
    for row in analysis.correlations.iter().filter(|row| row.tasks > 0) {
        let range = match (row.low, row.high) {
            (Some(low), Some(high)) => format!("{low:.2}..{high:.2}"),
            _ => NONE.to_owned(),
        };
        grid.row([
            row.arm.clone(),
            row.with.clone(),
            row.tasks.to_string(),
            row.rho.map_or_else(|| NONE.to_owned(), |rho| format!("{rho:.2}")),
            range,
            row.partial.map_or_else(|| NONE.to_owned(), |rho| format!("{rho:.2}")),
        ]);
    }
    grid
}

/// The row of an arm by one measure.
pub(super) fn find<'a>(
    analysis: &'a Analysis,
    arm: &str,
    measure: Measure,
) -> Option<&'a Ablation> {
    analysis.ablation.iter().find(|row| row.arm == arm && row.measure == measure.name())
}
