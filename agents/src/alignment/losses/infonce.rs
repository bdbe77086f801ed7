//! Bidirectional InfoNCE, the paper's loss, with three answers to pairs of the same label.

use burn::tensor::Tensor;

use super::loss::{Case, Loss};
use crate::alignment::settings::Negatives;
use crate::nn::contrast::{Marks, both_ways};

/// `-(1/2B) sum_i [log softmax_j(s_ij / tau)_i + log softmax_j(s_ji / tau)_i]`.
pub(super) const LOSS: Loss = Loss { name: "infonce", learned: None, value };

/// Added to logits that leave the denominator. Finite, so that zero times it is zero.
const GONE: f32 = -1e9;

fn value(case: &Case<'_>) -> Tensor<1> {
    let logits = case.similarity.clone().div_scalar(case.settings.tau);
    let diagonal = case.labels.diagonal();
    let together = case.labels.together(case.labels.level);
    match case.settings.negatives {
        Negatives::All => both_ways(logits, &diagonal),
        Negatives::MultiPositive => both_ways(logits, &together),
        Negatives::MaskSameLabel => {
            let others = Marks::new(diagonal.size(), |row, column| {
                together.at(row, column) && !diagonal.at(row, column)
            });
            let gone = others.tensor(GONE, 0.0, &logits.device());
            both_ways(logits + gone, &diagonal)
        }
    }
}
