//! Scaled dot-product attention over several heads, in few large products.

use burn::tensor::{Tensor, activation};

/// What a masked score becomes before the softmax: its weight is exactly zero.
pub(super) const HIDDEN: f32 = -1e9;

/// Attention of `query` `[n, a, heads * d]` to `key` and `value` `[n, b, heads * d]`, giving
/// `[n, a, heads * d]`. `mask` `[a, b]` is added to the scores.
pub(super) fn attend(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    mask: Option<Tensor<2>>,
) -> Tensor<3> {
    let [n, a, width] = query.dims();
    let b = key.dims()[1];
    let head = width / heads;
    let split = |x: Tensor<3>, tokens: usize| x.reshape([n, tokens, heads, head]).swap_dims(1, 2);
    let scale = 1.0 / (head as f64).sqrt();
    let scores = split(query * scale, a).matmul(split(key, b).swap_dims(2, 3));
    let scores = match mask {
        Some(mask) => scores + mask.reshape([1, 1, a, b]),
        None => scores,
    };
    let mixed = activation::softmax(scores, 3).matmul(split(value, b));
    mixed.swap_dims(1, 2).reshape([n, a, width])
}
