//! The Cochran-Mantel-Haenszel test: one effect over many tasks of different difficulty.

use serde::Serialize;

use super::normal::two_sided;

/// Successes and tries of the two arms in one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// Successes of the arm in question.
    pub arm: u64,
    /// Its tries.
    pub arm_tries: u64,
    /// Successes of the baseline.
    pub baseline: u64,
    /// Its tries.
    pub baseline_tries: u64,
}

/// The pooled effect. It treats the arms as independent, so for paired scenes it errs on the safe side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CochranMantelHaenszel {
    /// Chi-squared with one degree of freedom, no continuity correction.
    pub statistic: f64,
    /// Two-sided probability of such a statistic if there were no effect.
    pub p: f64,
    /// Mantel-Haenszel's pooled odds ratio; above 1 the arm is better. None where nothing bounds it.
    pub odds_ratio: Option<f64>,
}

impl CochranMantelHaenszel {
    /// The test over the strata; none where every stratum is all successes or all failures.
    pub fn of(strata: &[Stratum]) -> Option<Self> {
        let (mut excess, mut variance, mut for_arm, mut against) = (0.0, 0.0, 0.0, 0.0);
        for stratum in strata {
            let [a, n, c, m] =
                [stratum.arm, stratum.arm_tries, stratum.baseline, stratum.baseline_tries]
                    .map(|count| count as f64);
            let (total, successes) = (n + m, a + c);
            if total < 2.0 {
                continue;
            }
            excess += a - n * successes / total;
            variance += n * m * successes * (total - successes) / (total * total * (total - 1.0));
            for_arm += a * (m - c) / total;
            against += (n - a) * c / total;
        }
        if variance <= 0.0 {
            return None;
        }
        let statistic = excess * excess / variance;
        let odds_ratio = (against > 0.0).then_some(for_arm / against);
        Some(Self { statistic, p: two_sided(statistic.sqrt()), odds_ratio })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(arm: u64, arm_tries: u64, baseline: u64, baseline_tries: u64) -> Stratum {
        Stratum { arm, arm_tries, baseline, baseline_tries }
    }

    /// From statsmodels 0.15 (`StratifiedTable`, no correction).
    #[test]
    fn three_tasks_match_statsmodels() {
        let strata = [stratum(15, 25, 10, 25), stratum(20, 25, 12, 25), stratum(25, 25, 22, 25)];
        let test = CochranMantelHaenszel::of(&strata).unwrap();
        assert!((test.statistic - 9.347_242_921_013).abs() < 1e-9, "{test:?}");
        assert!((test.p - 0.002_233_211_743_28).abs() < 1e-10, "{test:?}");
        assert!((test.odds_ratio.unwrap() - 3.5).abs() < 1e-12, "{test:?}");
    }

    /// One task, 3 of 4 against 1 of 4: excess 1, variance 4*4*4*4 / (64*7).
    #[test]
    fn one_task_matches_the_one_worked_out_by_hand() {
        let test = CochranMantelHaenszel::of(&[stratum(3, 4, 1, 4)]).unwrap();
        assert!((test.statistic - 1.75).abs() < 1e-12, "{test:?}");
        assert!((test.odds_ratio.unwrap() - 9.0).abs() < 1e-12, "{test:?}");
    }

    #[test]
    fn tasks_without_a_difference_to_see_say_nothing() {
        assert_eq!(CochranMantelHaenszel::of(&[stratum(4, 4, 4, 4), stratum(0, 9, 0, 9)]), None);
        assert_eq!(CochranMantelHaenszel::of(&[]), None);
        // Nothing the baseline alone could do: the ratio has no upper bound.
        assert_eq!(CochranMantelHaenszel::of(&[stratum(4, 4, 2, 4)]).unwrap().odds_ratio, None);
    }
}
