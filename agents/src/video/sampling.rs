//! Which frames of an episode become the clip of any video encoder: one from each of equally long segments.

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;

/// First frame of segment `i` of `count`, and how many frames it has; at least one.
fn segment(i: usize, count: usize, length: usize) -> (usize, usize) {
    let (start, end) = (i * length / count, (i + 1) * length / count);
    let start = start.min(length - 1);
    (start, end.saturating_sub(start).max(1))
}

/// For training: a random frame from each of `count` segments of `length` frames.
///
/// # Panics
///
/// When `length` is 0.
#[must_use]
pub fn segments(length: usize, count: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let pick = |i| {
        let (start, frames) = segment(i, count, length);
        start + rng.random_range(0..frames)
    };
    (0..count).map(pick).collect()
}

/// For testing: the frame in the middle of each of `count` segments of `length` frames. As many
/// segments as frames give every frame once.
///
/// # Panics
///
/// When `length` is 0.
#[must_use]
pub fn midpoints(length: usize, count: usize) -> Vec<usize> {
    let middle = |i| {
        let (start, frames) = segment(i, count, length);
        start + frames / 2
    };
    (0..count).map(middle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::weights::stream;

    #[test]
    fn midpoints_are_in_the_middle() {
        assert_eq!(midpoints(8, 8), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(midpoints(80, 8), [5, 15, 25, 35, 45, 55, 65, 75]);
        assert_eq!(midpoints(3, 8), [0, 0, 0, 1, 1, 1, 2, 2]);
    }

    #[test]
    fn segments_stay_inside_and_cover_their_segment() {
        let mut drawn = std::collections::BTreeSet::new();
        for step in 0..200 {
            let frames = segments(21, 4, &mut stream(1, step, 0, "frames"));
            for (i, frame) in frames.iter().enumerate() {
                assert!((i * 21 / 4..(i + 1) * 21 / 4).contains(frame), "{frames:?}");
                drawn.insert(*frame);
            }
        }
        assert_eq!(drawn.len(), 21);
    }
}
