//! Wilson's score interval: where a success rate may lie, given k successes in n tries.

use serde::Serialize;

use super::normal::Z95 as Z;

/// A 95 % interval of a rate, both ends in 0..=1.
///
/// Unlike the textbook's rate plus or minus two standard errors, it stays inside 0..=1 and keeps its
/// promise at rates near 0 and 1, where experts are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Wilson {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Wilson {
    /// The interval of `successes` in `tries`; everything is possible when nothing was tried.
    pub fn of(successes: usize, tries: usize) -> Self {
        if tries == 0 {
            return Self { low: 0.0, high: 1.0 };
        }
        let (k, n) = (successes.min(tries) as f64, tries as f64);
        let rate = k / n;
        let widen = 1.0 + Z * Z / n;
        let centre = (rate + Z * Z / (2.0 * n)) / widen;
        let half = Z / widen * (rate * (1.0 - rate) / n + Z * Z / (4.0 * n * n)).sqrt();
        // At 0 and n the formula gives 0 and 1 exactly but for rounding.
        let low = if successes == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if successes >= tries { 1.0 } else { (centre + half).min(1.0) };
        Self { low, high }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(interval: Wilson, low: f64, high: f64) {
        let Wilson { low: a, high: b } = interval;
        assert!((a - low).abs() < 1e-4 && (b - high).abs() < 1e-4, "{interval:?}");
    }

    /// z^2 = 3.841459. All worked out by hand.
    #[test]
    fn intervals_match_those_worked_out_by_hand() {
        // k = n: the lower end is 1 / (1 + z^2 / n).
        close(Wilson::of(25, 25), 1.0 / 1.153_658, 1.0);
        close(Wilson::of(0, 25), 0.0, 0.133_192);
        // 5 of 10: centre 0.5; half = 1.959964 / 1.384146 * sqrt(0.025 + 0.009604) = 0.263408.
        close(Wilson::of(5, 10), 0.236_592, 0.763_408);
        // 1 of 4: centre 0.730182 / 1.960365; half = 0.999795 * sqrt(0.046875 + 0.060023).
        close(Wilson::of(1, 4), 0.045_588, 0.699_358);
    }

    #[test]
    fn ends_are_exact_and_nothing_tried_says_nothing() {
        assert_eq!(Wilson::of(0, 7).low, 0.0);
        assert_eq!(Wilson::of(7, 7).high, 1.0);
        assert_eq!(Wilson::of(0, 0), Wilson { low: 0.0, high: 1.0 });
    }

    #[test]
    fn an_interval_holds_its_rate_and_narrows_with_more_tries() {
        for n in [1, 2, 10, 100] {
            for k in 0..=n {
                let (few, many) = (Wilson::of(k, n), Wilson::of(10 * k, 10 * n));
                let rate = k as f64 / n as f64;
                assert!(few.low <= rate && rate <= few.high);
                assert!(many.high - many.low < few.high - few.low);
            }
        }
    }
}
