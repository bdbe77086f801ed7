//! Where training began and ended.

use crate::store::tables::names::{of_task, phase_order};
use crate::study::report::analysis::Analysis;
use crate::study::report::arm::Arm;
use crate::study::report::format::{NONE, number, percent};
use crate::study::report::summary::CurveRow;
use crate::study::report::text_table::TextTable;

/// Where every quantity of training began and ended.
pub(in crate::study::report) fn curves(analysis: &Analysis) -> TextTable {
    let header = ["arm", "phase", "quantity", "seeds", "first tenth", "last tenth", "below 0 %"];
    let mut table = TextTable::new(3, header);
    for row in &analysis.curves {
        table.row([
            row.arm.clone(),
            row.phase.clone(),
            row.name.clone(),
            row.seeds.to_string(),
            number(row.first),
            number(row.last),
            percent(row.negative),
        ]);
    }
    table
}

/// The same, arms side by side: a row for every quantity but those of single tasks.
pub(in crate::study::report) fn training(analysis: &Analysis, arms: &[Arm<'_>]) -> TextTable {
    let header = arms.iter().map(|arm| arm.label.clone());
    let words = ["phase", "quantity"].map(str::to_owned);
    let mut table = TextTable::new(2, words.into_iter().chain(header));
    let mut shown: Vec<(usize, &str, &str)> = analysis
        .curves
        .iter()
        .filter(|row| !of_task(&row.name))
        .map(|row| (phase_order(&row.phase), row.phase.as_str(), row.name.as_str()))
        .collect();
    shown.sort_unstable();
    shown.dedup();
    for (_, phase, name) in shown {
        let cells = arms.iter().map(|arm| {
            let same =
                |row: &&CurveRow| row.arm == arm.label && row.phase == phase && row.name == name;
            let Some(row) = analysis.curves.iter().find(same) else { return NONE.to_owned() };
            let below = match row.negative {
                Some(share) if share > 0.0 => format!(" ({:.0} % below 0)", 100.0 * share),
                _ => String::new(),
            };
            format!("{} to {}{below}", number(row.first), number(row.last))
        });
        table.row([phase, name].map(str::to_owned).into_iter().chain(cells));
    }
    table
}
