//! Supervised contrast: every pair of the same label is a positive.

use burn::tensor::Tensor;

use super::loss::{Case, Loss};
use crate::nn::contrast::both_ways;

/// SupCon's "out" form across models (Khosla et al., 2004.11362), by rows and by columns:
/// `-(1/B) sum_i (1/|P_i|) sum_{p in P_i} log softmax_j(s_ij / tau)_p`.
pub(super) const LOSS: Loss = Loss { name: "supcon", learned: None, value };

fn value(case: &Case<'_>) -> Tensor<1> {
    let logits = case.similarity.clone().div_scalar(case.settings.tau);
    both_ways(logits, &case.labels.together(case.labels.level))
}
