//! The matrix products of a training step, one by one.

use super::extensions;
use super::product::Product;
use crate::presets;
use crate::presets::{Language, Preset};

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
    let mut list = List::default();
    list.video(&preset.video, batch);
    list.policy(&preset.policy, batch);
    for tap in super::taps(preset) {
        list.linear(batch, tap, preset.alignment.latent);
    }
    list.0
}

#[derive(Default)]
struct List(Vec<Product>);

impl List {
    fn linear(&mut self, rows: usize, inner: usize, columns: usize) {
        self.0.push(Product { count: 1, rows, inner, columns });
    }

    /// Scores and mixtures of `count` attentions of `a` tokens to `b`.
    fn attention(&mut self, count: usize, [a, b]: [usize; 2], head: usize) {
        self.0.push(Product { count, rows: a, inner: head, columns: b });
        self.0.push(Product { count, rows: a, inner: b, columns: head });
    }

    /// A block with packed attention and a feed-forward of four widths.
    fn block(&mut self, n: usize, tokens: usize, width: usize, heads: usize) {
        self.linear(n * tokens, width, 3 * width);
        self.attention(n * heads, [tokens; 2], width / heads);
        self.linear(n * tokens, width, width);
        self.linear(n * tokens, width, 4 * width);
        self.linear(n * tokens, 4 * width, width);
    }

    fn video(&mut self, shape: &presets::Video, n: usize) {
        let tokens = shape.trained_tokens();
        self.linear(n * (tokens - 1), 3 * shape.patch * shape.patch, shape.video.width);
        for (tower, tokens) in [(shape.video, tokens), (shape.text, shape.context)] {
            (0..tower.depth).for_each(|_| self.block(n, tokens, tower.width, tower.heads));
        }
    }

    fn policy(&mut self, shape: &presets::Policy, n: usize) {
        let (e, words) = (shape.action, shape.language.context());
        if let Language::Trained { tower, .. } = shape.language {
            (0..tower.depth).for_each(|_| self.block(n, words, tower.width, tower.heads));
        }
        for _stage in 0..2 {
            self.views(shape, n);
            self.heat(shape, n * VIEWS);
        }
        self.0.extend(extensions::products(shape, n));
        (0..shape.selfs).for_each(|_| self.block(n, ROWS, e, shape.action_heads));
        CLASSES.into_iter().for_each(|classes| self.linear(n, e, classes));
    }

    /// The multi-view transformer of a stage.
    fn views(&mut self, shape: &presets::Policy, n: usize) {
        let (c, d, h) = (shape.channels, shape.width, shape.heads * shape.head);
        let area = shape.grid() * shape.grid();
        let (patches, words) = (VIEWS * area, shape.language.context());
        self.linear(n * patches, CHANNELS * shape.patch * shape.patch, c);
        self.linear(n, shape.proprio(), c);
        self.linear(n * words, shape.language.width(), 2 * c);
        self.linear(n * (patches + words), 2 * c, d);
        for layer in 0..shape.depth {
            let (n, tokens) = match layer < shape.depth / 2 {
                true => (n * VIEWS, area),
                false => (n, patches + words),
            };
            self.linear(n * tokens, d, 3 * h);
            self.attention(n * shape.heads, [tokens; 2], shape.head);
            self.linear(n * tokens, h, d);
            self.linear(n * tokens, d, 2 * shape.geglu * d);
            self.linear(n * tokens, shape.geglu * d, d);
        }
        self.linear(n * patches, d, 2 * c);
    }

    /// The heat maps of `n` views.
    fn heat(&mut self, shape: &presets::Policy, n: usize) {
        let (e, k, area) = (shape.action, shape.upsampler_width(), shape.grid() * shape.grid());
        for _block in 0..shape.cross {
            self.linear(n * area, e, 2 * e);
            self.linear(n, e, e);
            self.attention(n * shape.action_heads, [1, area], e / shape.action_heads);
            self.linear(n, e, e);
            self.linear(n, e, 6 * e);
            self.block(n, 1, e, shape.action_heads);
        }
        // The first convolutions of both branches at once.
        self.linear(n * area, NEAR * e, 2 * k);
        self.linear(n * area, NEAR * k, k);
        self.linear(n * area, k, NEAR);
        self.linear(n * area, k, NEAR * shape.patch * shape.patch);
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
