//! Scaled dot-product attention over several heads, sample by sample: the scores of one sample fit into
//! a core's cache, and heads are read where they lie, without copies.

use burn::backend::Flex;
use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::ops::FloatTensorOps as _;
use burn::tensor::{Shape, Tensor, activation};
use rayon::prelude::*;

use super::kernel::{Input, Kernel, reach, run, tensor, values};
use super::vector::{dot, softmax, wide};

/// Attention of a sequence to itself: `packed` `[n, tokens, 3 * heads * d]` holds queries, keys and
/// values side by side; gives `[n, tokens, heads * d]`. `mask` `[tokens, tokens]` is added to the scores.
pub(crate) fn attend_packed(packed: Tensor<3>, heads: usize, mask: Option<Tensor<2>>) -> Tensor<3> {
    let plain = |packed: Tensor<3>, mask| {
        let width = packed.dims()[2] / 3;
        let query = packed.clone().narrow(2, 0, width);
        reference(query, packed.narrow(2, width, 2 * width), heads, mask)
    };
    match (reach(&packed), held(mask.as_ref())) {
        (Some(packed), Some(mask)) => run(Packed(Attention { heads, mask }), [packed]),
        _ => plain(packed, mask),
    }
}

/// Attention of `query` `[n, a, heads * d]` to keys and values side by side in `seen`
/// `[n, b, 2 * heads * d]`; gives `[n, a, heads * d]`.
pub(crate) fn attend(query: Tensor<3>, seen: Tensor<3>, heads: usize) -> Tensor<3> {
    match (reach(&query), reach(&seen)) {
        (Some(query), Some(seen)) => run(Cross(Attention { heads, mask: None }), [query, seen]),
        _ => reference(query, seen, heads, None),
    }
}

/// The same from operations of the library.
pub(super) fn reference(
    query: Tensor<3>,
    seen: Tensor<3>,
    heads: usize,
    mask: Option<Tensor<2>>,
) -> Tensor<3> {
    let [n, a, width] = query.dims();
    let b = seen.dims()[1];
    let head = width / heads;
    let split = |x: Tensor<3>, tokens: usize| x.reshape([n, tokens, heads, head]).swap_dims(1, 2);
    let (key, value) = (seen.clone().narrow(2, 0, width), seen.narrow(2, width, width));
    let scale = 1.0 / (head as f64).sqrt();
    let scores = split(query * scale, a).matmul(split(key, b).swap_dims(2, 3));
    let scores = match mask {
        Some(mask) => scores + mask.reshape([1, 1, a, b]),
        None => scores,
    };
    let mixed = activation::softmax(scores, 3).matmul(split(value, b));
    mixed.swap_dims(1, 2).reshape([n, a, width])
}

/// A mask, if any, where kernels can reach it; it is never trained.
fn held(mask: Option<&Tensor<2>>) -> Option<Option<FlexTensor>> {
    let plain = |input| match input {
        Input::Plain(mask) => mask,
        Input::Learning(mask) => mask.into_primitive(),
    };
    match mask {
        Some(mask) => Some(Some(plain(reach(mask)?).to_contiguous())),
        None => Some(None),
    }
}

#[derive(Clone, Debug)]
struct Attention {
    heads: usize,
    mask: Option<FlexTensor>,
}

/// Queries, keys or values: which part of a tensor's last axis they are.
#[derive(Clone, Debug)]
struct Part {
    tensor: FlexTensor,
    /// Where in the last axis it begins, in widths.
    place: usize,
    width: usize,
    heads: usize,
}

impl Part {
    fn new(tensor: &FlexTensor, place: usize, width: usize, heads: usize) -> Self {
        Self { tensor: tensor.clone(), place, width, heads }
    }

    fn tokens(&self) -> usize {
        self.tensor.layout().shape()[1]
    }

    /// One sample's heads, `[heads, tokens, d]`.
    fn sample(&self, sample: usize) -> FlexTensor {
        let layout = self.tensor.layout();
        let (tokens, row) = (self.tokens(), layout.shape()[2]);
        let head = self.width / self.heads;
        let start = layout.start_offset() + sample * tokens * row + self.place * self.width;
        let shape = Shape::from([self.heads, tokens, head]);
        let strides = vec![head as isize, row as isize, 1];
        self.tensor.clone().with_layout(Layout::new(shape, strides, start))
    }
}

fn product(a: FlexTensor, b: FlexTensor) -> FlexTensor {
    Flex::float_matmul(a, b)
}

fn turned(x: &FlexTensor) -> FlexTensor {
    x.clone().with_layout(x.layout().transpose(1, 2))
}

/// Writes `heads` `[heads, tokens, d]` into rows of `target`, `row` apart, from `offset` on.
fn lay(heads: &FlexTensor, target: &mut [f32], row: usize, offset: usize) {
    let shape = heads.layout().shape();
    let (tokens, d) = (shape[1], shape[2]);
    for (head, from) in values(heads).chunks(tokens * d).enumerate() {
        let rows = target.chunks_mut(row).zip(from.chunks(d));
        rows.for_each(|(to, from)| to[offset + head * d..][..d].copy_from_slice(from));
    }
}

impl Attention {
    fn scale(&self, query: &Part) -> f32 {
        1.0 / ((query.width / self.heads) as f32).sqrt()
    }

