//! McNemar's exact test: do two arms differ on the same scenes?

use serde::Serialize;

/// Scenes on which the arms disagree; the others say nothing about a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct McNemar {
    /// Scenes that only the arm in question solved.
    pub wins: u64,
    /// Scenes that only the baseline solved.
    pub losses: u64,
}

impl McNemar {
    /// Probability of a disagreement at least this lopsided if neither arm were better.
    ///
    /// Two-sided and exact: twice the smaller binomial tail of `wins + losses` throws of a coin.
    pub fn p(self) -> f64 {
        let throws = (self.wins + self.losses) as f64;
        let fewer = self.wins.min(self.losses);
        // In logarithms: the power of one half alone is 0 from 1,075 throws on.
        let outcome = |k: u64| {
            let k = k as f64;
            let ways =
                libm::lgamma(throws + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(throws - k + 1.0);
            libm::exp(ways - throws * std::f64::consts::LN_2)
        };
        let tail: f64 = (0..=fewer).map(outcome).sum();
        (2.0 * tail).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(wins: u64, losses: u64) -> f64 {
        McNemar { wins, losses }.p()
    }

    #[test]
    fn small_counts_match_those_worked_out_by_hand() {
        // 2 * (1 + 6) / 64.
        assert!((p(1, 5) - 14.0 / 64.0).abs() < 1e-12);
        // 2 * (1 + 13 + 78 + 286) / 8192.
        assert!((p(10, 3) - 756.0 / 8192.0).abs() < 1e-12);
        assert_eq!(p(1, 5), p(5, 1));
    }

    #[test]
    fn no_disagreement_or_a_balanced_one_is_no_evidence() {
        assert_eq!((p(0, 0), p(4, 4)), (1.0, 1.0));
    }

    /// From statsmodels 0.15 (`mcnemar`, exact).
    #[test]
    fn large_counts_match_statsmodels() {
        assert!((p(700, 640) - 0.106_979_925_240_9).abs() < 1e-10);
        assert!((p(1500, 1200) / 8.412_086_328_6e-9 - 1.0).abs() < 1e-8);
    }
}
