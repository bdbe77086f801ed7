//! Arms against their baseline, and the cells behind them.

use crate::study::report::analysis::Analysis;
use crate::study::report::format::{NONE, interval, number, percent, points, probability, span};
use crate::study::report::measure::Measure;
use crate::study::report::summary::AblationRow;
use crate::study::report::text_table::TextTable;

/// The ablation by one measure, with the paper's figures beside ours.
pub(in crate::study::report) fn ablation(analysis: &Analysis, measure: Measure) -> TextTable {
    let mut table = TextTable::new(
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
        table.row([
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
    table
}

/// Counts, or why there are none.
pub(super) fn tried(k: i64, n: i64, done: i64) -> String {
    match (n, done) {
        (0, 0) => "missing".to_owned(),
        (0, _) => "not measured".to_owned(),
        _ => format!("{k}/{n}"),
    }
}

/// The tests of every arm against its baseline.
pub(in crate::study::report) fn comparisons(analysis: &Analysis) -> TextTable {
    let mut table = TextTable::new(
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
        table.row([
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
    table
}

/// Every cell with what became of it.
pub(in crate::study::report) fn cells(analysis: &Analysis) -> TextTable {
    let mut table = TextTable::new(
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
        table.row([
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
    table
}

/// The row of an arm by one measure.
pub(in crate::study::report) fn find<'a>(
    analysis: &'a Analysis,
    arm: &str,
    measure: Measure,
) -> Option<&'a AblationRow> {
    analysis.ablation.iter().find(|row| row.arm == arm && row.measure == measure.name())
}
