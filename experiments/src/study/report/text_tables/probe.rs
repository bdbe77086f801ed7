//! What linear maps between frozen models find.

use std::collections::BTreeMap;

use crate::study::report::arm::Arm;
use crate::study::report::curve::mean;
use crate::study::report::format::percent;
use crate::study::report::text_table::TextTable;

/// Columns: heading and metric.
const COLUMNS: [(&str, &str); 4] = [
    ("label %", "r1_label"),
    ("class %", "r1_class"),
    ("task %", "r1_task"),
    ("episode %", "r1_index"),
];
/// The variant that says what blind guessing scores; its metrics have another beginning.
const CHANCE: &str = "chance";

/// Recall@1 of every probe, averaged over the training seeds; no rows where nothing was probed.
pub(in crate::study::report) fn probe(arms: &[Arm<'_>]) -> TextTable {
    let header = ["arm", "features"].into_iter().chain(COLUMNS.map(|column| column.0));
    let mut table = TextTable::new(2, header.chain(["seeds"]));
    for arm in arms {
        let mut variants: BTreeMap<&str, BTreeMap<&str, Vec<f64>>> = BTreeMap::new();
        for row in arm.cells.iter().flat_map(|cell| &cell.tables.probe) {
            let metrics = variants.entry(&row.variant).or_default();
            metrics.entry(&row.metric).or_default().push(row.value);
        }
        for (variant, metrics) in &variants {
            let values = |metric: &str| match *variant {
                CHANCE => metrics.get(metric.replace("r1_", "chance_").as_str()),
                _ => metrics.get(metric),
            };
            let cell = |(_, metric): (&str, &str)| {
                percent(values(metric).and_then(|values| mean(values.iter().copied())))
            };
            let seeds = values(COLUMNS[0].1).map_or(0, Vec::len).to_string();
            let words = [arm.label.clone(), (*variant).to_owned()];
            table.row(words.into_iter().chain(COLUMNS.map(cell)).chain([seeds]));
        }
    }
    table
}
