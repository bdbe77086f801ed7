//! Token dropping: which patches of a clip training reads.

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;

/// Purpose of the noise that draws them.
pub(super) const STREAM: &str = "token mask";

/// A uniformly random subset of `stay` patches in ascending order: the first places of a shuffle (Fisher and
/// Yates), sorted.
pub(super) fn subset(patches: usize, stay: usize, rng: &mut ChaCha8Rng) -> Vec<u32> {
    let mut all: Vec<u32> = (0..patches as u32).collect();
    for i in 0..stay {
        let j = rng.random_range(i..patches);
        all.swap(i, j);
    }
    all.truncate(stay);
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use crate::nn::weights::Noise;
    use crate::presets;
    use crate::video::unmasked_patches;

    #[test]
    fn the_published_rate_leaves_158_tokens() {
        let shape = presets::Video { mask_rate: 0.9, ..presets::PAPER_B.video };
        assert_eq!(shape.trained_tokens(), 158);
        let unmasked = unmasked_patches(&shape, 3, &Noise::new(1, 2)).unwrap();
        for one in &unmasked {
            assert_eq!(one.len(), 157);
            assert!(one.is_sorted_by(|a, b| a < b) && one[156] < 1568);
        }
        assert_ne!(unmasked[0], unmasked[1]);
    }

    #[test]
    fn nothing_is_dropped_at_rate_zero() {
        assert_eq!(unmasked_patches(&presets::PAPER_B.video, 2, &Noise::new(1, 2)), None);
    }

    #[test]
    fn every_patch_is_equally_likely() {
        let shape = presets::TINY.video;
        let mut counts = vec![0_u32; shape.patches()];
        for step in 0..50 {
            for clip in unmasked_patches(&shape, 20, &Noise::new(5, step)).unwrap() {
                clip.iter().for_each(|&patch| counts[patch as usize] += 1);
            }
        }
        // Binomial(1000, 1/2): standard deviation 16; five of them over 128 patches.
        assert!(counts.iter().all(|&count| (420..580).contains(&count)), "{counts:?}");
    }
}
