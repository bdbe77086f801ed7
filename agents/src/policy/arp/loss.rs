//! The seven losses of the policy.

use burn::tensor::{Int, Tensor, activation};

use crate::nn::fused;

/// Names of the losses, in the order of every tensor that holds them.
pub const LOSSES: [&str; 7] = ["coarse", "fine", "rot_x", "rot_y", "rot_z", "grip", "collision"];

/// The losses of a batch, in nats. All have weight 1 (ARP).
#[derive(Clone, Debug)]
pub struct Losses {
    /// Every loss of every sample, `[b, 7]`, in the order of [`LOSSES`].
    pub each: Tensor<2>,
    /// Entropy of the labels of heat maps and angles, the least that the first five can be, `[b, 5]`.
    pub floor: Tensor<2>,
}

impl Losses {
    /// The training objective: the sum over losses, averaged over samples; one number `[1]`.
    #[must_use]
    pub fn total(&self) -> Tensor<1> {
        self.per_sample().mean()
    }

    /// The sum of each sample's losses, `[b]`.
    #[must_use]
    pub fn per_sample(&self) -> Tensor<1> {
        let b = self.each.dims()[0];
        self.each.clone().sum_dim(1).reshape([b])
    }

    /// Each loss averaged over samples, `[7]`.
    #[must_use]
    pub fn means(&self) -> Tensor<1> {
        self.each.clone().mean_dim(0).reshape([LOSSES.len()])
    }

    /// The same with the labels' entropy taken off: the Kullback-Leibler divergence, 0 when the answer
    /// is the label. `[7]`.
    #[must_use]
    pub fn divergences(&self) -> Tensor<1> {
        let [b, soft] = self.floor.dims();
        let rest = Tensor::zeros([b, LOSSES.len() - soft], &self.floor.device());
        let each = self.each.clone() - Tensor::cat(vec![self.floor.clone(), rest], 1);
        each.mean_dim(0).reshape([LOSSES.len()])
    }
}

/// Cross-entropy of maps `[b * views, pixels]` with labels of sum 1 of that shape, averaged over
/// views: `[b, 1]`.
pub(super) fn heat(logits: Tensor<2>, labels: Tensor<2>, views: usize) -> Tensor<2> {
    let maps = logits.dims()[0];
    fused::heat(logits, labels).reshape([maps / views, views]).mean_dim(1)
}

/// Cross-entropy of `logits` `[b, bins]` with a label `[b, 1, bins]` of sum 1: `[b, 1]`.
pub(super) fn angle(logits: Tensor<2>, label: Tensor<3>) -> Tensor<2> {
    let label = label.reshape(logits.dims());
    (activation::log_softmax(logits, 1) * label).sum_dim(1).neg()
}

/// Cross-entropy of `logits` `[b, classes]` with `targets` `[b, 1]`: `[b, 1]`.
pub(super) fn choice(logits: Tensor<2>, targets: Tensor<2, Int>) -> Tensor<2> {
    activation::log_softmax(logits, 1).gather(1, targets).neg()
}
