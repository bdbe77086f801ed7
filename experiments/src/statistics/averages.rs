//! Means and medians.

/// The mean; not a number of no values.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The middle value, or the mean of the two middle ones; not a number of no values.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[middle],
        _ => 0.5 * (sorted[middle - 1] + sorted[middle]),
    }
}

/// The interquartile mean: less noisy than a median, less moved by one lucky run than a mean.
///
/// It is the mean of what is left after a quarter of the values (rounded down) is cut from either
/// end; none for no values.
pub fn interquartile_mean(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let cut = sorted.len() / 4;
    let kept = &sorted[cut..sorted.len() - cut];
    (!kept.is_empty()).then(|| kept.iter().sum::<f64>() / kept.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan() && mean(&[]).is_nan());
    }

    /// By hand, and the same in scipy 1.17 (`trim_mean`, 0.25).
    #[test]
    fn a_quarter_is_cut_from_either_end() {
        assert_eq!(interquartile_mean(&[100.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 1.0]), Some(4.5));
        assert_eq!(interquartile_mean(&[5.0, 1.0, 9.0]), Some(5.0));
        let mut many: Vec<f64> = (0..18).map(f64::from).collect();
        many.push(1000.0);
        assert_eq!(interquartile_mean(&many), Some(9.0));
        assert_eq!(interquartile_mean(&[]), None);
    }
}
