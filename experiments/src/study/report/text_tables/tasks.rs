//! Tasks, one by one and over all.

use super::arms::tried;
use crate::study::report::analysis::Analysis;
use crate::study::report::arm::Arm;
use crate::study::report::format::{NONE, counts, interval, percent, points};
use crate::study::report::measure::{Counts, Measure};
use crate::study::report::summary::TaskRow;
use crate::study::report::text_table::TextTable;

/// Success of every task, arms side by side.
pub(in crate::study::report) fn tasks(analysis: &Analysis, arms: &[Arm<'_>]) -> TextTable {
    let header = arms.iter().map(|arm| arm.label.clone());
    let mut table = TextTable::new(1, std::iter::once("task".to_owned()).chain(header));
    for name in names(analysis) {
        let cells =
            analysis.tasks.iter().filter(|row| row.task == name).map(|row| match row.success_n {
                0 => NONE.to_owned(),
                n => {
                    let range = interval(row.success_low, row.success_high);
                    format!("{}/{n} ({range})", row.success_k)
                }
            });
        table.row(std::iter::once(name.to_owned()).chain(cells));
    }
    let whole = |arm: &Arm<'_>| {
        let Counts { hits, tries } = arm.counts(Measure::Success, None);
        tried(hits as i64, tries as i64, arm.done() as i64)
    };
    table.row(std::iter::once("all".to_owned()).chain(arms.iter().map(whole)));
    table
}

/// Tasks in the order of their names.
fn names(analysis: &Analysis) -> Vec<&str> {
    let mut names: Vec<&str> = analysis.tasks.iter().map(|row| row.task.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// One arm's tasks with their differences, as measured and shrunk, largest shrunk first.
pub(in crate::study::report) fn gains(analysis: &Analysis, arm: &str) -> TextTable {
    let mut table = TextTable::new(
        1,
        ["task", "k/n", "%", "difference", "shrunk", "recognition %", "alignment %"],
    );
    let mut rows: Vec<&TaskRow> = analysis.tasks.iter().filter(|row| row.arm == arm).collect();
    let shrunk = |row: &TaskRow| row.difference_shrunk.unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| shrunk(b).total_cmp(&shrunk(a)).then_with(|| a.task.cmp(&b.task)));
    for row in rows {
        table.row([
            row.task.clone(),
            counts(Counts { hits: row.success_k as usize, tries: row.success_n as usize }),
            percent(row.success),
            points(row.difference),
            points(row.difference_shrunk),
            percent(row.recognition),
            percent(row.alignment),
        ]);
    }
    table
}

/// Offline keyframe hits beside success in closed loop, by arm.
pub(in crate::study::report) fn hits(analysis: &Analysis, arms: &[Arm<'_>]) -> TextTable {
    let mut table = TextTable::new(1, ["arm", "offline hits", "%", "closed-loop success", "%"]);
    for arm in arms {
        let rows = || analysis.tasks.iter().filter(|row| row.arm == arm.label);
        let sum = |number: fn(&TaskRow) -> i64| rows().map(number).sum::<i64>() as usize;
        let offline = Counts { hits: sum(|row| row.hit_k), tries: sum(|row| row.hit_n) };
        let closed = arm.counts(Measure::Success, None);
        table.row([
            arm.label.clone(),
            counts(offline),
            percent(offline.rate()),
            counts(closed),
            percent(closed.rate()),
        ]);
    }
    table
}

/// How success goes with alignment and with recognition over the tasks.
pub(in crate::study::report) fn correlations(analysis: &Analysis) -> TextTable {
    let header = ["arm", "success against", "tasks", "Spearman", "95 %", "given the baseline"];
    let mut table = TextTable::new(2, header);
    for row in analysis.correlations.iter().filter(|row| row.tasks > 0) {
        let range = match (row.low, row.high) {
            (Some(low), Some(high)) => format!("{low:.2}..{high:.2}"),
            _ => NONE.to_owned(),
        };
        table.row([
            row.arm.clone(),
            row.with.clone(),
            row.tasks.to_string(),
            row.rho.map_or_else(|| NONE.to_owned(), |rho| format!("{rho:.2}")),
            range,
            row.partial.map_or_else(|| NONE.to_owned(), |rho| format!("{rho:.2}")),
        ]);
    }
    table
}
