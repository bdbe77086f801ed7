//! The matrix products of a training step, one by one.

use crate::nn::cost::{Product, ProductList};
use crate::policy;
use crate::presets;
use crate::presets::Preset;

/// The forward pass's products for `batch` pairs, linear maps with all their rows in one. Each costs two
/// more in the backward pass, of the same size. Left out are what one sample needs once: the video-text
/// and the alignment loss, and projections of single vectors.
#[must_use]
pub fn products(preset: &Preset, batch: usize) -> Vec<Product> {
    let mut list = ProductList::default();
    video(&preset.video, batch, &mut list);
    (policy::family(&preset.policy).products)(&preset.policy, batch, &mut list);
    for tap in super::taps(preset) {
        list.linear(batch, tap, preset.alignment.latent);
    }
    list.products
}

fn video(shape: &presets::Video, n: usize, list: &mut ProductList) {
    let tokens = shape.trained_tokens();
    list.linear(n * (tokens - 1), 3 * shape.patch * shape.patch, shape.video.width);
    for (tower, tokens) in [(shape.video, tokens), (shape.text, shape.context)] {
        (0..tower.depth).for_each(|_| list.block(n, tokens, tower.width, tower.heads));
    }
}

#[cfg(test)]
mod tests {
    use super::super::counts;
    use super::*;
    use crate::presets::ALL;

    #[test]
    fn the_list_adds_up_to_the_formula() {
        for preset in ALL {
            let each = |product: &Product| product.multiply_adds();
            let listed: usize = products(preset, 4).iter().map(each).sum();
            let counted = counts(preset).train_flop / 6.0 * 4.0;
            // The formula leaves out attention of single tokens and the heads of action tokens, and
            // asks for all eleven tokens where five are asked for.
            let share = listed as f64 / counted;
            assert!((0.998..1.002).contains(&share), "{}: {share}", preset.name);
        }
    }
}
