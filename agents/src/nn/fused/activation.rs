//! Smooth gates: GELU and its two approximations, alone or as the gate of other values.

use core::fmt::Debug;
use core::marker::PhantomData;

use burn::backend::flex::FlexTensor;
use burn::tensor::{Tensor, activation};
use rayon::prelude::*;

use super::kernel::{Kernel, like, reach, run, tensor, values};
use super::vector::{normal, sigmoid, wide};

/// Numbers in a task; what comes out does not depend on it.
const TASK: usize = 1 << 14;
/// Rows in a task.
const ROWS: usize = 64;

/// An activation function.
pub(crate) trait Activation: Clone + Debug + Send + Sync + 'static {
    /// Value and slope at `x`.
    fn at(x: f32) -> (f32, f32);

    /// The same from operations of the library.
    fn plain<const D: usize>(x: Tensor<D>) -> Tensor<D>;
}

/// `x` times the normal distribution below it.
#[derive(Clone, Debug)]
pub(crate) struct Gelu;

/// PyTorch's `approximate="tanh"` of it.
#[derive(Clone, Debug)]
pub(crate) struct TanhGelu;

/// CLIP's: `x * sigmoid(1.702 x)`.
#[derive(Clone, Debug)]
pub(crate) struct QuickGelu;

impl Activation for Gelu {
    #[inline(always)]
    fn at(x: f32) -> (f32, f32) {
        // 1 / sqrt(2 pi)
        const PEAK: f32 = 0.398_942_3;
        let (below, bell) = normal(x);
        (x * below, below + x * bell * PEAK)
    }

    fn plain<const D: usize>(x: Tensor<D>) -> Tensor<D> {
        activation::gelu(x)
    }
}

impl Activation for TanhGelu {
    #[inline(always)]
    fn at(x: f32) -> (f32, f32) {
        // tanh(u) = 2 sigmoid(2 u) - 1; this is 2 sqrt(2 / pi), and the weight of the cube.
        const FACTORS: [f32; 2] = [1.595_769_2, 0.044_715];
        let square = x * x;
        let inner = FACTORS[0] * x * (1.0 + FACTORS[1] * square);
        logistic(x, inner, FACTORS[0] * (1.0 + 3.0 * FACTORS[1] * square))
    }

    fn plain<const D: usize>(x: Tensor<D>) -> Tensor<D> {
        activation::gelu_approximate(x)
    }
}

impl QuickGelu {
    const FACTOR: f32 = 1.702;
}

impl Activation for QuickGelu {
    #[inline(always)]
    fn at(x: f32) -> (f32, f32) {
        logistic(x, Self::FACTOR * x, Self::FACTOR)
    }

    fn plain<const D: usize>(x: Tensor<D>) -> Tensor<D> {
        x.clone() * activation::sigmoid(x.mul_scalar(Self::FACTOR))
    }
}

/// `x * sigmoid(inner)` and its slope, where `inner` rises with `rise`.
#[inline(always)]
fn logistic(x: f32, inner: f32, rise: f32) -> (f32, f32) {
    let share = sigmoid(inner);
    (x * share, share + x * share * (1.0 - share) * rise)
}

/// The activation of every number.
pub(crate) fn activate<C: Activation, const D: usize>(x: Tensor<D>) -> Tensor<D> {
    match reach(&x) {
        Some(x) => run(Activate::<C>(PhantomData), [x]),
        None => C::plain(x),
    }
}

/// `[n, tokens, 2 h]`, values then gates, to `[n, tokens, h]`: values times their activated gates.
pub(crate) fn gated<C: Activation>(packed: Tensor<3>) -> Tensor<3> {
    match reach(&packed) {
        Some(packed) => run(Gated::<C>(PhantomData), [packed]),
        None => {
            let hidden = packed.dims()[2] / 2;
            let gates = packed.clone().narrow(2, hidden, hidden);
            packed.narrow(2, 0, hidden) * C::plain(gates)
        }
    }
}

