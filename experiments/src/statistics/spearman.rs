//! Spearman's rank correlation: do tasks that align better succeed more often?

use serde::Serialize;

use super::normal::Z95;

/// A rank correlation with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spearman {
    /// The correlation, in -1..=1.
    pub rho: f64,
    /// Both ends of the interval; none for a perfect correlation, of which the formula knows no error.
    pub interval: Option<[f64; 2]>,
    /// Pairs it rests on.
    pub n: usize,
}

impl Spearman {
    /// Of the pairs of two lists; ties share their mean rank.
    ///
    /// The interval is Fisher's with the standard error of Bonett and Wright (2000),
    /// sqrt((1 + rho^2 / 2) / (n - 3)). None for fewer than four pairs or a list that does not vary.
    pub fn of(a: &[f64], b: &[f64]) -> Option<Self> {
        let n = a.len().min(b.len());
        if n < 4 {
            return None;
        }
        let rho = correlation(&ranks(&a[..n]), &ranks(&b[..n]))?;
        let error = ((1.0 + rho * rho / 2.0) / (n as f64 - 3.0)).sqrt();
        let centre = libm::atanh(rho);
        let ends = [-1.0, 1.0].map(|side| libm::tanh(centre + side * Z95 * error));
        Some(Self { rho, interval: centre.is_finite().then_some(ends), n })
    }
}

/// The rank correlation of `a` and `b` with what both owe to `c` taken out; none where that is undefined.
pub fn partial_spearman(a: &[f64], b: &[f64], c: &[f64]) -> Option<f64> {
    let n = a.len().min(b.len()).min(c.len());
    let [a, b, c] = [a, b, c].map(|list| ranks(&list[..n]));
    let (ab, ac, bc) = (correlation(&a, &b)?, correlation(&a, &c)?, correlation(&b, &c)?);
    let rest = (1.0 - ac * ac) * (1.0 - bc * bc);
    (rest > 1e-12).then(|| ((ab - ac * bc) / rest.sqrt()).clamp(-1.0, 1.0))
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0.0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let count = tied.len() as f64;
        for &index in tied {
            ranks[index] = below + (count + 1.0) / 2.0;
        }
        below += count;
    }
    ranks
}

/// Pearson's correlation; none where a list does not vary.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        (ab, aa, bb) = (ab + a * b, aa + a * a, bb + b * b);
    }
    (aa * bb > 0.0).then(|| (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [f64; 8] = [0.1, 0.4, 0.35, 0.8, 0.9, 0.2, 0.5, 0.5];
    const B: [f64; 8] = [0.3, 0.2, 0.5, 0.7, 0.95, 0.25, 0.4, 0.6];
    const C: [f64; 8] = [0.2, 0.1, 0.6, 0.5, 0.9, 0.3, 0.35, 0.8];

    /// From scipy 1.17 (`spearmanr`); the interval and the partial correlation by their formulas in numpy.
    #[test]
    fn ties_and_interval_match_scipy() {
        let Spearman { rho, interval, n } = Spearman::of(&A, &B).unwrap();
        let [low, high] = interval.unwrap();
        assert!((rho - 0.766_480_807_624).abs() < 1e-9 && n == 8);
        assert!((low - 0.014_756_290_095).abs() < 1e-9 && (high - 0.964_638_710_685).abs() < 1e-9);
        assert!((partial_spearman(&A, &B, &C).unwrap() - 0.532_099_231_436).abs() < 1e-9);
    }

    /// Ranks 1 2 3 4 against 2 1 4 3: 1 - 6 * 4 / (4 * 15).
    #[test]
    fn four_pairs_match_those_worked_out_by_hand() {
        let found = Spearman::of(&[1.0, 2.0, 3.0, 4.0], &[20.0, 10.0, 40.0, 30.0]).unwrap();
        assert!((found.rho - 0.6).abs() < 1e-12);
    }

    #[test]
    fn what_does_not_vary_correlates_with_nothing() {
        assert_eq!(Spearman::of(&[1.0; 6], &A[..6]), None);
        assert_eq!(Spearman::of(&A[..3], &B[..3]), None);
        assert_eq!(partial_spearman(&A, &B, &A), None);
        let same = Spearman::of(&A, &A).unwrap();
        assert_eq!((same.rho, same.interval), (1.0, None));
    }
}
