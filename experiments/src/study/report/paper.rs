//! What the paper on mirror-neuron alignment reports (arXiv 2509.21136): main results and ablations,
//! means of 18 RLBench tasks. Rates in 0..=1.

/// Said wherever the paper's figures stand beside ours.
pub(super) const CAVEAT: &str = "The paper's figures are RLBench's; ours are from this project's own simulator, \
    smaller models and its own demonstrations. The simulators differ, so our figures are no reproduction of \
    RLBench's and must not be read as such: compare directions, not levels.";

/// One line of the paper's tables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Published {
    /// Accuracy of action recognition.
    pub(super) recognition: f64,
    /// Success of manipulation.
    pub(super) success: f64,
}

/// Without alignment.
pub(super) const BASELINE: Published = Published { recognition: 0.716, success: 0.853 };

const ALIGNED: [(&str, f64, Published); 5] = [
    ("episode", 0.1, Published { recognition: 0.729, success: 0.881 }),
    ("instruction", 0.1, Published { recognition: 0.749, success: 0.888 }),
    ("task", 0.1, Published { recognition: 0.716, success: 0.857 }),
    ("instruction", 0.02, Published { recognition: 0.749, success: 0.867 }),
    ("instruction", 0.2, Published { recognition: 0.771, success: 0.870 }),
];

/// The paper's figures for an arm, where it has them.
pub(super) fn published(pairing: &str, tau: f64) -> Option<Published> {
    if pairing == "none" {
        return Some(BASELINE);
    }
    let same = |(p, t, _): &&(&str, f64, Published)| *p == pairing && (t - tau).abs() < 1e-9;
    ALIGNED.iter().find(same).map(|row| row.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_gains_are_the_ones_it_states() {
        let ours = published("instruction", 0.1).unwrap();
        assert!((ours.success - BASELINE.success - 0.035).abs() < 1e-9);
        assert!((ours.recognition - BASELINE.recognition - 0.033).abs() < 1e-9);
        assert_eq!(published("none", 0.5), Some(BASELINE));
        assert_eq!(published("instruction", 0.05), None);
    }
}
