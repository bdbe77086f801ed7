//! The matrix products of a training step, one by one.

use crate::nn::cost::{Product, ProductList};
use crate::policy;
use crate::presets::Preset;
use crate::video;

/// The forward pass's products for `batch` pairs, linear maps with all their rows in one. Each costs two
/// more in the backward pass, of the same size. Left out are what one sample needs once: the video-text
/// and the alignment loss, and projections of single vectors.
#[must_use]
pub fn products(preset: &Preset, batch: usize) -> Vec<Product> {
    let mut list = ProductList::default();
    video::products(&preset.video, batch, &mut list);
    (policy::family(&preset.policy).products)(&preset.policy, batch, &mut list);
    for tap in super::taps(preset) {
        list.linear(batch, tap, preset.alignment.latent);
    }
    list.products
}

#[cfg(test)]
mod tests {
    use super::super::counts;
    use super::*;
    use crate::presets;
    use crate::presets::ALL;
    use crate::video::FAMILIES;

    #[test]
    fn the_list_adds_up_to_the_formula() {
        let with = |preset: &Preset, encoder| {
            let video = presets::Video { encoder, ..preset.video.clone() };
            Preset { video, ..preset.clone() }
        };
        let all = ALL.iter().flat_map(|preset| FAMILIES.iter().map(move |f| with(preset, f.name)));
        for preset in &all.collect::<Vec<_>>() {
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
