//! Both towers together.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::clip::{Clip, patches};
use super::loss::{COLDEST, video_text};
use super::text::TextTower;
use super::tokens::Sentences;
use super::video::{Features, VideoTower};
use crate::preset;
use crate::weights::{Fill, Init, Noise};

/// ViCLIP. Fields carry the published names.
#[derive(Module, Debug)]
pub struct Seeing {
    vision_encoder: VideoTower,
    text_encoder: TextTower,
    /// Temperature `[1]`.
    temp: Param<Tensor<1>>,
    patch: usize,
}

/// Which features of a clip the alignment reads. The paper does not say; `Class` is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tap {
    /// U1: the class token after the last norm, before the projection.
    #[default]
    Class,
    /// U2: the clip embedding.
    Embedding,
    /// U3: the mean of the patch tokens.
    Patches,
}

impl Tap {
    /// Width of the tap in a model of this shape.
    #[must_use]
    pub fn width(self, shape: &preset::Seeing) -> usize {
        match self {
            Self::Class | Self::Patches => shape.video.width,
            Self::Embedding => shape.shared,
        }
    }
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
    #[must_use]
    pub fn tap(&self, tap: Tap) -> Tensor<2> {
        match tap {
            Tap::Class => self.features.class.clone(),
            Tap::Embedding => self.embedding.clone(),
            Tap::Patches => self.features.patches.clone().mean_dim(1).squeeze_dim(1),
        }
    }
}

impl Seeing {
    /// A model with initial weights; `init` stands at its root.
    #[must_use]
    pub fn new(init: &Init, shape: &preset::Seeing) -> Self {
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
            value.detach().clamp_min(COLDEST).set_require_grad(trained)
        });
        self
    }
}
