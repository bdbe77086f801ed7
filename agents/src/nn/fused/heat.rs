//! Cross-entropy of heat maps with their labels.

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::kernel::{Kernel, reach, run, tensor, values};
use super::vector::{dot, exp, largest, sum, wide};

/// Cross-entropy of each map: logits `[maps, pixels]`, labels of that shape and of sum 1 in each row,
/// to `[maps, 1]`, in nats. Labels get no gradient.
pub(crate) fn heat(logits: Tensor<2>, labels: Tensor<2>) -> Tensor<2> {
    let labels = labels.detach().set_require_grad(false);
    match (reach(&logits), reach(&labels)) {
        (Some(logits), Some(labels)) => run(Heat, [logits, labels]),
        _ => {
            let most = logits.clone().detach().max_dim(1);
            let spread = (logits.clone() - most.clone()).exp().sum_dim(1).log() + most;
            spread - (logits * labels).sum_dim(1)
        }
    }
}

#[derive(Clone, Debug)]
struct Heat;

impl Kernel<2> for Heat {
    /// Probabilities and labels.
    type Kept = (Vec<f32>, FlexTensor);

    fn forward(&self, [logits, labels]: [FlexTensor; 2]) -> (FlexTensor, Self::Kept) {
        let (logits, labels) = (logits.to_contiguous(), labels.to_contiguous());
        let (maps, pixels) = size(&logits);
        let mut shares = vec![0.0; maps * pixels];
        let mut losses = vec![0.0; maps];
        let rows = shares.par_chunks_mut(pixels).zip(&mut losses);
        let given = values(&logits).par_chunks(pixels).zip(values(&labels).par_chunks(pixels));
        rows.zip(given).for_each(|((shares, loss), (logits, labels))| {
            wide(|| {
                let top = largest(logits);
                for (share, &logit) in shares.iter_mut().zip(logits) {
                    *share = exp(logit - top);
                }
                let total = sum(shares);
                for share in shares {
                    *share /= total;
                }
                *loss = libm::logf(total) + top - dot(logits, labels);
            });
        });
        (tensor(losses, [maps, 1]), (shares, labels))
    }

    fn backward(&self, kept: Self::Kept, gradient: FlexTensor) -> [Option<FlexTensor>; 2] {
        let (mut shares, labels) = kept;
        let gradient = gradient.to_contiguous();
        let (maps, pixels) = size(&labels);
        let rows = shares.par_chunks_mut(pixels).zip(values(&labels).par_chunks(pixels));
        rows.zip(values(&gradient)).for_each(|((shares, labels), &given)| {
            wide(|| {
                for (share, label) in shares.iter_mut().zip(labels) {
                    *share = (*share - label) * given;
                }
            });
        });
        [Some(tensor(shares, [maps, pixels])), None]
    }
}

fn size(x: &FlexTensor) -> (usize, usize) {
    let shape = x.layout().shape();
    (shape[0], shape[1])
}
