//! Clips on the host: sampling in time and resizing.

use rayon::prelude::*;
use thiserror::Error;

use super::sampling::midpoints;
use crate::nn::interpolation::between;

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

    /// Frames, height and width.
    pub(super) fn size(&self) -> [usize; 3] {
        [self.frames, self.height, self.width]
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

    /// One frame, `[height, width, 3]`.
    pub(super) fn frame(&self, frame: usize) -> &[f32] {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Two frames of 4 x 4; red counts the pixels.
    fn counting() -> Clip {
        let pixel = |i: usize| [(i % 16) as f32 / 16.0, (i / 16) as f32, 0.0];
        Clip::new(&[2, 4, 4, 3], (0..32).flat_map(pixel).collect()).unwrap()
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
