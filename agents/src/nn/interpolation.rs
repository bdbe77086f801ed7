//! Linear interpolation between samples whose centres lie at halves.

/// Resizing `source` samples to `target`: the two samples around target sample `i`, and the weight of
/// the second. Ends are repeated.
pub(crate) fn between(i: usize, target: usize, source: usize) -> (usize, usize, f32) {
    let place = ((i as f64 + 0.5) * source as f64 / target as f64 - 0.5).max(0.0);
    let first = (place.floor() as usize).min(source - 1);
    (first, (first + 1).min(source - 1), (place - first as f64) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_repeated_and_the_middle_is_mixed() {
        assert_eq!(between(0, 4, 2), (0, 1, 0.0));
        assert_eq!(between(1, 4, 2), (0, 1, 0.25));
        assert_eq!(between(0, 1, 2), (0, 1, 0.5));
        let (first, second, _) = between(3, 4, 2);
        assert_eq!((first, second), (1, 1));
    }
}
