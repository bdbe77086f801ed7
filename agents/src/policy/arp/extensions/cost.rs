//! Counting the optional parts.

use super::{crop, skip, yaw};
use crate::nn::cost::layers::linear;
use crate::nn::cost::{Product, ProductList};
use crate::nn::fused::NEAR;
use crate::policy::multi_view::state::StateEncoder;
use crate::policy::multi_view::stem::{STEM, STRIDE};
use crate::policy::observation::rotation::BINS;
use crate::policy::views::axes::VIEWS;
use crate::policy::views::crop::{CELL_VALUES, CELLS};
use crate::policy::views::ring::RING_VALUES;
use crate::presets;

/// A linear map of a part: rows for each transition, inputs, outputs.
type Map = [usize; 3];

/// Every linear map of the parts that a policy has.
fn maps(shape: &presets::Policy) -> Vec<Map> {
    let (e, has) = (shape.action, shape.extensions);
    let skips = [skip_maps(shape), skip_maps(shape)].concat();
    let parts = [
        (has.crop, crop_maps(e)),
        (has.state, StateEncoder::maps(shape, e)),
        (has.coarse, vec![[VIEWS, e, e]]),
        (has.yaw, yaw_maps(e)),
        (has.stem, skips),
    ];
    parts.into_iter().filter(|part| part.0).flat_map(|part| part.1).collect()
}

fn crop_maps(e: usize) -> Vec<Map> {
    let [first, second] = crop::CHANNELS;
    let coarse = crop::COARSE * crop::COARSE;
    vec![
        [VIEWS * CELLS * CELLS, NEAR * CELL_VALUES, first],
        [VIEWS * coarse, crop::STRIDE * crop::STRIDE * first, second],
        [VIEWS, coarse * second, crop::HIDDEN],
        [VIEWS, crop::HIDDEN, e],
    ]
}

fn yaw_maps(e: usize) -> Vec<Map> {
    vec![
        [BINS, yaw::KERNEL * RING_VALUES, yaw::CHANNELS],
        [BINS, yaw::KERNEL * yaw::CHANNELS, yaw::CHANNELS],
        [1, e, yaw::CHANNELS],
    ]
}

/// The heat maps of one stage.
fn skip_maps(shape: &presets::Policy) -> Vec<Map> {
    let square = STRIDE * STRIDE;
    // Positions of the pictures of a stage at half their resolution, and cells of their maps.
    let half = VIEWS * shape.size * shape.size / square;
    let cells = VIEWS * shape.grid() * shape.grid();
    vec![
        [cells, shape.action, 2 * STEM],
        [half, NEAR * STEM, skip::MIXED],
        [half, skip::MIXED, square],
    ]
}

/// Parameters: weights and biases, and the shifts of the views' crops.
pub(in crate::policy::arp) fn parameters(shape: &presets::Policy) -> usize {
    let shifts = if shape.extensions.crop { VIEWS * crop::HIDDEN } else { 0 };
    maps(shape).into_iter().map(|[_, from, to]| linear(from, to)).sum::<usize>() + shifts
}

/// Multiply-adds for one transition, the scores of the bins included.
pub(in crate::policy::arp) fn multiply_adds(shape: &presets::Policy) -> usize {
    let mut list = ProductList::default();
    products(shape, 1, &mut list);
    list.products.iter().map(Product::multiply_adds).sum()
}

/// Adds the products of a training pass for `n` transitions.
pub(in crate::policy::arp) fn products(shape: &presets::Policy, n: usize, list: &mut ProductList) {
    for [rows, inner, columns] in maps(shape) {
        list.linear(n * rows, inner, columns);
    }
    if shape.extensions.yaw {
        list.products.push(Product { count: n, rows: BINS, inner: yaw::CHANNELS, columns: 1 });
    }
}