#[derive(Clone, Debug)]
struct Activate<C>(PhantomData<C>);

impl<C: Activation> Kernel<1> for Activate<C> {
    type Kept = FlexTensor;

    fn forward(&self, [x]: [FlexTensor; 1]) -> (FlexTensor, FlexTensor) {
        let x = x.to_contiguous();
        let mut out = vec![0.0; values(&x).len()];
        let tasks = out.par_chunks_mut(TASK).zip(values(&x).par_chunks(TASK));
        tasks.for_each(|(out, x)| {
            wide(|| {
                for (out, &x) in out.iter_mut().zip(x) {
                    *out = C::at(x).0;
                }
            });
        });
        (like(out, &x), x)
    }

    fn backward(&self, x: FlexTensor, gradient: FlexTensor) -> [Option<FlexTensor>; 1] {
        let gradient = gradient.to_contiguous();
        let mut out = vec![0.0; values(&x).len()];
        let tasks = out.par_chunks_mut(TASK).zip(values(&x).par_chunks(TASK));
        tasks.zip(values(&gradient).par_chunks(TASK)).for_each(|((out, x), gradient)| {
            wide(|| {
                for ((out, &x), gradient) in out.iter_mut().zip(x).zip(gradient) {
                    *out = C::at(x).1 * gradient;
                }
            });
        });
        [Some(like(out, &x))]
    }
}

#[derive(Clone, Debug)]
struct Gated<C>(PhantomData<C>);

impl<C: Activation> Kernel<1> for Gated<C> {
    type Kept = FlexTensor;

    fn forward(&self, [packed]: [FlexTensor; 1]) -> (FlexTensor, FlexTensor) {
        let packed = packed.to_contiguous();
        let [n, tokens, hidden] = halved(&packed);
        let mut out = vec![0.0; n * tokens * hidden];
        let tasks = values(&packed).par_chunks(2 * hidden * ROWS);
        out.par_chunks_mut(hidden * ROWS).zip(tasks).for_each(|(out, packed)| {
            wide(|| {
                for (out, packed) in out.chunks_mut(hidden).zip(packed.chunks(2 * hidden)) {
                    let (value, gate) = packed.split_at(hidden);
                    for ((out, value), &gate) in out.iter_mut().zip(value).zip(gate) {
                        *out = value * C::at(gate).0;
                    }
                }
            });
        });
        (tensor(out, [n, tokens, hidden]), packed)
    }

    fn backward(&self, packed: FlexTensor, gradient: FlexTensor) -> [Option<FlexTensor>; 1] {
        let gradient = gradient.to_contiguous();
        let [n, tokens, hidden] = halved(&packed);
        let wide = 2 * hidden;
        let mut out = vec![0.0; n * tokens * wide];
        let tasks = out.par_chunks_mut(wide * ROWS).zip(values(&packed).par_chunks(wide * ROWS));
        tasks.zip(values(&gradient).par_chunks(hidden * ROWS)).for_each(
            |((out, packed), given)| {
                let rows = out.chunks_mut(wide).zip(packed.chunks(wide)).zip(given.chunks(hidden));
                for ((out, packed), given) in rows {
                    let (to_value, to_gate) = out.split_at_mut(hidden);
                    let (value, gate) = packed.split_at(hidden);
                    let to = to_value.iter_mut().zip(to_gate);
                    let from = value.iter().zip(gate).zip(given);
                    for ((to_value, to_gate), ((value, &gate), given)) in to.zip(from) {
                        let (height, slope) = C::at(gate);
                        *to_value = given * height;
                        *to_gate = given * value * slope;
                    }
                }
            },
        );
        [Some(tensor(out, [n, tokens, wide]))]
    }
}

fn halved(packed: &FlexTensor) -> [usize; 3] {
    let shape = packed.layout().shape();
    [shape[0], shape[1], shape[2] / 2]
}
