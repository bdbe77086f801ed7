//! Both towers together.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::loss::{COLDEST, video_text};
use super::video::{Features, VideoTower};
use crate::nn::text::{Sentences, TextTower};
use crate::nn::weights::{Fill, Init, Noise};
use crate::presets;
use crate::video::clip::{Clip, patches};
use crate::video::tap::Tap;

/// ViCLIP. Fields carry the published names.
#[derive(Module, Debug)]
pub struct ViClip {
    vision_encoder: VideoTower,
    text_encoder: TextTower,
    /// Temperature `[1]`.
    temp: Param<Tensor<1>>,
    patch: usize,
}

/// What the model makes of a batch of clips.
#[derive(Clone, Debug)]
pub struct Seen {
    /// `[batch, shared]`, not yet of unit length.
    pub embedding: Tensor<2>,
    features: Features,
}

impl Seen {
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

impl ViClip {
    /// A model with initial weights; `init` stands at its root.
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
            temp: init.param("temp", [1], Fill::Value(COLDEST as f32)),
            patch: shape.patch,
        }
    }

    /// Sees clips of the preset's size. `kept` names the patches that masking leaves of each; `noise`
    /// is there while training.
    ///
    /// # Panics
    ///
    /// When the clips have another size.
    #[must_use]
    pub fn see(&self, clips: &[Clip], kept: Option<&[Vec<u32>]>, noise: Option<&Noise>) -> Seen {
        let device = self.temp.lazy_device();
        let cut = patches(clips, self.patch, kept, &device);
        let features = self.vision_encoder.forward(cut, kept, noise);
        Seen { embedding: self.vision_encoder.project(features.class.clone()), features }
    }

    /// Reads sentences: `[batch, shared]`, not yet of unit length.
    #[must_use]
    pub fn read(&self, sentences: &Sentences) -> Tensor<2> {
        self.text_encoder.forward(sentences)
    }

    /// Hidden states of all words: `[batch, context, width]`.
    #[must_use]
    pub fn read_tokens(&self, sentences: &Sentences) -> Tensor<3> {
        self.text_encoder.tokens(sentences)
    }

    /// The video-text loss `[1]` of clips and their sentences; see [`video_text`].
    #[must_use]
    pub fn loss(&self, seen: &Seen, sentences: Tensor<2>, ids: &[usize]) -> Tensor<1> {
        video_text(seen.embedding.clone(), sentences, ids, self.temp.val())
    }

    /// Raises a temperature that the optimiser pushed below its lower end, after each step.
    #[must_use]
    pub fn clamp_temperature(mut self) -> Self {
        self.temp = self.temp.map(|value| {
            let trained = value.is_require_grad();
            value.clamp_min(COLDEST).detach().set_require_grad(trained)
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::presets::TINY;

    #[test]
    fn a_temperature_below_its_end_is_raised_and_stays_trainable() {
        let model = ViClip::new(&Init::new(1, &Device::flex().autodiff()), &TINY.video);
        let with = |value: f32| {
            let mut model = model.clone();
            model.temp =
                model.temp.map(|temp| Tensor::full([1], value, &temp.device()).require_grad());
            let temp = model.clamp_temperature().temp.val();
            assert!(temp.is_require_grad());
            temp.into_scalar::<f32>()
        };
        assert_eq!(with(0.002), COLDEST as f32);
        assert_eq!(with(0.07), 0.07);
    }
}
