//! What a probe found.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::score::Metric;
use crate::cli::table::Table;

/// Everything that was measured, rates in 0..=1.
#[derive(Clone, Debug, Serialize)]
pub struct ProbeReport {
    /// Hash of the run's settings.
    pub run: String,
    /// Its arm.
    pub arm: String,
    /// Episodes that the maps learned from, one tenth of them to say when to stop.
    pub learned: usize,
    /// Episodes that were measured: the candidates.
    pub tested: usize,
    /// Instructions among them.
    pub instructions: usize,
    /// What blind guessing scores.
    pub(super) chance: BTreeMap<&'static str, f64>,
    /// Features and controls.
    pub(super) variants: Vec<Variant>,
}

/// What was measured on one kind of features.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Variant {
    pub(super) name: String,
    pub(super) metrics: Vec<Spread>,
}

/// A number over the seeds of the maps.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Spread {
    pub(super) name: String,
    pub(super) mean: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Variant {
    /// Of what each seed measured, in one order.
    pub(super) fn of(name: &str, seeds: &[Vec<Metric>]) -> Self {
        let first = seeds.first().map(Vec::as_slice).unwrap_or_default();
        let spread = |(place, (name, _)): (usize, &Metric)| {
            let values = || seeds.iter().map(move |seed| seed[place].1);
            Spread {
                name: (*name).into(),
                mean: values().sum::<f64>() / seeds.len() as f64,
                low: values().fold(f64::INFINITY, f64::min),
                high: values().fold(f64::NEG_INFINITY, f64::max),
            }
        };
        Self { name: name.into(), metrics: first.iter().enumerate().map(spread).collect() }
    }

    fn find(&self, name: &str) -> Option<&Spread> {
        self.metrics.iter().find(|spread| spread.name == name)
    }
}

/// Columns of the printed table: heading and metric.
const COLUMNS: [(&str, &str); 5] = [
    ("label", "r1_label"),
    ("class", "r1_class"),
    ("task", "r1_task"),
    ("episode", "r1_index"),
    ("label by luck, 95 %", "null95_label"),
];

impl fmt::Display for ProbeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { run, arm, learned, tested, instructions, chance, variants } = self;
        writeln!(f, "{arm}, run {run}: maps learned on {learned} episodes")?;
        writeln!(
            f,
            "Recall@1 in per cent among {tested} unseen episodes of {instructions} instructions"
        )?;
        let mut table = (1..=COLUMNS.len()).fold(Table::new().indent(2), Table::right);
        let head: Vec<&str> =
            std::iter::once("features").chain(COLUMNS.map(|column| column.0)).collect();
        table.cells(&head);
        for variant in variants {
            let cell = |(_, metric): (&str, &str)| {
                variant.find(metric).map_or_else(
                    String::new,
                    |Spread { mean, low, high, .. }| {
                        let [mean, low, high] = [mean, low, high].map(|value| 100.0 * value);
                        if low == high {
                            return format!("{mean:.1}");
                        }
                        format!("{mean:.1} ({low:.1}-{high:.1})")
                    },
                )
            };
            let cells: Vec<String> =
                std::iter::once(variant.name.clone()).chain(COLUMNS.map(cell)).collect();
            table.cells(&cells.iter().map(String::as_str).collect::<Vec<_>>());
        }
        let guess = |(_, metric): (&str, &str)| {
            let name = metric.replace("r1_", "chance_");
            let found = chance.get(name.as_str());
            found.map_or_else(String::new, |value| format!("{:.1}", 100.0 * value))
        };
        let cells: Vec<String> =
            std::iter::once("blind guess".to_owned()).chain(COLUMNS.map(guess)).collect();
        table.cells(&cells.iter().map(String::as_str).collect::<Vec<_>>());
        write!(f, "{table}")
    }
}
