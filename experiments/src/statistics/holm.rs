//! Holm's correction: asking several questions at once must not make an accident look like a finding.

/// The corrected probabilities, in the order given.
///
/// `family` is how many questions were declared. Those without an answer yet still count, so that an
/// unfinished study never looks surer of itself than the finished one.
pub fn holm(p: &[f64], family: usize) -> Vec<f64> {
    let family = family.max(p.len());
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut corrected = vec![1.0; p.len()];
    let mut floor = 0.0_f64;
    for (rank, &index) in order.iter().enumerate() {
        floor = floor.max(((family - rank) as f64 * p[index]).min(1.0));
        corrected[index] = floor;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: &[f64], b: &[f64]) {
        assert!(a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12), "{a:?}");
    }

    /// By hand, and the same in statsmodels 0.15 (`multipletests`, holm).
    #[test]
    fn families_match_those_worked_out_by_hand() {
        close(&holm(&[0.01, 0.04, 0.03], 3), &[0.03, 0.06, 0.06]);
        close(&holm(&[0.2, 0.001, 0.02, 0.9], 4), &[0.4, 0.004, 0.06, 0.9]);
        close(&holm(&[], 3), &[]);
    }

    #[test]
    fn questions_without_an_answer_count() {
        close(&holm(&[0.01, 0.04], 3), &[0.03, 0.08]);
    }
}
