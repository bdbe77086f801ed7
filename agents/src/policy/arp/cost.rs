//! Counting ARP.

use super::extensions::cost as extensions;
use super::sequence::{KINDS, Kind};
use crate::nn::cost::ProductList;
use crate::nn::cost::layers::linear;
use crate::policy::observation::rotation::BINS;
use crate::policy::two_stage::cost as two_stage;
use crate::policy::views::axes::VIEWS;
use crate::presets;

/// Stages, each with its heat maps.
const STAGES: usize = 2;
/// Tokens of the discrete part: six prompts and five predictions.
const SEQUENCE: usize = 11;
/// Rows of the teacher-forced pass: eleven true tokens and five placeholders.
const ROWS: usize = SEQUENCE + Kind::DISCRETE.len();
/// Rows of the tables of chunk offsets, token types, and positions.
const TABLE_ROWS: usize = 2 + KINDS + 17;

/// Parameters of the policy, its trained language encoder included; a frozen one is not part of it.
pub(crate) fn parameters(shape: &presets::Policy) -> usize {
    two_stage::encoders(shape) + actor(shape) + extensions::parameters(shape)
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
    let tables = tables(shape);
    let last_norm = 2 * e;
    let upsamplers = STAGES * two_stage::upsampler(shape);
    upsamplers + shape.cross * cross + shape.selfs * selfs + heads + tables + last_norm
}

/// Embeddings that no layer computes: placeholders, positions, and both values of both bits.
fn tables(shape: &presets::Policy) -> usize {
    (TABLE_ROWS + 2 * 2) * shape.action
}

/// Multiply-adds for one transition: both stages, all heat maps and action tokens, and the language
/// encoder where it is trained.
pub(crate) fn multiply_adds(shape: &presets::Policy) -> usize {
    let e = shape.action;
    let view = shape.grid() * shape.grid();
    // Keys and values of a view for the one token that asks, then its own square matrices.
    let cross = shape.cross * (2 * e * e * view + 20 * e * e);
    // Training runs two streams, the true tokens and their placeholders.
    let selfs = shape.selfs * 2 * SEQUENCE * 12 * e * e;
    let heat = STAGES * VIEWS * (two_stage::upsampler_multiply_adds(shape) + cross);
    let published = two_stage::encoders_multiply_adds(shape) + heat + selfs;
    published + extensions::multiply_adds(shape)
}

/// Adds the products of a training pass for `n` transitions.
pub(crate) fn products(shape: &presets::Policy, n: usize, list: &mut ProductList) {
    let e = shape.action;
    two_stage::language_products(shape, n, list);
    for _stage in 0..STAGES {
        two_stage::stage_products(shape, n, list);
        heat(shape, n * VIEWS, list);
    }
    extensions::products(shape, n, list);
    (0..shape.selfs).for_each(|_| list.block(n, ROWS, e, shape.action_heads));
    (0..3).for_each(|_| list.linear(n, e, BINS));
    (0..2).for_each(|_| list.linear(n, e, 2));
}

/// The heat maps of `n` views.
fn heat(shape: &presets::Policy, n: usize, list: &mut ProductList) {
    let (e, area) = (shape.action, shape.grid() * shape.grid());
    for _block in 0..shape.cross {
        list.linear(n * area, e, 2 * e);
        list.linear(n, e, e);
        list.attention(n * shape.action_heads, [1, area], e / shape.action_heads);
        list.linear(n, e, e);
        list.linear(n, e, 6 * e);
        list.block(n, 1, e, shape.action_heads);
    }
    two_stage::upsampler_products(shape, n, list);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::{ARP, BASE, PAPER_B, SMALL, SMALL_PLUS};

    /// All parameters, and those that the counter behind the published sizes saw, in thousands.
    fn published(shape: &presets::Policy) -> [usize; 2] {
        let total = parameters(shape);
        let seen = total - two_stage::skipped_by_counter(shape) - tables(shape);
        [total, seen].map(|n| (n + 500) / 1000)
    }

    #[test]
    fn published_sizes_are_met() {
        assert_eq!(published(&ARP), [72_116, 71_914]);
        assert_eq!(published(&PAPER_B.policy), [74_014, 73_813]);
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
            close(parameters(&preset.policy), millions, 1e6);
            close(multiply_adds(&preset.policy), mega, 1e6);
        }
        close(multiply_adds(&ARP), 63_550.0, 1e6);
        close(multiply_adds(&PAPER_B.policy), 64_734.0, 1e6);
    }
}