    /// The mixed values `[n, a, width]`, and each sample's weights `[heads, a, b]`.
    fn value(&self, parts: &[Part; 3]) -> (FlexTensor, Vec<FlexTensor>) {
        let [query, key, value] = parts;
        let (n, a, width) = (query.tensor.layout().shape()[0], query.tokens(), query.width);
        let scale = self.scale(query);
        let mut out = vec![0.0; n * a * width];
        let samples = out.par_chunks_mut(a * width).enumerate();
        let weights = samples.map(|(sample, out)| {
            let mut scores = product(query.sample(sample), turned(&key.sample(sample)));
            let rows = scores.storage_mut::<f32>().chunks_mut(key.tokens());
            let mask = self.mask.as_ref().map(values);
            wide(|| {
                for (index, row) in rows.enumerate() {
                    match mask {
                        Some(mask) => {
                            let mask = &mask[index % a * row.len()..][..row.len()];
                            row.iter_mut().zip(mask).for_each(|(x, mask)| *x = *x * scale + mask);
                        }
                        None => row.iter_mut().for_each(|x| *x *= scale),
                    }
                    softmax(row);
                }
            });
            lay(&product(scores.clone(), value.sample(sample)), out, width, 0);
            scores
        });
        let weights = weights.collect();
        (tensor(out, [n, a, width]), weights)
    }

    /// Gradients of one sample's queries, keys and values, `[heads, tokens, d]`.
    fn slopes(
        &self,
        parts: &[Part; 3],
        weights: &FlexTensor,
        given: &Part,
        sample: usize,
    ) -> [FlexTensor; 3] {
        let [query, key, value] = parts;
        let scale = self.scale(query);
        let given = given.sample(sample);
        let mut scores = product(given.clone(), turned(&value.sample(sample)));
        let of_value = product(turned(weights), given);
        let b = key.tokens();
        let rows = scores.storage_mut::<f32>().chunks_mut(b);
        let weights = values(weights).chunks(b);
        wide(|| {
            for (row, weights) in rows.zip(weights) {
                let mean = dot(row, weights);
                for (x, weight) in row.iter_mut().zip(weights) {
                    *x = (*x - mean) * weight * scale;
                }
            }
        });
        let of_query = product(scores.clone(), key.sample(sample));
        let of_key = product(turned(&scores), query.sample(sample));
        [of_query, of_key, of_value]
    }
}

type Kept = ([Part; 3], Vec<FlexTensor>);

#[derive(Clone, Debug)]
struct Packed(Attention);

impl Kernel<1> for Packed {
    type Kept = Kept;

    fn forward(&self, [packed]: [FlexTensor; 1]) -> (FlexTensor, Kept) {
        let packed = packed.to_contiguous();
        let width = packed.layout().shape()[2] / 3;
        let parts = [0, 1, 2].map(|place| Part::new(&packed, place, width, self.0.heads));
        let (out, weights) = self.0.value(&parts);
        (out, (parts, weights))
    }

    fn backward(&self, (parts, weights): Kept, gradient: FlexTensor) -> [Option<FlexTensor>; 1] {
        let (width, tokens) = (parts[0].width, parts[0].tokens());
        let given = Part::new(&gradient.to_contiguous(), 0, width, self.0.heads);
        let mut out = vec![0.0; weights.len() * tokens * 3 * width];
        let samples = out.par_chunks_mut(tokens * 3 * width).zip(&weights).enumerate();
        samples.for_each(|(sample, (out, weights))| {
            let slopes = self.0.slopes(&parts, weights, &given, sample);
            for (place, slope) in slopes.iter().enumerate() {
                lay(slope, out, 3 * width, place * width);
            }
        });
        [Some(tensor(out, [weights.len(), tokens, 3 * width]))]
    }
}

#[derive(Clone, Debug)]
struct Cross(Attention);

impl Kernel<2> for Cross {
    type Kept = Kept;

    fn forward(&self, [query, seen]: [FlexTensor; 2]) -> (FlexTensor, Kept) {
        let (query, seen) = (query.to_contiguous(), seen.to_contiguous());
        let width = query.layout().shape()[2];
        let part = |tensor, place| Part::new(tensor, place, width, self.0.heads);
        let parts = [part(&query, 0), part(&seen, 0), part(&seen, 1)];
        let (out, weights) = self.0.value(&parts);
        (out, (parts, weights))
    }

    fn backward(&self, (parts, weights): Kept, gradient: FlexTensor) -> [Option<FlexTensor>; 2] {
        let (n, width) = (weights.len(), parts[0].width);
        let (a, b) = (parts[0].tokens(), parts[1].tokens());
        let given = Part::new(&gradient.to_contiguous(), 0, width, self.0.heads);
        let mut of_query = vec![0.0; n * a * width];
        let mut of_seen = vec![0.0; n * b * 2 * width];
        let samples = of_query.par_chunks_mut(a * width).zip(of_seen.par_chunks_mut(b * 2 * width));
        samples.zip(&weights).enumerate().for_each(|(sample, ((of_query, of_seen), weights))| {
            let [query, key, value] = self.0.slopes(&parts, weights, &given, sample);
            lay(&query, of_query, width, 0);
            lay(&key, of_seen, 2 * width, 0);
            lay(&value, of_seen, 2 * width, width);
        });
        [Some(tensor(of_query, [n, a, width])), Some(tensor(of_seen, [n, b, 2 * width]))]
    }
}
