//! The form of a benchmark's result: metrics, with the machine named.

use std::fmt;

use serde::Serialize;

use crate::cli::machine::Machine;
use crate::cli::table::Table;
use crate::statistics::median;

/// One measured number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// What was measured, in `snake_case`.
    pub name: String,
    /// The median over the repetitions.
    pub value: f64,
    /// Unit: `x real time`, `frames/s`, `mm` ...
    pub unit: String,
}

impl Metric {
    /// A metric from its parts.
    pub fn new(name: impl Into<String>, value: f64, unit: impl Into<String>) -> Self {
        Self { name: name.into(), value, unit: unit.into() }
    }
}

/// The result of one benchmark, with the machine named.
#[derive(Clone, Debug, Serialize)]
pub struct Bench {
    /// Name of the target.
    pub bench: String,
    /// Where it ran, and which binary.
    pub machine: Machine,
    /// What came out, in the order of measurement.
    pub metrics: Vec<Metric>,
    /// How it was measured, in sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// A table for people that shows some of the metrics better than the list.
    #[serde(skip)]
    pub table: String,
    /// Prefixes of the metrics that the table shows, which the list leaves out.
    #[serde(skip)]
    pub tabled: &'static [&'static str],
}

impl Bench {
    /// A report about the running machine.
    pub fn new(bench: impl Into<String>, metrics: Vec<Metric>) -> Self {
        let (bench, machine) = (bench.into(), Machine::current());
        Self { bench, machine, metrics, notes: Vec::new(), table: String::new(), tabled: &[] }
    }
}

impl fmt::Display for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.bench, self.machine)?;
        let mut table = Table::new().indent(2).right(1);
        let tabled = |name: &str| self.tabled.iter().any(|prefix| name.starts_with(prefix));
        for metric in self.metrics.iter().filter(|metric| !tabled(&metric.name)) {
            table.row([&metric.name, &readable(metric.value), &metric.unit]);
        }
        write!(f, "{table}{}", self.table)?;
        self.notes.iter().try_for_each(|note| writeln!(f, "  {note}"))
    }
}

/// At least three significant digits, and no more decimals than they need.
pub(super) fn readable(value: f64) -> String {
    match value.abs() {
        0.0 => "0".into(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        size if size >= 0.001 => format!("{value:.4}"),
        _ => format!("{value:.2e}"),
    }
}

/// Median, lowest and highest of repeated measurements, as three metrics.
pub(super) fn spread(name: &str, values: &[f64], unit: &str) -> [Metric; 3] {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    [
        Metric::new(name, median(values), unit),
        Metric::new(format!("{name}/lowest"), low, unit),
        Metric::new(format!("{name}/highest"), high, unit),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Bench {
        let metrics = vec![
            Metric::new("step_rate", 1234.5, "1/s"),
            Metric::new("tip_error_at_rest", 0.25, "mm"),
        ];
        Bench::new("sample", metrics)
    }

    #[test]
    fn text_lines_up() {
        let text = sample().to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("sample: ") && lines[0].contains("commit"));
        // 1234.5 is a tie; both neighbours are fine for people.
        assert!(lines[1].starts_with("  step_rate            123"), "{text}");
        assert_eq!(lines[2], "  tip_error_at_rest  0.2500  mm");
    }

    #[test]
    fn json_has_the_shape_that_scripts_rely_on() {
        let json = serde_json::to_value(sample()).unwrap();
        assert_eq!(json["bench"], "sample");
        assert!(
            json["machine"]["cpu"].is_string() && json["machine"]["build"]["commit"].is_string()
        );
        let expected =
            serde_json::json!({"name": "tip_error_at_rest", "value": 0.25, "unit": "mm"});
        assert_eq!(json["metrics"][1], expected);
    }

    #[test]
    fn numbers_are_readable_at_every_size() {
        let all = [0.0, 0.00001, 0.5, 2.0, 20.0, 20000.0, f64::NAN, f64::INFINITY];
        let texts = all.map(readable);
        assert_eq!(texts, ["0", "1.00e-5", "0.5000", "2.00", "20.0", "20000", "NaN", "inf"]);
    }

    #[test]
    fn a_spread_names_its_ends() {
        let [middle, low, high] = spread("rate", &[2.0, 1.0, 4.0], "1/s");
        assert_eq!((middle.value, low.value, high.value), (2.0, 1.0, 4.0));
        assert_eq!(low.name, "rate/lowest");
    }
}
