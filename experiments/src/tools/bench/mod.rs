//! Benchmarks: each target measures some metrics; the report around them is the same for all.

mod collect;
mod mjcf;
mod mujoco;
mod physics;
mod products;
mod render;
#[cfg(feature = "bevy")]
mod rival;
#[cfg(feature = "bevy")]
mod threads;
mod torch;
mod train;
mod viewer;

use std::fmt;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::cli::machine::Machine;
use crate::cli::output::Output;
use crate::cli::table::Table;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// Speed and accuracy of the simulator, slips in the hand, and MuJoCo beside it
    Physics,
    /// Camera frames per second on one core, beside Bevy and MuJoCo's renderer where they are there
    Render,
    /// Demonstrations made and stored, and training samples read, per second
    Collect,
    /// Training pairs per second on one core and where the time goes, beside PyTorch where that is installed
    Train,
    /// Time and draw calls of a frame of the viewer, which needs a display
    Viewer,
}

/// Arguments of `mirror bench`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// What to measure
    pub target: Target,
    /// Interleaved repeats of everything that `physics` and `train` time
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    pub repeats: u16,
    /// Sizes of the networks that `train` trains
    #[arg(long, value_name = "NAME", default_value = "tiny")]
    pub preset: String,
}

/// Measures, and prints the figures with the machine named.
///
/// # Errors
/// When the measurement fails or stdout cannot be written.
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    output.print(&match arguments.target {
        Target::Physics => physics::run(arguments.repeats.into())?,
        Target::Render => render::run()?,
        Target::Collect => collect::run()?,
        Target::Train => train::run(&arguments.preset, arguments.repeats.into())?,
        Target::Viewer => viewer::run()?,
    })
}

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
    pub shown: String,
    /// Prefixes of the metrics that the table shows, which the list leaves out.
    #[serde(skip)]
    pub tabled: &'static [&'static str],
}

impl Bench {
    /// A report about the running machine.
    pub fn new(bench: impl Into<String>, metrics: Vec<Metric>) -> Self {
        let (bench, machine) = (bench.into(), Machine::current());
        Self { bench, machine, metrics, notes: Vec::new(), shown: String::new(), tabled: &[] }
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
        write!(f, "{table}{}", self.shown)?;
        self.notes.iter().try_for_each(|note| writeln!(f, "  {note}"))
    }
}

/// At least three significant digits, and no more decimals than they need.
fn readable(value: f64) -> String {
    match value.abs() {
        0.0 => "0".into(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        size if size >= 0.001 => format!("{value:.4}"),
        _ => format!("{value:.2e}"),
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        1 => values[middle],
        _ => 0.5 * (values[middle - 1] + values[middle]),
    }
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
    fn the_median_lies_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
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
}
