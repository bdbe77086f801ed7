//! Every pair a yes-or-no question.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

use super::loss::{Case, Loss};

/// `-(1/B) sum_ij log sigmoid(l_ij (exp(a) s_ij + b))`, `l_ij` one where labels agree, else minus
/// one (Zhai et al., 2303.15343). Learns `a`, from log 10, and `b`, from -10.
pub(super) const LOSS: Loss =
    Loss { name: "siglip", learned: Some(&[std::f32::consts::LN_10, -10.0]), value };

fn value(case: &Case<'_>) -> Tensor<1> {
    let Some(learned) = case.learned.clone() else {
        unreachable!("`Alignment` keeps what its loss learns");
    };
    let [rows, _] = case.similarity.dims();
    let scale = learned.clone().narrow(0, 0, 1).exp().unsqueeze();
    let shift = learned.narrow(0, 1, 1).unsqueeze();
    let marks = case.labels.together(case.labels.level);
    let sign = marks.tensor(1.0, -1.0, &case.similarity.device());
    let logits = case.similarity.clone() * scale + shift;
    log_sigmoid(logits * sign).sum().div_scalar(rows as f64).neg()
}
