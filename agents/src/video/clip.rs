//! Clips on the host: sampling in time, resizing, normalising, and cutting into patches.

use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;
use thiserror::Error;

use super::sampling::midpoints;
use crate::nn::linear::between;

/// Mean of red, green and blue over ImageNet, which ViCLIP was trained with (not CLIP's own).
pub const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
/// Standard deviation of red, green and blue over ImageNet.
pub const STD: [f32; 3] = [0.229, 0.224, 0.225];

/// Frames in RGB, `[frames, height, width, 3]`, each number in [0, 1].
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    frames: usize,
    height: usize,
    width: usize,
    pixels: Vec<f32>,
}

/// Why numbers are not a clip.
#[derive(Debug, Error, PartialEq)]
pub enum ClipError {
    /// An axis is empty, or colours are not three.
    #[error("a clip has the shape [frames, height, width, 3], none of them 0; this is {0:?}")]
    Shape(Vec<usize>),
    /// Not as many numbers as the shape asks for.
    #[error("the shape asks for {expected} numbers, there are {found}")]
    Count {
        /// Product of the shape.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// Not a colour.
    #[error("number {index} is {value}; colours lie in [0, 1]")]
    Range {
        /// Which one.
        index: usize,
        /// What it is.
        value: f32,
    },
}

impl Clip {
    /// From `[frames, height, width, 3]` in [0, 1].
    ///
    /// # Errors
    ///
    /// When the shape is another one, or a number is not a colour.
    pub fn new(shape: &[usize], pixels: Vec<f32>) -> Result<Self, ClipError> {
        let &[frames, height, width, 3] = shape else {
            return Err(ClipError::Shape(shape.to_vec()));
        };
        let expected = shape.iter().try_fold(1_usize, |all, &axis| all.checked_mul(axis));
        match expected {
            Some(0) | None => return Err(ClipError::Shape(shape.to_vec())),
            Some(expected) if expected != pixels.len() => {
                return Err(ClipError::Count { expected, found: pixels.len() });
            }
            Some(_) => {}
        }
        let wrong = pixels.iter().position(|value| !(0.0..=1.0).contains(value));
        match wrong {
            Some(index) => Err(ClipError::Range { index, value: pixels[index] }),
            None => Ok(Self { frames, height, width, pixels }),
        }
    }

    /// From `[frames, height, width, 3]` in 0 to 255.
    ///
    /// # Errors
    ///
    /// When the shape is another one.
    pub fn from_bytes(shape: &[usize], bytes: &[u8]) -> Result<Self, ClipError> {
        Self::new(shape, bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect())
    }

    /// Number of frames.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// `frames` frames of `size x size` pixels: the middle one of each of `frames` equally long
    /// segments, resized without regard to the aspect.
    #[must_use]
    pub fn fit(&self, frames: usize, size: usize) -> Self {
        let chosen = midpoints(self.frames, frames);
        let same = self.height == size && self.width == size;
        let resized = chosen.par_iter().flat_map_iter(|&frame| {
            if same { self.frame(frame).to_vec() } else { self.resize(frame, size) }
        });
        Self { frames, height: size, width: size, pixels: resized.collect() }
    }

    fn frame(&self, frame: usize) -> &[f32] {
        let each = self.height * self.width * 3;
        &self.pixels[frame * each..(frame + 1) * each]
    }

