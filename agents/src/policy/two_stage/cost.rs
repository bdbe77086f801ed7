//! Counting what two-stage policies share: the transformers of both stages, up-samplers, and the encoder
//! of words.

use crate::nn::cost::layers::{block, block_multiply_adds, convolution, linear};
use crate::nn::cost::{Product, ProductList};
use crate::nn::fused::NEAR;
use crate::policy::multi_view::colour::{self, Colours};
use crate::policy::multi_view::state::{self, StateEncoder};
use crate::policy::multi_view::stem::{self, SCALES};
use crate::policy::views::axes::VIEWS;
use crate::policy::views::render::CHANNELS;
use crate::presets;
use crate::presets::Language;

/// Parameters of the transformers of both stages, and of the encoder of words where it is trained; a frozen
/// one is not part of a policy.
pub(crate) fn encoders(shape: &presets::Policy) -> usize {
    let language = match shape.language {
        Language::Frozen { .. } => 0,
        Language::Trained { tower, context, vocabulary } => {
            let norm = 2 * tower.width;
            (vocabulary + context) * tower.width + tower.depth * block(tower.width) + norm
        }
    };
    2 * stage(shape) + language
}

/// Parameters of one multi-view transformer.
pub(crate) fn stage(shape: &presets::Policy) -> usize {
    let (c, d, grid) = (shape.channels, shape.width, shape.grid());
    let positions = VIEWS * grid * grid * 2 * c;
    let patches = convolution(CHANNELS, c, shape.patch) + 2 * c;
    let proprio = linear(shape.proprio(), c) + 2 * c;
    let language = linear(shape.language.width(), 2 * c) + 4 * c;
    let around = linear(2 * c, d) + linear(d, 2 * c);
    let optional: usize = optional_maps(shape).map(|[_, from, to]| linear(from, to)).sum();
    positions + patches + proprio + language + around + optional + shape.depth * layer(shape)
}

/// One of its layers: attention without biases going in, GEGLU feed-forward, a norm for each.
fn layer(shape: &presets::Policy) -> usize {
    let (d, m) = (shape.width, shape.geglu);
    let h = shape.heads * shape.head;
    (4 * d * h + d + 2 * d) + (3 * m * d * d + (2 * m + 1) * d + 2 * d)
}

/// What the counter behind the published sizes skipped of [`encoders`]: tables of positions and group
/// norms.
#[cfg(test)]
pub(crate) fn skipped_by_counter(shape: &presets::Policy) -> usize {
    let grid = shape.grid();
    let positions = VIEWS * grid * grid * 2 * shape.channels;
    // Patches, proprioception and language have one each, over c, c and 2 c channels.
    let group_norms = 2 * (shape.channels + shape.channels + 2 * shape.channels);
    2 * (positions + group_norms)
}

/// Parameters of one up-sampler.
pub(crate) fn upsampler(shape: &presets::Policy) -> usize {
    let (e, k) = (shape.action, shape.upsampler_width());
    let values = convolution(e, k, 3) + convolution(k, k, 3) + convolution(k, 1, 3);
    let masks = convolution(e, k, 3) + convolution(k, NEAR * shape.patch * shape.patch, 1);
    values + masks
}

/// Multiply-adds of [`encoders`] for one transition.
pub(crate) fn encoders_multiply_adds(shape: &presets::Policy) -> usize {
    let language = match shape.language {
        Language::Frozen { .. } => 0,
        Language::Trained { tower, context, .. } => {
            tower.depth * block_multiply_adds(tower.width, context)
        }
    };
    2 * stage_multiply_adds(shape) + language
}

fn stage_multiply_adds(shape: &presets::Policy) -> usize {
    let (c, d) = (shape.channels, shape.width);
    let view = shape.grid() * shape.grid();
    let words = shape.language.context();
    let patches = VIEWS * view * CHANNELS * shape.patch * shape.patch * c;
    let around =
        VIEWS * view * 2 * (2 * c * d) + words * (shape.language.width() * 2 * c + 2 * c * d);
    let alone = shape.depth / 2;
    let inside = VIEWS * alone * layer_multiply_adds(shape, view);
    let across = (shape.depth - alone) * layer_multiply_adds(shape, VIEWS * view + words);
    let optional: usize = optional_maps(shape).map(|[rows, from, to]| rows * from * to).sum();
    let marks: usize = marks(shape).map_or(0, |[rows, inner, columns]| rows * inner * columns);
    patches + around + optional + marks + inside + across
}

