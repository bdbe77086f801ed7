//! Token dropping: which patches of a clip training sees.

use rand::RngExt as _;

use crate::nn::weights::Noise;
use crate::presets;

/// For every clip of a batch, the patches that stay: a uniformly random subset in ascending order,
/// `floor(rate * patches)` fewer than there are. `None` where the rate keeps all.
#[must_use]
pub fn kept(shape: &presets::Video, batch: usize, noise: &Noise) -> Option<Vec<Vec<u32>>> {
    let (patches, stay) = (shape.patches(), shape.trained_tokens() - 1);
    (stay < patches).then(|| (0..batch).map(|clip| subset(patches, stay, clip, noise)).collect())
}

/// The first `stay` places of a shuffle (Fisher and Yates), sorted.
fn subset(patches: usize, stay: usize, clip: usize, noise: &Noise) -> Vec<u32> {
    let mut rng = noise.stream(clip, "token mask");
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
    use super::*;

    #[test]
    fn the_published_rate_leaves_158_tokens() {
        let shape = presets::Video { mask_rate: 0.9, ..presets::PAPER_B.video };
        assert_eq!(shape.trained_tokens(), 158);
        let kept = kept(&shape, 3, &Noise::new(1, 2)).unwrap();
        for one in &kept {
            assert_eq!(one.len(), 157);
            assert!(one.is_sorted_by(|a, b| a < b) && one[156] < 1568);
        }
        assert_ne!(kept[0], kept[1]);
    }

    #[test]
    fn nothing_is_dropped_at_rate_zero() {
        assert_eq!(kept(&presets::PAPER_B.video, 2, &Noise::new(1, 2)), None);
    }

    #[test]
    fn every_patch_is_equally_likely() {
        let shape = presets::TINY.video;
        let mut counts = vec![0_u32; shape.patches()];
        for step in 0..50 {
            for clip in kept(&shape, 20, &Noise::new(5, step)).unwrap() {
                clip.iter().for_each(|&patch| counts[patch as usize] += 1);
            }
        }
        // Binomial(1000, 1/2): standard deviation 16; five of them over 128 patches.
        assert!(counts.iter().all(|&count| (420..580).contains(&count)), "{counts:?}");
    }
}
