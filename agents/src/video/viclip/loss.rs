//! The video-text loss.

use burn::tensor::Tensor;

use crate::nn::contrast::{Marks, both_ways, cosines};

/// Lower end of the learnable temperature, and where it starts (ViCLIP's criterion).
pub const COLDEST: f64 = 0.01;

/// Symmetric contrast of videos `[batch, shared]` and sentences `[batch, shared]` at temperature
/// `temp` `[1]`, in nats. Samples with the same `ids` are positives of each other; their target row
/// is shared out evenly. With unique ids it is CLIP's loss.
///
/// # Panics
///
/// When there are not as many ids as samples.
#[must_use]
pub fn video_text(
    videos: Tensor<2>,
    sentences: Tensor<2>,
    ids: &[usize],
    temp: Tensor<1>,
) -> Tensor<1> {
    let [batch, _] = videos.dims();
    assert_eq!(batch, ids.len(), "one id for each sample");
    let positives = Marks::new([batch, batch], |row, column| ids[row] == ids[column]);
    both_ways(cosines(videos, sentences) / temp.unsqueeze(), &positives)
}