/// The product that marks the pixels of a stage for each transition, where they are marked.
fn marks(shape: &presets::Policy) -> Option<[usize; 3]> {
    let pixels = VIEWS * shape.size * shape.size;
    shape.extensions.marks_colours().then(|| Colours::marks(pixels))
}

/// The linear maps of the optional parts of a stage: rows for each transition, inputs, outputs.
fn optional_maps(shape: &presets::Policy) -> impl Iterator<Item = [usize; 3]> {
    let has = shape.extensions;
    let encoder = StateEncoder::maps(shape, shape.width);
    let encoder = encoder.into_iter().filter(move |_| has.state);
    let hidden = state::hidden(shape);
    let stem = stem::maps(shape.size, shape.patch, colour::channels(has), shape.width);
    let film = has.modulates_stem().then_some([1, hidden, SCALES]);
    let colours = has.marks_colours().then_some(Colours::map(hidden));
    encoder.chain(stem.into_iter().filter(move |_| has.stem)).chain(film).chain(colours)
}

fn layer_multiply_adds(shape: &presets::Policy, tokens: usize) -> usize {
    let (d, h) = (shape.width, shape.heads * shape.head);
    tokens * (4 * d * h + 3 * shape.geglu * d * d) + 2 * tokens * tokens * h
}

/// Multiply-adds of an up-sampler for one view.
pub(crate) fn upsampler_multiply_adds(shape: &presets::Policy) -> usize {
    let (e, k) = (shape.action, shape.upsampler_width());
    let view = shape.grid() * shape.grid();
    view * (NEAR * (e * k + k * k + k + e * k) + NEAR * shape.patch * shape.patch * k)
}

/// Adds the products of the encoder of words for `n` sentences, where it is trained.
pub(crate) fn language_products(shape: &presets::Policy, n: usize, list: &mut ProductList) {
    if let Language::Trained { tower, context, .. } = shape.language {
        (0..tower.depth).for_each(|_| list.block(n, context, tower.width, tower.heads));
    }
}

/// Adds the products of the multi-view transformer of a stage for `n` transitions.
pub(crate) fn stage_products(shape: &presets::Policy, n: usize, list: &mut ProductList) {
    let (c, d, h) = (shape.channels, shape.width, shape.heads * shape.head);
    let area = shape.grid() * shape.grid();
    let (patches, words) = (VIEWS * area, shape.language.context());
    list.linear(n * patches, CHANNELS * shape.patch * shape.patch, c);
    list.linear(n, shape.proprio(), c);
    list.linear(n * words, shape.language.width(), 2 * c);
    list.linear(n * (patches + words), 2 * c, d);
    for [rows, from, to] in optional_maps(shape) {
        list.linear(n * rows, from, to);
    }
    if let Some([rows, inner, columns]) = marks(shape) {
        list.products.push(Product { count: n, rows, inner, columns });
    }
    for layer in 0..shape.depth {
        let (n, tokens) = match layer < shape.depth / 2 {
            true => (n * VIEWS, area),
            false => (n, patches + words),
        };
        list.linear(n * tokens, d, 3 * h);
        list.attention(n * shape.heads, [tokens; 2], shape.head);
        list.linear(n * tokens, h, d);
        list.linear(n * tokens, d, 2 * shape.geglu * d);
        list.linear(n * tokens, shape.geglu * d, d);
    }
    list.linear(n * patches, d, 2 * c);
}

/// Adds the products of an up-sampler for `n` views.
pub(crate) fn upsampler_products(shape: &presets::Policy, n: usize, list: &mut ProductList) {
    let (e, k, area) = (shape.action, shape.upsampler_width(), shape.grid() * shape.grid());
    // The first convolutions of both branches at once.
    list.linear(n * area, NEAR * e, 2 * k);
    list.linear(n * area, NEAR * k, k);
    list.linear(n * area, k, NEAR);
    list.linear(n * area, k, NEAR * shape.patch * shape.patch);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_of_the_published_policies_has_its_size() {
        assert_eq!((stage(&presets::ARP) + 500) / 1000, 34_034);
    }
}
