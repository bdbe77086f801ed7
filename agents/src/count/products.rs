//! The matrix products of a training step, one by one.

use crate::nn::cost::{Product, ProductList};
use crate::presets;
use crate::presets::{Language, Preset};
use crate::video;

/// Rows of the teacher-forced pass: eleven true tokens and five placeholders.
const ROWS: usize = 16;
/// Discrete tokens: three of 72 classes, two of 2.
const CLASSES: [usize; 5] = [72, 72, 72, 2, 2];
const CHANNELS: usize = 10;
const NEAR: usize = 9;
const VIEWS: usize = 3;

/// The forward pass's products for `batch` pairs, linear maps with all their rows in one. Each costs two
/// more in the backward pass, of the same size. Left out are what one sample needs once: the video-text
/// and the alignment loss, and projections of single vectors.
#[must_use]
pub fn products(preset: &Preset, batch: usize) -> Vec<Product> {
    let mut list = ProductList::default();
    video::products(&preset.video, batch, &mut list);
    PolicyProducts(&mut list).policy(&preset.policy, batch);
    for tap in super::taps(preset) {
        list.linear(batch, tap, preset.alignment.latent);
    }
    list.products
}

/// Adds the products of the policy.
struct PolicyProducts<'a>(&'a mut ProductList);

impl PolicyProducts<'_> {
    fn policy(&mut self, shape: &presets::Policy, n: usize) {
        let (e, words) = (shape.action, shape.language.context());
        if let Language::Trained { tower, .. } = shape.language {
            (0..tower.depth).for_each(|_| self.0.block(n, words, tower.width, tower.heads));
        }
        for _stage in 0..2 {
            self.views(shape, n);
            self.heat(shape, n * VIEWS);
        }
        (0..shape.selfs).for_each(|_| self.0.block(n, ROWS, e, shape.action_heads));
        CLASSES.into_iter().for_each(|classes| self.0.linear(n, e, classes));
    }

    /// The multi-view transformer of a stage.
    fn views(&mut self, shape: &presets::Policy, n: usize) {
        let (c, d, h) = (shape.channels, shape.width, shape.heads * shape.head);
        let area = shape.grid() * shape.grid();
        let (patches, words) = (VIEWS * area, shape.language.context());
        self.0.linear(n * patches, CHANNELS * shape.patch * shape.patch, c);
        self.0.linear(n, shape.proprio(), c);
        self.0.linear(n * words, shape.language.width(), 2 * c);
        self.0.linear(n * (patches + words), 2 * c, d);
        for layer in 0..shape.depth {
            let (n, tokens) = match layer < shape.depth / 2 {
                true => (n * VIEWS, area),
                false => (n, patches + words),
            };
            self.0.linear(n * tokens, d, 3 * h);
            self.0.attention(n * shape.heads, [tokens; 2], shape.head);
            self.0.linear(n * tokens, h, d);
            self.0.linear(n * tokens, d, 2 * shape.geglu * d);
            self.0.linear(n * tokens, shape.geglu * d, d);
        }
        self.0.linear(n * patches, d, 2 * c);
    }

    /// The heat maps of `n` views.
    fn heat(&mut self, shape: &presets::Policy, n: usize) {
        let (e, k, area) = (shape.action, shape.upsampler_width(), shape.grid() * shape.grid());
        for _block in 0..shape.cross {
            self.0.linear(n * area, e, 2 * e);
            self.0.linear(n, e, e);
            self.0.attention(n * shape.action_heads, [1, area], e / shape.action_heads);
            self.0.linear(n, e, e);
            self.0.linear(n, e, 6 * e);
            self.0.block(n, 1, e, shape.action_heads);
        }
        // The first convolutions of both branches at once.
        self.0.linear(n * area, NEAR * e, 2 * k);
        self.0.linear(n * area, NEAR * k, k);
        self.0.linear(n * area, k, NEAR);
        self.0.linear(n * area, k, NEAR * shape.patch * shape.patch);
    }
}

#[cfg(test)]
mod tests {
    use super::super::counts;
    use super::*;
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
