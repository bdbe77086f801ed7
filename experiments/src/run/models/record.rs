//! What stands beside the weights of models: without it the numbers mean nothing.

use agents::nn::text::Vocabulary;
use agents::nn::weights::File;
use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

/// Version of the layout; another version is refused.
const FORMAT: u32 = 1;

/// Text in the header of a weight file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    format: u32,
    /// Family of the video encoder.
    pub video_encoder: String,
    /// Words in the order of their ids; none where no model reads whole words.
    vocabulary: Option<Vec<String>>,
}

impl Record {
    /// The key in the header.
    pub const KEY: &str = "mirror";

    /// Of models with this video encoder and vocabulary.
    pub fn new(video_encoder: &str, vocabulary: Option<&Vocabulary>) -> Self {
        Self {
            format: FORMAT,
            video_encoder: video_encoder.into(),
            vocabulary: vocabulary.map(|vocabulary| vocabulary.words().to_vec()),
        }
    }

    /// The record of a weight file.
    ///
    /// # Errors
    /// Names the file when there is none, or it cannot be read.
    pub fn of(file: &File) -> anyhow::Result<Self> {
        let named = || format!("{}: the vocabulary beside the weights", file.path().display());
        let text = file.text(Self::KEY).with_context(|| format!("{} is missing", named()))?;
        let found: Self =
            serde_json::from_str(text).with_context(|| format!("{} is damaged", named()))?;
        let format = found.format;
        ensure!(format == FORMAT, "{} has format {format}, this program reads {FORMAT}", named());
        Ok(found)
    }

    /// The vocabulary, checked.
    ///
    /// # Errors
    /// Names the file when there is none, or it is wrong.
    pub fn vocabulary(self, file: &File) -> anyhow::Result<Vocabulary> {
        let named = || format!("{}: the vocabulary beside the weights", file.path().display());
        let words = self.vocabulary.with_context(|| format!("{} is missing", named()))?;
        Vocabulary::of_words(words).with_context(|| format!("{} is wrong", named()))
    }

    /// As the text that [`Self::of`] reads.
    ///
    /// # Errors
    /// None in practice.
    pub fn to_json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string(self)?)
    }
}
