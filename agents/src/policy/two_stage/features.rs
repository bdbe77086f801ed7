//! Vectors made from the features of both stages: what actions and taps are read from.

use burn::tensor::{Device, Tensor, TensorData};

use crate::policy::multi_view::transformer::ViewFeatures;
use crate::policy::observation::rotation::BINS;
use crate::policy::views::axes::VIEWS;

/// Base of the sinusoids that embed a bin (RVT-2, ARP).
const BASE: f32 = 10_000.0;

/// What the discrete part of an action starts from: each view's map `[b * 3, area, width]` at
/// the waypoint (`weights` `[b * 3, 1, area]`), then its largest values. `[b, 6, width]`.
pub(crate) fn pooled(map: Tensor<3>, weights: Tensor<3>) -> Tensor<3> {
    Tensor::cat(vec![waypoint(map.clone(), weights), largest(map)], 1)
}

/// Each view's map `[b * 3, area, width]` at the waypoint (`weights` `[b * 3, 1, area]`): `[b, 3, width]`.
pub(crate) fn waypoint(map: Tensor<3>, weights: Tensor<3>) -> Tensor<3> {
    views(weights.matmul(map))
}

/// The largest values of each view's map `[b * 3, area, width]`: `[b, 3, width]`.
pub(crate) fn largest(map: Tensor<3>) -> Tensor<3> {
    views(map.max_dim(1))
}

/// `[b * 3, 1, width]` with the views of a sample beside each other: `[b, 3, width]`.
fn views(x: Tensor<3>) -> Tensor<3> {
    let [n, _, width] = x.dims();
    x.reshape([n / VIEWS, VIEWS, width])
}

/// The mean over the patches of a stage's stream, `[b, width]`.
pub(crate) fn mean(features: &ViewFeatures) -> Tensor<2> {
    let stream = features.stream.clone();
    let [b, _, width] = stream.dims();
    stream.mean_dim(1).reshape([b, width])
}

/// Each view's largest value per channel, of the coarse and the fine map: `[b, 6 * channels]`.
pub(crate) fn strongest(features: [&ViewFeatures; 2]) -> Tensor<2> {
    let each = |features: &ViewFeatures| {
        let [n, _, channels] = features.map.dims();
        features.map.clone().max_dim(1).reshape([n / VIEWS, VIEWS * channels])
    };
    Tensor::cat(features.map(each).to_vec(), 1)
}

/// Vectors `[b, tokens, width]` side by side: `[b, tokens * width]`.
pub(crate) fn flat(x: Tensor<3>) -> Tensor<2> {
    let [b, tokens, width] = x.dims();
    x.reshape([b, tokens * width])
}

/// Embeddings of the bins, `[72, width]`: half sines, half cosines of falling frequency.
pub(crate) fn bins(width: usize, device: &Device) -> Tensor<2> {
    let half = width / 2;
    let mut values = vec![0.0; BINS * width];
    for (bin, row) in values.chunks_exact_mut(width).enumerate() {
        for i in 0..half {
            let frequency = libm::expf(-libm::logf(BASE) * (2 * i) as f32 / width as f32);
            (row[i], row[half + i]) = libm::sincosf(bin as f32 * frequency);
        }
    }
    Tensor::from_data(TensorData::new(values, [BINS, width]), device)
}
