//! From numbers to pixels.

/// A linear scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    from: [f64; 2],
    to: [f64; 2],
}

impl Scale {
    /// Maps `from` to `to`; an empty range becomes one around its value.
    pub(super) fn new([low, high]: [f64; 2], to: [f64; 2]) -> Self {
        let from = if high > low { [low, high] } else { [low - 0.5, low + 0.5] };
        Self { from, to }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        let [low, high] = self.from;
        let [start, end] = self.to;
        start + (value - low) / (high - low) * (end - start)
    }

    /// About `count` round values inside the range, with the text of each.
    pub(super) fn ticks(&self, count: usize) -> Vec<(f64, String)> {
        let [low, high] = self.from;
        let step = round_step((high - low) / count.max(1) as f64);
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        let first = (low / step - 1e-9).ceil() as i64;
        let last = (high / step + 1e-9).floor() as i64;
        let text = |value: f64| match value {
            v if v.abs() >= 1000.0 && v % 1000.0 == 0.0 => format!("{}k", v / 1000.0),
            v => format!("{:.decimals$}", if v == 0.0 { 0.0 } else { v }),
        };
        (first..=last).map(|i| i as f64 * step).map(|value| (value, text(value))).collect()
    }
}

/// The next of 1, 2, 5, 10, ... times a power of ten.
fn round_step(least: f64) -> f64 {
    let power = 10.0_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// Lowest and highest of the finite values; none where there are none.
pub(super) fn range(values: impl IntoIterator<Item = f64>) -> Option<[f64; 2]> {
    let finite = values.into_iter().filter(|value| value.is_finite());
    finite.fold(None, |range, value| match range {
        None => Some([value, value]),
        Some([low, high]) => Some([low.min(value), high.max(value)]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(from: [f64; 2], count: usize) -> Vec<String> {
        Scale::new(from, [0.0, 1.0]).ticks(count).into_iter().map(|tick| tick.1).collect()
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(texts([0.0, 100.0], 5), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(texts([-0.31, 0.42], 4), ["-0.2", "0.0", "0.2", "0.4"]);
        assert_eq!(texts([0.0, 12_000.0], 3), ["0", "5k", "10k"]);
        assert_eq!(texts([0.0, 0.000_03], 3), ["0.00000", "0.00001", "0.00002", "0.00003"]);
    }

    #[test]
    fn an_empty_range_is_widened_and_what_is_not_finite_is_left_out() {
        assert_eq!(Scale::new([3.0, 3.0], [0.0, 10.0]).at(3.0), 5.0);
        assert_eq!(range([f64::NAN, 2.0, -1.0, f64::INFINITY]), Some([-1.0, 2.0]));
        assert_eq!(range([f64::NAN]), None);
    }
}
