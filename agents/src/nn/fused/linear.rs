//! A linear map of the last axis.

use burn::backend::flex::FlexTensor;
use burn::tensor::{Tensor, module};
use rayon::prelude::*;

use super::kernel::{Kernel, reach, run, tensor, values};
use super::matrix::{Matrix, add_product, multiply};
use super::vector::add;

/// Rows whose gradients are summed in one go. Sums over rows are taken task by task, so that they depend on
/// this and not on threads.
const ROWS: usize = 256;

/// `[.., k]` times `weight` `[k, n]`, plus `bias` `[n]`: `[.., n]`.
pub(crate) fn linear<const D: usize>(
    x: Tensor<D>,
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
) -> Tensor<D> {
    let found = (reach(&x), reach(&weight), bias.as_ref().map(reach));
    match found {
        (Some(x), Some(weight), None) => run(Linear, [x, weight]),
        (Some(x), Some(weight), Some(Some(bias))) => run(Linear, [x, weight, bias]),
        _ => module::linear(x, weight, bias),
    }
}

#[derive(Clone, Debug)]
struct Linear;

impl Linear {
    /// The input with its last axis `n` numbers long instead.
    fn shaped(values: Vec<f32>, x: &FlexTensor, n: usize) -> FlexTensor {
        let mut shape = x.layout().shape().clone();
        let last = shape.num_dims() - 1;
        shape[last] = n;
        let count = values.len();
        tensor(values, [count]).with_layout(burn::backend::flex::Layout::contiguous(shape))
    }

    /// Gradients of input and weight.
    fn products(
        x: &FlexTensor,
        weight: &FlexTensor,
        gradient: &FlexTensor,
    ) -> [Option<FlexTensor>; 2] {
        let [k, n] = size(weight);
        let (x_values, given) = (Matrix::new(values(x), k), Matrix::new(values(gradient), n));
        let of_x = multiply(given, Matrix::new(values(weight), n).transposed());
        let of_weight = multiply(x_values.transposed(), given);
        [Some(Self::shaped(of_x, x, k)), Some(tensor(of_weight, [k, n]))]
    }
}

impl Kernel<2> for Linear {
    type Kept = [FlexTensor; 2];

    fn forward(&self, [x, weight]: [FlexTensor; 2]) -> (FlexTensor, Self::Kept) {
        let (x, weight) = (x.to_contiguous(), weight.to_contiguous());
        let [k, n] = size(&weight);
        let out = multiply(Matrix::new(values(&x), k), Matrix::new(values(&weight), n));
        (Self::shaped(out, &x, n), [x, weight])
    }

    fn backward(&self, [x, weight]: Self::Kept, gradient: FlexTensor) -> [Option<FlexTensor>; 2] {
        Self::products(&x, &weight, &gradient.to_contiguous())
    }
}

impl Kernel<3> for Linear {
    type Kept = [FlexTensor; 2];

    fn forward(&self, [x, weight, bias]: [FlexTensor; 3]) -> (FlexTensor, Self::Kept) {
        let (x, weight, bias) = (x.to_contiguous(), weight.to_contiguous(), bias.to_contiguous());
        let [k, n] = size(&weight);
        let rows = Matrix::new(values(&x), k);
        let mut out = values(&bias).repeat(values(&x).len() / k);
        add_product(&mut out, rows, Matrix::new(values(&weight), n));
        (Self::shaped(out, &x, n), [x, weight])
    }

    fn backward(&self, [x, weight]: Self::Kept, gradient: FlexTensor) -> [Option<FlexTensor>; 3] {
        let gradient = gradient.to_contiguous();
        let [_, n] = size(&weight);
        let tasks = values(&gradient).par_chunks(ROWS * n).map(|rows| {
            let mut sum = vec![0.0; n];
            rows.chunks(n).for_each(|row| add(&mut sum, row));
            sum
        });
        let mut of_bias = vec![0.0; n];
        tasks.collect::<Vec<_>>().iter().for_each(|sum| add(&mut of_bias, sum));
        let [of_x, of_weight] = Self::products(&x, &weight, &gradient);
        [of_x, of_weight, Some(tensor(of_bias, [n]))]
    }
}

/// Inputs and outputs of a weight.
fn size(weight: &FlexTensor) -> [usize; 2] {
    let shape = weight.layout().shape();
    [shape[0], shape[1]]
}
