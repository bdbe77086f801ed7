//! LayerNorm over the last axis.

use burn::backend::flex::FlexTensor;
use burn::nn::LayerNorm;
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::kernel::{Input, Kernel, like, reach, run, tensor, values};
use super::vector::{add, dot, squares, sum, wide};

/// Rows in a task. Sums over rows are taken task by task, so that they depend on this and not on threads.
const ROWS: usize = 128;

/// `norm` of every row; `epsilon` is the number that it adds to variances.
pub(crate) fn layer_norm<const D: usize>(
    norm: &LayerNorm,
    epsilon: f64,
    x: Tensor<D>,
) -> Tensor<D> {
    let Some(beta) = &norm.beta else { return norm.forward(x) };
    let parts = (reach(&x), reach(&norm.gamma.val()), reach(&beta.val()));
    match parts {
        (Some(x), Some(gamma), Some(beta)) => {
            let inputs: [Input; 3] = [x, gamma, beta];
            run(Norm { epsilon: epsilon as f32 }, inputs)
        }
        _ => norm.forward(x),
    }
}

#[derive(Clone, Debug)]
struct Norm {
    epsilon: f32,
}

impl Kernel<3> for Norm {
    /// Normalised rows, one over each row's deviation, and the scale.
    type Kept = (FlexTensor, Vec<f32>, FlexTensor);

    fn forward(&self, [x, gamma, beta]: [FlexTensor; 3]) -> (FlexTensor, Self::Kept) {
        let (x, gamma) = (x.to_contiguous(), gamma.to_contiguous());
        let beta = beta.to_contiguous();
        let (scale, shift) = (values(&gamma), values(&beta));
        let width = scale.len();
        let from = values(&x);
        let mut out = vec![0.0; from.len()];
        let mut normal = vec![0.0; from.len()];
        let mut sharp = vec![0.0; from.len() / width];
        let task = width * ROWS;
        let tasks = out.par_chunks_mut(task).zip(normal.par_chunks_mut(task));
        let tasks = tasks.zip(sharp.par_chunks_mut(ROWS)).zip(from.par_chunks(task));
        tasks.for_each(|(((out, normal), sharp), from)| {
            wide(|| {
                let rows = out.chunks_mut(width).zip(normal.chunks_mut(width)).zip(sharp);
                for (((out, normal), sharp), from) in rows.zip(from.chunks(width)) {
                    let mean = sum(from) / width as f32;
                    *sharp = 1.0 / (squares(from, mean) / width as f32 + self.epsilon).sqrt();
                    for ((normal, out), (from, (scale, shift))) in
                        normal.iter_mut().zip(out).zip(from.iter().zip(scale.iter().zip(shift)))
                    {
                        *normal = (from - mean) * *sharp;
                        *out = *normal * scale + shift;
                    }
                }
            });
        });
        (like(out, &x), (like(normal, &x), sharp, gamma))
    }

    fn backward(&self, kept: Self::Kept, gradient: FlexTensor) -> [Option<FlexTensor>; 3] {
        let (normal, sharp, gamma) = kept;
        let gradient = gradient.to_contiguous();
        let scale = values(&gamma);
        let width = scale.len();
        let mut out = vec![0.0; values(&normal).len()];
        let task = width * ROWS;
        let tasks = out.par_chunks_mut(task).zip(values(&normal).par_chunks(task));
        let tasks = tasks.zip(values(&gradient).par_chunks(task)).zip(sharp.par_chunks(ROWS));
        // Gradients of scale and shift, side by side, for each task.
        let sums: Vec<Vec<f32>> = tasks
            .map(|(((out, normal), given), sharp)| {
                wide(|| {
                    let mut sums = vec![0.0; 2 * width];
                    let (of_scale, of_shift) = sums.split_at_mut(width);
                    let rows = out.chunks_mut(width).zip(normal.chunks(width)).zip(sharp);
                    for (((out, normal), sharp), given) in rows.zip(given.chunks(width)) {
                        add(of_shift, given);
                        for ((out, sum), ((given, normal), scale)) in out
                            .iter_mut()
                            .zip(of_scale.iter_mut())
                            .zip(given.iter().zip(normal).zip(scale))
                        {
                            *sum += given * normal;
                            *out = given * scale;
                        }
                        let mean = sum(out) / width as f32;
                        let along = dot(out, normal) / width as f32;
                        for (out, normal) in out.iter_mut().zip(normal) {
                            *out = (*out - mean - normal * along) * sharp;
                        }
                    }
                    sums
                })
            })
            .collect();
        let mut total = vec![0.0; 2 * width];
        sums.iter().for_each(|sums| add(&mut total, sums));
        let shift = total.split_off(width);
        [Some(like(out, &normal)), Some(tensor(total, [width])), Some(tensor(shift, [width]))]
    }
}
