//! Supervised contrast at three levels at once: what shares more should lie closer.

use burn::tensor::Tensor;

use super::loss::{Case, Loss};
use crate::alignment::labels::Level;
use crate::nn::contrast::both_ways;

/// `sum_l w_l SupCon(pairs that share l, tau_l)` over episode, instruction and task. Rows that share
/// a level with nobody do not count there: pairs of different episodes say nothing about episodes.
pub(super) const LOSS: Loss = Loss { name: "hierarchical", learned: None, value };

fn value(case: &Case<'_>) -> Tensor<1> {
    let hier = case.settings.hier;
    let start = Tensor::zeros([1], &case.similarity.device());
    let levels = Level::ALL.into_iter().zip(hier.weights).zip(hier.taus);
    levels.fold(start, |sum, ((level, weight), tau)| {
        let logits = case.similarity.clone().div_scalar(tau);
        sum + both_ways(logits, &case.labels.together(level)).mul_scalar(weight)
    })
}
