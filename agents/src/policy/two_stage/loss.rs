//! The seven losses of a two-stage policy.

use burn::tensor::{Int, Tensor, activation};

use crate::nn::fused;

/// Names of the losses: heat maps of both stages, the three angles, gripper and collision bit.
pub const LOSSES: [&str; 7] = ["coarse", "fine", "rot_x", "rot_y", "rot_z", "grip", "collision"];

/// Cross-entropy of maps `[b * views, pixels]` with labels of sum 1 of that shape, averaged over
/// views: `[b, 1]`.
pub(crate) fn heat(logits: Tensor<2>, labels: Tensor<2>, views: usize) -> Tensor<2> {
    let maps = logits.dims()[0];
    fused::heat(logits, labels).reshape([maps / views, views]).mean_dim(1)
}

/// Cross-entropy of the discrete parts of an action: `logits` `[b, 72]` of as many angles as `angles`
/// `[b, 3, 72]` holds labels of sum 1 for, then `[b, 2]` of each of `bits` `[b, 2]`. One `[b, 1]` each.
pub(crate) fn discrete(
    logits: Vec<Tensor<2>>,
    angles: &Tensor<3>,
    bits: &Tensor<2, Int>,
) -> impl Iterator<Item = Tensor<2>> {
    let count = angles.dims()[1];
    logits.into_iter().enumerate().map(move |(index, logits)| match index.checked_sub(count) {
        None => angle(logits, angles.clone().narrow(1, index, 1)),
        Some(bit) => choice(logits, bits.clone().narrow(1, bit, 1)),
    })
}

/// Cross-entropy of `logits` `[b, bins]` with a label `[b, 1, bins]` of sum 1: `[b, 1]`.
fn angle(logits: Tensor<2>, label: Tensor<3>) -> Tensor<2> {
    let label = label.reshape(logits.dims());
    (activation::log_softmax(logits, 1) * label).sum_dim(1).neg()
}

/// Cross-entropy of `logits` `[b, classes]` with `targets` `[b, 1]`: `[b, 1]`.
fn choice(logits: Tensor<2>, targets: Tensor<2, Int>) -> Tensor<2> {
    activation::log_softmax(logits, 1).gather(1, targets).neg()
}
