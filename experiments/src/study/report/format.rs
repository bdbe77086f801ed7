//! Numbers as a reader wants them: per cent with one decimal, differences with their sign.

use super::measure::Counts;

/// What stands where nothing was measured.
pub(super) const NONE: &str = "-";

/// A rate in per cent.
pub(super) fn percent(rate: Option<f64>) -> String {
    rate.map_or_else(|| NONE.to_owned(), |rate| format!("{:.1}", 100.0 * rate))
}

/// A difference of rates in percentage points.
pub(super) fn points(difference: Option<f64>) -> String {
    difference.map_or_else(|| NONE.to_owned(), |d| signed(100.0 * d))
}

/// An interval of rates in per cent.
pub(super) fn interval(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{:.1}..{:.1}", 100.0 * low, 100.0 * high),
        _ => NONE.to_owned(),
    }
}

/// An interval of differences in percentage points.
pub(super) fn span(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{}..{}", signed(100.0 * low), signed(100.0 * high)),
        _ => NONE.to_owned(),
    }
}

/// A probability.
pub(super) fn probability(p: Option<f64>) -> String {
    match p {
        None => NONE.to_owned(),
        Some(p) if p < 0.001 => "<0.001".to_owned(),
        Some(p) => format!("{p:.3}"),
    }
}

/// Any number, four digits.
pub(super) fn number(value: Option<f64>) -> String {
    match value {
        None => NONE.to_owned(),
        Some(v) if v != 0.0 && (v.abs() < 0.001 || v.abs() >= 100_000.0) => format!("{v:.2e}"),
        Some(v) => format!("{v:.3}"),
    }
}

/// So many of so many.
pub(super) fn counts(counts: Counts) -> String {
    match counts.tries {
        0 => NONE.to_owned(),
        tries => format!("{}/{tries}", counts.hits),
    }
}

fn signed(value: f64) -> String {
    let text = format!("{value:+.1}");
    if text == "-0.0" { "+0.0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_expected() {
        assert_eq!(percent(Some(0.8534)), "85.3");
        assert_eq!(
            [points(Some(0.035)), points(Some(-0.0001)), points(None)],
            ["+3.5", "+0.0", "-"]
        );
        assert_eq!(interval(Some(0.0), Some(1.0)), "0.0..100.0");
        assert_eq!(span(Some(-0.02), Some(0.11)), "-2.0..+11.0");
        assert_eq!([probability(Some(0.0004)), probability(Some(1.0))], ["<0.001", "1.000"]);
        assert_eq!([number(Some(1e-4)), number(Some(0.25))], ["1.00e-4", "0.250"]);
        assert_eq!(counts(Counts { hits: 3, tries: 4 }), "3/4");
    }
}
