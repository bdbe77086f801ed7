//! Counting the policy.

use super::block::{block, convolution, linear};
use super::extensions;
use super::video::text_multiply_adds;
use crate::presets;
use crate::presets::Language;

/// Channels of a rendered view: position, colour, depth, pixel location.
const CHANNELS: usize = 10;
/// Neighbours that a fine pixel is mixed from.
const NEIGHBOURS: usize = 9;
/// Bins of a rotation axis, and values of gripper and collision.
const BINS: usize = 72;
/// Tokens of the discrete part: six prompts and five predictions.
const SEQUENCE: usize = 11;
/// Rows of the tables of chunk offsets, token types, and positions.
const TABLE_ROWS: usize = 2 + 8 + 17;

/// Parameters of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyParameters {
    /// All that is learned.
    pub total: usize,
    /// What the published counter saw: it skipped raw tables, embeddings and group norms.
    pub seen_by_counter: usize,
}

/// Parameters of the policy, its trained language tower included; a frozen one is not part of it.
#[must_use]
pub fn policy(shape: &presets::Policy) -> PolicyParameters {
    let language = match shape.language {
        Language::Frozen { .. } => 0,
        Language::Trained { tower, context, vocabulary } => {
            let norm = 2 * tower.width;
            (vocabulary + context) * tower.width + tower.depth * block(tower.width) + norm
        }
    };
    let total = 2 * stage(shape) + actor(shape) + language + extensions::parameters(shape);
    let grid = shape.grid();
    let positions = 3 * grid * grid * 2 * shape.channels;
    // Patches, proprioception and language have one each, over c, c and 2 c channels.
    let group_norms = 2 * (shape.channels + shape.channels + 2 * shape.channels);
    let tables = (TABLE_ROWS + 2 * 2) * shape.action;
    PolicyParameters { total, seen_by_counter: total - 2 * (positions + group_norms) - tables }
}

/// One multi-view transformer.
fn stage(shape: &presets::Policy) -> usize {
    let (c, d, grid) = (shape.channels, shape.width, shape.grid());
    let positions = 3 * grid * grid * 2 * c;
    let patches = convolution(CHANNELS, c, shape.patch) + 2 * c;
    let proprio = linear(shape.proprio(), c) + 2 * c;
    let language = linear(shape.language.width(), 2 * c) + 4 * c;
    let around = linear(2 * c, d) + linear(d, 2 * c);
    positions + patches + proprio + language + around + shape.depth * layer(shape)
}

/// One of its layers: attention without biases going in, GEGLU feed-forward, a norm for each.
fn layer(shape: &presets::Policy) -> usize {
    let (d, m) = (shape.width, shape.geglu);
    let h = shape.heads * shape.head;
    (4 * d * h + d + 2 * d) + (3 * m * d * d + (2 * m + 1) * d + 2 * d)
}

/// The action transformer with both up-samplers.
fn actor(shape: &presets::Policy) -> usize {
    let e = shape.action;
    let attention = linear(e, 3 * e) + linear(e, e);
    let feed_forward = linear(e, 4 * e) + linear(4 * e, e);
    let from_view = linear(e, 2 * e) + linear(e, e) + linear(e, e);
    let cross = attention + from_view + 2 * e + linear(e, 6 * e) + feed_forward;
    let selfs = attention + feed_forward + 4 * e;
    let heads = 3 * linear(e, BINS) + 2 * linear(e, 2);
    let tables = TABLE_ROWS * e + 2 * 2 * e;
    let last_norm = 2 * e;
    2 * upsampler(shape) + shape.cross * cross + shape.selfs * selfs + heads + tables + last_norm
}

fn upsampler(shape: &presets::Policy) -> usize {
    let (e, k) = (shape.action, shape.upsampler_width());
    let values = convolution(e, k, 3) + convolution(k, k, 3) + convolution(k, 1, 3);
    let masks = convolution(e, k, 3) + convolution(k, NEIGHBOURS * shape.patch * shape.patch, 1);
    values + masks
}

/// Multiply-adds for one transition: both stages, all heat maps and action tokens, and the language
/// tower where it is trained.
#[must_use]
pub fn multiply_adds(shape: &presets::Policy) -> usize {
    let language = match shape.language {
        Language::Frozen { .. } => 0,
        Language::Trained { tower, context, .. } => text_multiply_adds(tower, context),
    };
    let published = 2 * stage_multiply_adds(shape) + actor_multiply_adds(shape) + language;
    published + extensions::multiply_adds(shape)
}

fn stage_multiply_adds(shape: &presets::Policy) -> usize {
    let (c, d) = (shape.channels, shape.width);
    let view = shape.grid() * shape.grid();
    let words = shape.language.context();
    let patches = 3 * view * CHANNELS * shape.patch * shape.patch * c;
    let around = 3 * view * 2 * (2 * c * d) + words * (shape.language.width() * 2 * c + 2 * c * d);
    let alone = shape.depth / 2;
    let inside = 3 * alone * layer_multiply_adds(shape, view);
    let across = (shape.depth - alone) * layer_multiply_adds(shape, 3 * view + words);
    patches + around + inside + across
}

fn layer_multiply_adds(shape: &presets::Policy, tokens: usize) -> usize {
    let (d, h) = (shape.width, shape.heads * shape.head);
    tokens * (4 * d * h + 3 * shape.geglu * d * d) + 2 * tokens * tokens * h
}

fn actor_multiply_adds(shape: &presets::Policy) -> usize {
    let (e, k) = (shape.action, shape.upsampler_width());
    let view = shape.grid() * shape.grid();
    let upsampler = view
        * (NEIGHBOURS * (e * k + k * k + k + e * k) + NEIGHBOURS * shape.patch * shape.patch * k);
    // Keys and values of a view for the one token that asks, then its own square matrices.
    let cross = shape.cross * (2 * e * e * view + 20 * e * e);
    // Training runs two streams, the true tokens and their placeholders.
    let selfs = shape.selfs * 2 * SEQUENCE * 12 * e * e;
    6 * (upsampler + cross) + selfs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::{ARP, BASE, PAPER_B, SMALL, SMALL_PLUS};

    #[test]
    fn published_sizes_are_met() {
        let thousands = |n: usize| (n + 500) / 1000;
        let arp = policy(&ARP);
        assert_eq!([arp.total, arp.seen_by_counter].map(thousands), [72_116, 71_914]);
        let plus = policy(&PAPER_B.policy);
        assert_eq!([plus.total, plus.seen_by_counter].map(thousands), [74_014, 73_813]);
        assert_eq!(thousands(stage(&ARP)), 34_034);
    }

    #[test]
    fn the_ladder_has_the_sizes_and_costs_of_the_specification() {
        let close = |found: usize, expected: f64, unit: f64| {
            let found = found as f64 / unit;
            assert!((found / expected - 1.0).abs() < 2e-3, "{found} instead of {expected}");
        };
        for (preset, millions, mega) in
            [(&SMALL, 6.81, 6153.0), (&SMALL_PLUS, 10.28, 9489.0), (&BASE, 45.62, 36_198.0)]
        {
            close(policy(&preset.policy).total, millions, 1e6);
            close(multiply_adds(&preset.policy), mega, 1e6);
        }
        close(multiply_adds(&ARP), 63_550.0, 1e6);
        close(multiply_adds(&PAPER_B.policy), 64_734.0, 1e6);
    }
}
