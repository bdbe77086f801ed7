//! Counting the parts of the policy that the published one does not have.

use super::block::linear;
use super::product::Product;
use crate::presets;

const VIEWS: usize = 3;
/// Cells or bins that a convolution sees.
const NEAR: usize = 9;
const AROUND: usize = 5;
/// Bins of the angle about z.
const BINS: usize = 72;

/// A linear map of a part: rows for each transition, inputs, outputs.
type Map = [usize; 3];

/// Every linear map of the parts that a policy has.
fn maps(shape: &presets::Policy) -> Vec<Map> {
    let (e, has) = (shape.action, shape.extensions);
    // Positions of the pictures of a stage at half their resolution, and cells of their maps.
    let half = VIEWS * shape.size * shape.size / 4;
    let cells = VIEWS * shape.grid() * shape.grid();
    let parts = [
        (
            has.crop,
            vec![
                [VIEWS * 64, NEAR * 20, 16],
                [VIEWS * 16, 4 * 16, 32],
                [VIEWS, 16 * 32, 128],
                [VIEWS, 128, e],
            ],
        ),
        (has.hand, vec![[1, 6, 64], [1, 64, e]]),
        (has.yaw, vec![[BINS, AROUND * 64, 48], [BINS, AROUND * 48, 48], [1, e, 48]]),
        (has.skip, [skip(e, half, cells), skip(e, half, cells)].concat()),
    ];
    parts.into_iter().filter(|part| part.0).flat_map(|part| part.1).collect()
}

/// The skip of one stage.
fn skip(e: usize, half: usize, cells: usize) -> Vec<Map> {
    vec![
        [half, 4 * 10, 16],
        [half, NEAR * 16, 16],
        [cells, e, 2 * 16],
        [half, NEAR * 16, 24],
        [half, 24, 4],
    ]
}

/// Parameters: weights and biases, and the shifts of the views' crops.
pub(super) fn parameters(shape: &presets::Policy) -> usize {
    let shifts = if shape.extensions.crop { VIEWS * 128 } else { 0 };
    maps(shape).into_iter().map(|[_, from, to]| linear(from, to)).sum::<usize>() + shifts
}

/// Multiply-adds for one transition, the scores of the bins included.
pub(super) fn multiply_adds(shape: &presets::Policy) -> usize {
    products(shape, 1).iter().map(Product::multiply_adds).sum()
}

/// The forward pass's products for `n` transitions.
pub(super) fn products(shape: &presets::Policy, n: usize) -> Vec<Product> {
    let linear = |[rows, inner, columns]: Map| Product { count: 1, rows: n * rows, inner, columns };
    let scores = Product { count: n, rows: BINS, inner: 48, columns: 1 };
    let scores = shape.extensions.yaw.then_some(scores);
    maps(shape).into_iter().map(linear).chain(scores).collect()
}
