//! Clips as patches: cutting and normalising them on the host, and their embedding.

use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};
use rayon::prelude::*;

use super::clip::Clip;
use crate::nn::weights::{Fill, Init};

/// Mean of red, green and blue over ImageNet, which ViCLIP was trained with (not CLIP's own).
pub const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
/// Standard deviation of red, green and blue over ImageNet.
pub const STD: [f32; 3] = [0.229, 0.224, 0.225];

/// Cuts a batch of clips of one size into normalised patches `[batch, tokens, 3 * patch * patch]`:
/// each row in the order (channel, row, column), rows in the order `position * frames + frame`; of
/// each clip those that `unmasked` names, or all.
///
/// # Panics
///
/// When the clips differ in size, or `patch` does not divide it.
#[must_use]
pub fn patches(
    clips: &[Clip],
    patch: usize,
    unmasked: Option<&[Vec<u32>]>,
    device: &Device,
) -> Tensor<3> {
    let [frames, height, width] = clips[0].size();
    assert!(height.is_multiple_of(patch) && width.is_multiple_of(patch), "whole patches");
    let grid = [height / patch, width / patch];
    let all = grid[0] * grid[1] * frames;
    let tokens = unmasked.map_or(all, |unmasked| unmasked[0].len());
    let each = 3 * patch * patch;
    let mut rows = vec![0.0_f32; clips.len() * tokens * each];
    rows.par_chunks_mut(tokens * each).enumerate().for_each(|(i, rows)| {
        let clip = &clips[i];
        assert_eq!([frames, height, width], clip.size(), "one size");
        for (j, row) in rows.chunks_mut(each).enumerate() {
            let index = unmasked.map_or(j, |unmasked| unmasked[i][j] as usize);
            let (position, frame) = (index / frames, index % frames);
            let corner = [position / grid[1] * patch, position % grid[1] * patch];
            cut(clip, frame, corner, patch, row);
        }
    });
    Tensor::from_data(TensorData::new(rows, [clips.len(), tokens, each]), device)
}

fn cut(clip: &Clip, frame: usize, corner: [usize; 2], patch: usize, row: &mut [f32]) {
    let ([_, _, width], pixels) = (clip.size(), clip.frame(frame));
    for y in 0..patch {
        let start = ((corner[0] + y) * width + corner[1]) * 3;
        for x in 0..patch {
            for channel in 0..3 {
                let value = (pixels[start + x * 3 + channel] - MEAN[channel]) / STD[channel];
                row[(channel * patch + y) * patch + x] = value;
            }
        }
    }
}

/// The weight of the patch embedding; one matrix product after the patches are cut out on the host. It has the
/// published name and shape.
#[derive(Module, Debug)]
pub struct PatchEmbedding {
    /// `[width, 3, 1, patch, patch]`.
    weight: Param<Tensor<5>>,
}

impl PatchEmbedding {
    pub(super) fn new(init: &Init, width: usize, patch: usize) -> Self {
        let cut = [width, 3, 1, patch, patch];
        Self { weight: init.param("weight", cut, Fill::torch(3 * patch * patch)) }
    }

    /// `[batch, tokens, 3 * patch * patch] -> [batch, tokens, width]`.
    #[must_use]
    pub fn forward(&self, patches: Tensor<3>) -> Tensor<3> {
        let weight = self.weight.val();
        let [width, channels, _, side, _] = weight.dims();
        let weight = weight.reshape([width, channels * side * side]).transpose();
        patches.matmul(weight.unsqueeze())
    }
}

/// Rows of a table, to be selected.
pub(super) fn rows(rows: impl Iterator<Item = u32>, device: &Device) -> Tensor<1, Int> {
    let rows: Vec<i32> = rows.map(|row| row as i32).collect();
    let count = rows.len();
    Tensor::from_data(TensorData::new(rows, [count]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two frames of 4 x 4; red counts the pixels, green the frames.
    fn counting() -> Clip {
        let pixel = |i: usize| [(i % 16) as f32 / 16.0, (i / 16) as f32, 0.0];
        Clip::new(&[2, 4, 4, 3], (0..32).flat_map(pixel).collect()).unwrap()
    }

    #[test]
    fn patches_are_ordered_by_position_then_frame() {
        let rows = patches(&[counting()], 2, None, &Device::flex());
        assert_eq!(rows.dims(), [1, 8, 12]);
        let rows: Vec<f32> = rows.into_data().try_to_vec().unwrap();
        let red = |row: usize, i: usize| (rows[row * 12 + i] * STD[0] + MEAN[0]) * 16.0;
        let green = |row: usize| rows[row * 12 + 4] * STD[1] + MEAN[1];
        // Row 2 is the second position (columns 2 and 3) of the first frame.
        let corner: Vec<f32> = (0..4).map(|i| red(2, i).round()).collect();
        assert_eq!(corner, [2.0, 3.0, 6.0, 7.0]);
        assert!(green(2).abs() < 1e-6 && (green(3) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn unmasked_patches_are_the_rows_they_name() {
        let device = Device::flex();
        let all: Vec<f32> =
            patches(&[counting()], 2, None, &device).into_data().try_to_vec().unwrap();
        let some = patches(&[counting()], 2, Some(&[vec![1, 6]]), &device);
        let some: Vec<f32> = some.into_data().try_to_vec().unwrap();
        assert_eq!(some, [&all[12..24], &all[72..84]].concat());
    }
}
