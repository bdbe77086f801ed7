//! Convex mixtures of nine values (RAFT's up-sampling).

use burn::backend::flex::FlexTensor;
use burn::tensor::{Tensor, activation};
use rayon::prelude::*;

use super::kernel::{Kernel, reach, run, tensor, values};
use super::neighbours::NEAR;
use super::vector::{dot, exp, wide};

/// Cells in a task.
const CELLS: usize = 64;

/// Mixes each cell's nine values: `near` `[cells, 9]`, `logits` `[cells, 9 * fine]`, neighbour major, to
/// `[cells, fine]`. The shares are the softmax over the neighbours of `soften * logits`.
pub(crate) fn mixture(near: Tensor<2>, logits: Tensor<2>, soften: f64) -> Tensor<2> {
    match (reach(&near), reach(&logits)) {
        (Some(near), Some(logits)) => run(Mixture { soften: soften as f32 }, [near, logits]),
        _ => {
            let [cells, all] = logits.dims();
            let fine = all / NEAR;
            let shares = activation::softmax(logits.reshape([cells, NEAR, fine]) * soften, 1);
            (shares * near.reshape([cells, NEAR, 1])).sum_dim(1).reshape([cells, fine])
        }
    }
}

#[derive(Clone, Debug)]
struct Mixture {
    soften: f32,
}

#[derive(Clone, Debug)]
struct Kept {
    near: FlexTensor,
    shares: Vec<f32>,
    mixed: FlexTensor,
}

impl Kernel<2> for Mixture {
    type Kept = Kept;

    fn forward(&self, [near, logits]: [FlexTensor; 2]) -> (FlexTensor, Kept) {
        let (near, logits) = (near.to_contiguous(), logits.to_contiguous());
        let cells = near.layout().shape()[0];
        let given = values(&logits);
        let all = given.len() / cells;
        let fine = all / NEAR;
        let mut shares = vec![0.0; given.len()];
        let mut mixed = vec![0.0; cells * fine];
        let tasks = shares.par_chunks_mut(all * CELLS).zip(mixed.par_chunks_mut(fine * CELLS));
        let given = given.par_chunks(all * CELLS).zip(values(&near).par_chunks(NEAR * CELLS));
        tasks.zip(given).for_each(|((shares, mixed), (logits, near))| {
            wide(|| {
                let (mut top, mut total) = (vec![0.0; fine], vec![0.0; fine]);
                let cells = shares.chunks_mut(all).zip(mixed.chunks_mut(fine));
                for ((shares, mixed), (logits, near)) in
                    cells.zip(logits.chunks(all).zip(near.chunks(NEAR)))
                {
                    top.copy_from_slice(&logits[..fine]);
                    for row in logits.chunks(fine).skip(1) {
                        for (top, &logit) in top.iter_mut().zip(row) {
                            *top = if logit > *top { logit } else { *top };
                        }
                    }
                    total.fill(0.0);
                    for ((row, logits), near) in
                        shares.chunks_mut(fine).zip(logits.chunks(fine)).zip(near)
                    {
                        let sums = total.iter_mut().zip(mixed.iter_mut());
                        let row = row.iter_mut().zip(logits.iter().zip(&top));
                        for ((share, (logit, top)), (total, mixed)) in row.zip(sums) {
                            *share = exp((logit - top) * self.soften);
                            *total += *share;
                            *mixed += *share * near;
                        }
                    }
                    for (mixed, total) in mixed.iter_mut().zip(&mut total) {
                        *total = 1.0 / *total;
                        *mixed *= *total;
                    }
                    for row in shares.chunks_mut(fine) {
                        for (share, total) in row.iter_mut().zip(&total) {
                            *share *= total;
                        }
                    }
                }
            });
        });
        let mixed = tensor(mixed, [cells, fine]);
        (mixed.clone(), Kept { near, shares, mixed })
    }

    fn backward(&self, kept: Kept, gradient: FlexTensor) -> [Option<FlexTensor>; 2] {
        let Kept { near, mut shares, mixed } = kept;
        let gradient = gradient.to_contiguous();
        let shape = mixed.layout().shape();
        let (cells, fine) = (shape[0], shape[1]);
        let all = fine * NEAR;
        let mut to_near = vec![0.0; cells * NEAR];
        let tasks = shares.par_chunks_mut(all * CELLS).zip(to_near.par_chunks_mut(NEAR * CELLS));
        let kept = values(&near).par_chunks(NEAR * CELLS);
        let kept = kept.zip(values(&mixed).par_chunks(fine * CELLS));
        let tasks = tasks.zip(kept).zip(values(&gradient).par_chunks(fine * CELLS));
        tasks.for_each(|(((shares, to_near), (near, mixed)), given)| {
            wide(|| {
                let cells = shares.chunks_mut(all).zip(to_near.chunks_mut(NEAR));
                let kept = near.chunks(NEAR).zip(mixed.chunks(fine)).zip(given.chunks(fine));
                for ((shares, to_near), ((near, mixed), given)) in cells.zip(kept) {
                    for ((row, to_near), near) in shares.chunks_mut(fine).zip(to_near).zip(near) {
                        *to_near = dot(row, given);
                        for ((share, mixed), given) in row.iter_mut().zip(mixed).zip(given) {
                            *share *= given * (near - mixed) * self.soften;
                        }
                    }
                }
            });
        });
        [Some(tensor(to_near, [cells, NEAR])), Some(tensor(shares, [cells, all]))]
    }
}
