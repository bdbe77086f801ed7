//! The best of many tasks is partly the luckiest: pulls each share towards what all of them share.

/// A beta distribution of the true shares, fitted to counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaBinomial {
    /// Share over all counts.
    pub mean: f64,
    /// How many tries the common share weighs; infinite where the counts differ no more than by chance.
    pub weight: f64,
}

impl BetaBinomial {
    /// Fits `(successes, tries)` of each task by moments: the spread beyond the binomial's is the tasks'.
    ///
    /// None for no tries.
    pub fn fit(counts: &[(u64, u64)]) -> Option<Self> {
        let tried = || counts.iter().filter(|count| count.1 > 0);
        let pairs = || tried().map(|&(k, n)| (k as f64, n as f64));
        let total: f64 = pairs().map(|(_, n)| n).sum();
        if total == 0.0 {
            return None;
        }
        let mean = pairs().map(|(k, _)| k).sum::<f64>() / total;
        let freedom = tried().count() as f64 - 1.0;
        let spread: f64 = pairs().map(|(k, n)| n * (k / n - mean).powi(2)).sum();
        let squares: f64 = pairs().map(|(_, n)| n * n).sum();
        let chance = mean * (1.0 - mean);
        let room = chance * (total - squares / total - freedom);
        // The correlation of two tries in one task.
        let within = (spread - chance * freedom) / room;
        // Not a number where all shares are 0 or 1, or no task was tried twice.
        let weight = if within > 0.0 { (1.0 / within - 1.0).max(0.0) } else { f64::INFINITY };
        Some(Self { mean, weight })
    }

    /// What to expect of a task with these counts.
    pub fn shrunk(self, successes: u64, tries: u64) -> f64 {
        let Self { mean, weight } = self;
        if weight.is_infinite() {
            return mean;
        }
        let all = tries as f64 + weight;
        if all > 0.0 { (successes as f64 + mean * weight) / all } else { mean }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same formula worked out with numpy 2.4.
    #[test]
    fn tasks_that_differ_are_pulled_a_little() {
        let counts = [(8, 10), (2, 10), (5, 10), (9, 12)];
        let fit = BetaBinomial::fit(&counts).unwrap();
        assert!((fit.mean - 24.0 / 42.0).abs() < 1e-12 && (fit.weight - 3.348_538_65).abs() < 1e-7);
        let expected = [0.742_661_87, 0.293_174_46, 0.517_918_17, 0.711_041_68];
        for ((k, n), expected) in counts.into_iter().zip(expected) {
            assert!((fit.shrunk(k, n) - expected).abs() < 1e-7);
        }
    }

    #[test]
    fn tasks_that_differ_by_chance_only_are_all_the_same() {
        let fit = BetaBinomial::fit(&[(5, 10), (6, 10), (4, 10)]).unwrap();
        assert_eq!((fit.weight, fit.shrunk(6, 10)), (f64::INFINITY, 0.5));
        let sure = BetaBinomial::fit(&[(10, 10), (7, 7)]).unwrap();
        assert_eq!(sure.shrunk(10, 10), 1.0);
    }

    #[test]
    fn all_or_nothing_tasks_are_believed() {
        let fit = BetaBinomial::fit(&[(20, 20), (0, 20), (20, 20), (0, 20)]).unwrap();
        assert_eq!((fit.shrunk(20, 20), fit.shrunk(0, 20), fit.shrunk(0, 0)), (1.0, 0.0, 0.5));
        assert_eq!(BetaBinomial::fit(&[(0, 0)]), None);
    }
}
