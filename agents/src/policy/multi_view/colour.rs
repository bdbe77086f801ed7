//! Marks of pixels by their colour.
//!
//! In half of the tasks a sentence names a thing by its colour. A small policy that reads it in a layer of
//! attention learns which of two things is meant only after thousands of steps. Here state and sentence give
//! each colour a weight, and each pixel adds the weight of its own to the heat maps: a word and a colour that
//! go together are learned from the first examples. Our own measurement: `results/learning/log.md`.

use burn::module::Module;
use burn::tensor::{Tensor, TensorData};

use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::views::axes::VIEWS;
use crate::policy::views::render::{CHANNELS, COLOUR};
use crate::presets::Extensions;

/// Marks of a pixel: the first is added to the logits of the heat maps, the stem reads all.
pub(crate) const MARKS: usize = 2;
/// Levels of red, green and blue whose combinations colours are compared with.
const LEVELS: [f32; 3] = [0.0, 0.5, 1.0];
/// Combinations.
const COLOURS: usize = LEVELS.len() * LEVELS.len() * LEVELS.len();
/// Sharpness of the comparison: half at the middle between two levels (own choice).
const SHARP: f64 = 11.0;

/// Numbers of a pixel, marks of a policy with these optional parts included.
pub(crate) const fn channels(has: Extensions) -> usize {
    if has.marks_colours() { CHANNELS + MARKS } else { CHANNELS }
}

/// Weights of colours.
#[derive(Module, Debug)]
pub struct Colours {
    /// From the state's hidden numbers to a weight of each of 27 colours for each mark: `[hidden, 54]` and
    /// bias.
    pub weights: Linear,
}

/// What the weights of their colours make of pixels.
#[derive(Clone, Debug)]
pub struct Marked {
    /// Patch by patch, `[b, 3 * area, 2, patch * patch]`.
    pub channels: Tensor<4>,
    /// What is added to the logits of the heat maps, `[b * 3, area * patch * patch]`.
    pub logits: Tensor<2>,
}

impl Colours {
    /// Of `hidden` numbers of the state.
    pub fn new(init: &Init, hidden: usize) -> Self {
        let [_, from, to] = Self::map(hidden);
        Self { weights: init.linear("weights", [from, to], Fill::torch(from), Some(Fill::ZEROS)) }
    }

    /// Its linear map: rows for each sample, inputs, outputs. The marks are a product more:
    /// [`Colours::marks`].
    pub(crate) const fn map(hidden: usize) -> [usize; 3] {
        [1, hidden, MARKS * COLOURS]
    }

    /// The product of a sample's weights with its `pixels`: rows, inner length, columns.
    pub(crate) const fn marks(pixels: usize) -> [usize; 3] {
        [MARKS, COLOURS, pixels]
    }

    /// `hidden` `[b, 1, hidden]`, pictures `[b, 3 * area, 10 * patch * patch]`.
    pub fn forward(&self, hidden: Tensor<3>, images: &Tensor<3>) -> Marked {
        let [b, patches, values] = images.dims();
        let plane = values / CHANNELS;
        let weights = self.weights.forward(hidden).reshape([b, MARKS, COLOURS]);
        let marks = weights.matmul(compared(images)).reshape([b, MARKS, patches, plane]);
        let first = marks.clone().narrow(1, 0, 1);
        Marked {
            channels: marks.swap_dims(1, 2),
            logits: first.reshape([b * VIEWS, patches / VIEWS * plane]),
        }
    }
}

/// How near each pixel of pictures `[b, 3 * area, 10 * patch * patch]` is to the combinations of levels, in
/// (0, 1]: `[b, 27, 3 * area * patch * patch]`.
fn compared(images: &Tensor<3>) -> Tensor<3> {
    let [b, patches, values] = images.dims();
    let plane = values / CHANNELS;
    let (pixels, count) = (patches * plane, LEVELS.len());
    let colours = images.clone().reshape([b, patches, CHANNELS, plane]).narrow(2, COLOUR, 3);
    let colours = colours.swap_dims(1, 2).reshape([b, 3, 1, pixels]);
    let levels = TensorData::new(LEVELS.to_vec(), [1, 1, count, 1]);
    let off = colours - Tensor::<4>::from_data(levels, &images.device());
    let near = (off.clone() * off * -SHARP).exp();
    let part = |channel: usize| near.clone().narrow(1, channel, 1).reshape([b, count, pixels]);
    let red_green = part(0).reshape([b, count, 1, pixels]) * part(1).reshape([b, 1, count, pixels]);
    let all =
        red_green.reshape([b, count * count, 1, pixels]) * part(2).reshape([b, 1, count, pixels]);
    all.reshape([b, COLOURS, pixels])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    /// Three patches of two pixels, all black but the last, which is of the colour that is weighed.
    #[test]
    fn pixels_are_marked_by_the_weight_of_their_colour() {
        let device = Device::flex();
        let (patches, plane) = (VIEWS, 2);
        let mut picture = vec![0.0; patches * CHANNELS * plane];
        for (channel, value) in [1.0, 0.5, 0.0].into_iter().enumerate() {
            picture[(2 * CHANNELS + COLOUR + channel) * plane + 1] = value;
        }
        let shape = [1, patches, CHANNELS * plane];
        let images = Tensor::from_data(TensorData::new(picture, shape), &device);
        let mut colours = Colours::new(&Init::new(4, &device), 1);
        // Orange: the last level of red, the second of green, the first of blue.
        let mut weights = vec![0.0; MARKS * COLOURS];
        weights[2 * 9 + 3] = 5.0;
        weights[COLOURS] = -1.0;
        let weights = Tensor::from_data(TensorData::new(weights, [1, MARKS * COLOURS]), &device);
        colours.weights.weight = colours.weights.weight.map(|_| weights);
        let hidden = Tensor::<3>::ones([1, 1, 1], &device);
        let Marked { channels, logits } = colours.forward(hidden, &images);
        let values = |x: Vec<f32>, expected: &[f32]| {
            x.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-4)
        };
        // Orange and black are 1 and 0.5 apart.
        let far = (-SHARP as f32 * 1.25).exp();
        let logits: Vec<f32> = logits.into_data().iter::<f32>().collect();
        assert!(values(
            logits.clone(),
            &[5.0 * far, 5.0 * far, 5.0 * far, 5.0 * far, 5.0 * far, 5.0]
        ));
        let channels: Vec<f32> = channels.into_data().iter::<f32>().collect();
        let patch = |orange: f32, black: f32| [5.0 * far, orange, -1.0, black];
        let expected = [patch(5.0 * far, -1.0), patch(5.0 * far, -1.0), patch(5.0, -far)].concat();
        assert!(values(channels.clone(), &expected), "{channels:?}");
    }
}