    /// Bilinear, pixel centres at halves, edges repeated: what video readers and PyTorch's
    /// `interpolate` do by default.
    fn resize(&self, frame: usize, size: usize) -> Vec<f32> {
        let source = self.frame(frame);
        let rows: Vec<_> = (0..size).map(|i| between(i, size, self.height)).collect();
        let columns: Vec<_> = (0..size).map(|i| between(i, size, self.width)).collect();
        let mut target = Vec::with_capacity(size * size * 3);
        for &(top, bottom, down) in &rows {
            for &(left, right, across) in &columns {
                for channel in 0..3 {
                    let at = |row: usize, column: usize| {
                        source[(row * self.width + column) * 3 + channel]
                    };
                    let upper = at(top, left) * (1.0 - across) + at(top, right) * across;
                    let lower = at(bottom, left) * (1.0 - across) + at(bottom, right) * across;
                    target.push(upper * (1.0 - down) + lower * down);
                }
            }
        }
        target
    }
}

/// Cuts a batch of clips of one size into normalised patches `[batch, tokens, 3 * patch * patch]`:
/// each row in the order (channel, row, column), rows in the order `position * frames + frame`; of
/// each clip those that `kept` names, or all.
///
/// # Panics
///
/// When the clips differ in size, or `patch` does not divide it.
#[must_use]
pub fn patches(
    clips: &[Clip],
    patch: usize,
    kept: Option<&[Vec<u32>]>,
    device: &Device,
) -> Tensor<3> {
    let [frames, height, width] = [clips[0].frames, clips[0].height, clips[0].width];
    assert!(height.is_multiple_of(patch) && width.is_multiple_of(patch), "whole patches");
    let grid = [height / patch, width / patch];
    let all = grid[0] * grid[1] * frames;
    let tokens = kept.map_or(all, |kept| kept[0].len());
    let each = 3 * patch * patch;
    let mut rows = vec![0.0_f32; clips.len() * tokens * each];
    rows.par_chunks_mut(tokens * each).enumerate().for_each(|(i, rows)| {
        let clip = &clips[i];
        assert_eq!([frames, height, width], [clip.frames, clip.height, clip.width], "one size");
        for (j, row) in rows.chunks_mut(each).enumerate() {
            let index = kept.map_or(j, |kept| kept[i][j] as usize);
            let (position, frame) = (index / frames, index % frames);
            let corner = [position / grid[1] * patch, position % grid[1] * patch];
            cut(clip, frame, corner, patch, row);
        }
    });
    Tensor::from_data(TensorData::new(rows, [clips.len(), tokens, each]), device)
}

fn cut(clip: &Clip, frame: usize, corner: [usize; 2], patch: usize, row: &mut [f32]) {
    let pixels = clip.frame(frame);
    for y in 0..patch {
        let start = ((corner[0] + y) * clip.width + corner[1]) * 3;
        for x in 0..patch {
            for channel in 0..3 {
                let value = (pixels[start + x * 3 + channel] - MEAN[channel]) / STD[channel];
                row[(channel * patch + y) * patch + x] = value;
            }
        }
    }
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
    fn kept_patches_are_the_rows_they_name() {
        let device = Device::flex();
        let all: Vec<f32> =
            patches(&[counting()], 2, None, &device).into_data().try_to_vec().unwrap();
        let some = patches(&[counting()], 2, Some(&[vec![1, 6]]), &device);
        let some: Vec<f32> = some.into_data().try_to_vec().unwrap();
        assert_eq!(some, [&all[12..24], &all[72..84]].concat());
    }

    #[test]
    fn resizing_halves_by_averaging_neighbours_and_keeps_constants() {
        let clip = counting().fit(2, 2);
        // Half a pixel in: the mean of pixels 0, 1, 4 and 5.
        assert!((clip.pixels[0] - 2.5 / 16.0).abs() < 1e-6);
        let grey = Clip::new(&[1, 3, 5, 3], vec![0.25; 45]).unwrap();
        assert!(grey.fit(4, 7).pixels.iter().all(|&value| (value - 0.25).abs() < 1e-6));
    }

    #[test]
    fn what_is_not_a_clip_is_refused() {
        assert!(matches!(Clip::new(&[2, 4, 4], vec![0.0; 32]), Err(ClipError::Shape(_))));
        assert!(matches!(Clip::new(&[0, 4, 4, 3], vec![]), Err(ClipError::Shape(_))));
        assert!(matches!(Clip::new(&[1, 1, 1, 3], vec![0.0; 4]), Err(ClipError::Count { .. })));
        let nan = Clip::new(&[1, 1, 1, 3], vec![0.0, f32::NAN, 0.0]);
        assert!(matches!(nan, Err(ClipError::Range { index: 1, .. })));
    }
}
