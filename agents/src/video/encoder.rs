//! A video encoder: a video tower of any family, the text tower, and the loss between them.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::clip::Clip;
use super::families::VideoTower;
use super::family::Features;
use super::patches::patches;
use super::tap::Tap;
use crate::nn::contrast::{Marks, both_ways, cosines};
use crate::nn::text::{Sentences, TextTower};
use crate::nn::weights::{Fill, Init, Noise};
use crate::presets;

/// Lower end of the learnable temperature, and where it starts (ViCLIP's criterion).
pub const MIN_TEMPERATURE: f64 = 0.01;

/// Both towers. Fields carry ViCLIP's published names.
#[derive(Module, Debug)]
pub struct VideoEncoder {
    vision_encoder: VideoTower,
    text_encoder: TextTower,
    /// Temperature `[1]`.
    temp: Param<Tensor<1>>,
    patch: usize,
}

/// What an encoder makes of a batch of clips.
#[derive(Clone, Debug)]
pub struct EncodedClips {
    /// `[batch, shared]`, not yet of unit length.
    pub embedding: Tensor<2>,
    features: Features,
}

impl EncodedClips {
    /// The features `[batch, tap.width()]` that the alignment reads.
    ///
    /// # Panics
    ///
    /// When there is no such block; see [`Tap::check`].
    #[must_use]
    pub fn tap(&self, tap: Tap) -> Tensor<2> {
        match tap {
            Tap::Class => self.features.class.clone(),
            Tap::Embedding => self.embedding.clone(),
            Tap::Block(block) => self.features.blocks[block - 1].clone(),
            Tap::Patches => self.features.patches.clone().mean_dim(1).squeeze_dim(1),
        }
    }
}

impl VideoEncoder {
    /// An encoder of the family and shape of a preset with initial weights; `init` stands at its root.
    ///
    /// # Panics
    ///
    /// When the shape names a family that does not exist.
    #[must_use]
    pub fn new(init: &Init, shape: &presets::Video) -> Self {
        let text = init.at("text_encoder");
        Self {
            vision_encoder: VideoTower::new(&init.at("vision_encoder"), shape),
            text_encoder: TextTower::new(
                &text,
                shape.text,
                shape.context,
                shape.vocabulary,
                Some(shape.shared),
            ),
            temp: init.param("temp", [1], Fill::Value(MIN_TEMPERATURE as f32)),
            patch: shape.patch,
        }
    }

    /// Encodes clips of the preset's size. `unmasked` names the patches that masking leaves of each; `noise`
    /// is there while training.
    ///
    /// # Panics
    ///
    /// When the clips have another size.
    #[must_use]
    pub fn encode_clips(
        &self,
        clips: &[Clip],
        unmasked: Option<&[Vec<u32>]>,
        noise: Option<&Noise>,
    ) -> EncodedClips {
        let device = self.temp.lazy_device();
        let cut = patches(clips, self.patch, unmasked, &device);
        let features = self.vision_encoder.forward(cut, unmasked, noise);
        EncodedClips { embedding: features.embedding.clone(), features }
    }

    /// Encodes sentences: `[batch, shared]`, not yet of unit length.
    #[must_use]
    pub fn encode_text(&self, sentences: &Sentences) -> Tensor<2> {
        self.text_encoder.forward(sentences)
    }

    /// The video-text loss `[1]` of clips and their sentences; see [`video_text`].
    #[must_use]
    pub fn loss(&self, clips: &EncodedClips, sentences: Tensor<2>, ids: &[usize]) -> Tensor<1> {
        video_text(clips.embedding.clone(), sentences, ids, self.temp.val())
    }

    /// Raises a temperature that the optimiser pushed below its lower end, after each step.
    #[must_use]
    pub fn clamp_temperature(mut self) -> Self {
        self.temp = self.temp.map(|value| {
            let trained = value.is_require_grad();
            value.clamp_min(MIN_TEMPERATURE).detach().set_require_grad(trained)
        });
        self
    }
}

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

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::presets::TINY;

    #[test]
    fn a_temperature_below_its_end_is_raised_and_stays_trainable() {
        let model = VideoEncoder::new(&Init::new(1, &Device::flex().autodiff()), &TINY.video);
        let with = |value: f32| {
            let mut model = model.clone();
            model.temp =
                model.temp.map(|temp| Tensor::full([1], value, &temp.device()).require_grad());
            let temp = model.clamp_temperature().temp.val();
            assert!(temp.is_require_grad());
            temp.into_scalar::<f32>()
        };
        assert_eq!(with(0.002), MIN_TEMPERATURE as f32);
        assert_eq!(with(0.07), 0.07);
    }
}
