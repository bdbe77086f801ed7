//! `mirror bench physics`: speed and accuracy of the simulator, beside MuJoCo where it is installed.
//!
//! All times are processor time of one thread, in this program and in the other.

mod control;
mod grasp;
mod mjcf;
mod motion;
mod peer;
mod speed;
mod workbench;

use super::{Bench, Metric};

/// Measures everything; `repeats` interleaved repeats of what is timed.
///
/// # Errors
/// When a scene cannot be simulated, which would be a defect of this program.
pub(super) fn run(repeats: usize) -> anyhow::Result<Bench> {
    let (mut metrics, mut shown) = speed::measure(repeats)?;
    metrics.extend(motion::measure(repeats)?);
    let (slips, table) = grasp::measure()?;
    metrics.extend(slips);
    shown += &table;
    Ok(Bench { shown, tabled: &["grasp_slip_mm/"], ..Bench::new("physics", metrics) })
}

/// The middle value; the mean of the two middle ones for an even count.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[middle],
        _ => 0.5 * (sorted[middle - 1] + sorted[middle]),
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

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_spread_names_its_ends() {
        let [middle, low, high] = spread("rate", &[2.0, 1.0, 4.0], "1/s");
        assert_eq!((middle.value, low.value, high.value), (2.0, 1.0, 4.0));
        assert_eq!(low.name, "rate/lowest");
    }
}
