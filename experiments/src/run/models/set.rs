//! The three models of a run: video encoder, policy and their alignment.

use std::path::Path;

use agents::alignment;
use agents::alignment::{Alignment, losses};
use agents::nn::text::Vocabulary;
use agents::nn::weights;
use agents::nn::weights::{File, Init, OWN, Saved, identified};
use agents::policy;
use agents::policy::PolicyModel;
use agents::presets::Preset;
use agents::video::VideoEncoder;
use anyhow::Context as _;
use burn::tensor::Device;

use super::instructions::vocabulary;
use super::record::Record;
use crate::run::config::Config;

/// The three models of a run.
#[derive(Clone, Debug)]
pub struct Models {
    /// Videos and sentences.
    pub video: VideoEncoder,
    /// The policy.
    pub policy: PolicyModel,
    /// The maps that align them.
    pub alignment: Alignment,
    /// The words that they read, where they read whole words.
    pub vocabulary: Option<Vocabulary>,
    /// Family of the video encoder.
    encoder: &'static str,
}

impl Models {
    /// With the first weights of the run's seed, and the vocabulary of today's instructions.
    pub fn new(config: &Config, shape: &Preset, device: &Device) -> anyhow::Result<Self> {
        let init = Init::new(config.seed, device);
        let loss = losses::find(&config.align.loss).context("no such loss")?;
        let tap_e: policy::Tap = config.align.tap_e.parse().map_err(anyhow::Error::msg)?;
        let tap_e = (policy::family(&shape.policy).tap_width)(tap_e, &shape.policy);
        let taps = [config.align.tap_u.width(&shape.video), tap_e];
        let settings: alignment::Settings = config.alignment();
        Ok(Self {
            video: identified(VideoEncoder::new(&init, &shape.video), VIDEO),
            policy: identified(PolicyModel::new(&init, &shape.policy), POLICY),
            alignment: identified(
                Alignment::new(&init, taps, shape.alignment.latent, &settings, loss),
                ALIGNMENT,
            ),
            vocabulary: vocabulary(shape, config.data.rules)?,
            encoder: shape.video.encoder,
        })
    }

    /// All weights, named by model and path.
    pub fn saved(&self) -> Vec<Saved> {
        let mut all = weights::collect(&self.video, VIDEO);
        all.extend(weights::collect(&self.policy, POLICY));
        all.extend(weights::collect(&self.alignment, ALIGNMENT));
        all
    }

    /// What stands beside the weights in a file.
    pub fn record(&self) -> Record {
        Record::new(self.encoder, self.vocabulary.as_ref())
    }

    /// The same models under other weights: of their running mean, or without gradients.
    pub fn with(&self, video: VideoEncoder, policy: PolicyModel, alignment: Alignment) -> Self {
        let Self { vocabulary, encoder, .. } = self;
        Self { video, policy, alignment, vocabulary: vocabulary.clone(), encoder }
    }

    /// All weights as the bytes of a safetensors file, with the vocabulary in its header.
    pub fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let record = self.record().to_json()?;
        weights::write_with(self.saved(), Some((Record::KEY, &record)), &mut bytes)
            .context("cannot lay out the weights")?;
        Ok(bytes)
    }

    /// The same models with the weights and the vocabulary of a file.
    ///
    /// # Errors
    /// Names what is missing, surplus or misshapen, or what is wrong with the vocabulary.
    pub fn load(self, file: &File) -> anyhow::Result<Self> {
        let models = self.load_towers(file)?;
        let alignment = weights::load(models.alignment.clone(), file, ALIGNMENT, OWN)?;
        Ok(Self { alignment, ..models })
    }

    /// The same from bytes that stand inside the file `path`.
    pub fn from_bytes(self, path: &Path, bytes: Vec<u8>) -> anyhow::Result<Self> {
        self.load(&File::from_bytes(path, bytes)?)
    }

    /// The same models with video encoder, policy and vocabulary of a file, and their own maps.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_towers(self, file: &File) -> anyhow::Result<Self> {
        let record = Record::of(file)?;
        let (found, own) = (record.video_encoder.as_str(), self.encoder);
        let path = file.path().display();
        anyhow::ensure!(found == own, "{path}: a video encoder `{found}`, not `{own}`");
        let vocabulary = match &self.vocabulary {
            Some(_) => Some(record.vocabulary(file)?),
            None => None,
        };
        Ok(Self {
            video: weights::load(self.video, file, VIDEO, OWN)?,
            policy: weights::load(self.policy, file, POLICY, OWN)?,
            vocabulary,
            ..self
        })
    }
}

const VIDEO: &str = "video.";
const POLICY: &str = "policy.";
const ALIGNMENT: &str = "alignment.";

#[cfg(test)]
mod tests {
    use agents::nn::device::cpu;
    use agents::policy::Sentence;
    use sim::task::Rules;

    use super::*;
    use crate::run::models::Instructions;

    fn models() -> (Models, Preset) {
        let config = Config::default();
        let shape = config.shape().unwrap();
        (Models::new(&config, &shape, &cpu()).unwrap(), shape)
    }

    fn vocabulary_of(words: impl IntoIterator<Item = String>) -> Option<Vocabulary> {
        Some(Vocabulary::of_words(words.into_iter().collect()).unwrap())
    }

    /// Ids of a sentence for the video encoder and for the policy.
    fn ids(models: &Models, shape: &Preset, text: &str) -> (Vec<i32>, Vec<u32>) {
        let words = models.vocabulary.as_ref();
        let instructions = Instructions::new(shape, Rules::Fixed, true, words).unwrap();
        let Sentence::Words(policy) = instructions.tell(text) else { panic!("no ids") };
        (instructions.tokenize(&[text]).ids().to_vec(), policy)
    }

    #[test]
    fn a_saved_model_reads_its_own_words_whatever_the_tasks_say_by_now() {
        let (mut trained, shape) = models();
        let today = trained.vocabulary.clone().unwrap();
        let text = "open the top drawer";
        let before = ids(&trained, &shape, text);

        // Trained when the tasks had a sentence more, of words that stand before all others.
        let more = ["aardvark".to_owned()].into_iter().chain(today.words().iter().cloned());
        trained.vocabulary = vocabulary_of(more);
        let saved = ids(&trained, &shape, text);
        assert_ne!(saved, before);
        let loaded = models().0.from_bytes(Path::new("x"), trained.to_bytes().unwrap()).unwrap();
        assert_eq!(loaded.vocabulary, trained.vocabulary);
        assert_eq!(ids(&loaded, &shape, text), saved);

        // Trained when they had a sentence less: a word of today is unknown, the others stay what they were.
        let fewer = today.words().iter().filter(|word| *word != "drawer").cloned();
        trained.vocabulary = vocabulary_of(fewer);
        let loaded = models().0.from_bytes(Path::new("x"), trained.to_bytes().unwrap()).unwrap();
        let (video, policy) = ids(&loaded, &shape, text);
        let (known, _) = ids(&trained, &shape, "open the top the");
        assert_eq!((video[4], policy[4]), (1, 1));
        assert_eq!(video[..4], known[..4]);
        // Fresh weights of either are the same: nothing but the ids depends on the words.
        assert_eq!(trained.saved(), models().0.saved());
    }

    #[test]
    fn weights_without_their_vocabulary_or_of_another_encoder_are_refused_in_one_line() {
        let (fresh, shape) = models();
        let line = |bytes: Vec<u8>| {
            let refused = fresh.clone().from_bytes(Path::new("w"), bytes).unwrap_err();
            format!("{refused:#}")
        };
        let mut bytes = Vec::new();
        weights::write(fresh.saved(), &mut bytes).unwrap();
        assert_eq!(line(bytes), "w: the vocabulary beside the weights is missing");

        let mut config = Config::default();
        config.video.encoder = "frames".into();
        let frames = Models::new(&config, &config.shape().unwrap(), &cpu()).unwrap();
        let other = line(frames.to_bytes().unwrap());
        assert_eq!(other, "w: a video encoder `frames`, not `viclip`");

        let words = (0..shape.video.vocabulary).map(|i| format!("word{i}"));
        let crowded = Models { vocabulary: vocabulary_of(words), ..fresh.clone() };
        let loaded = fresh.clone().from_bytes(Path::new("w"), crowded.to_bytes().unwrap()).unwrap();
        let words = loaded.vocabulary.as_ref();
        let refused = Instructions::new(&shape, Rules::Fixed, true, words).err().unwrap();
        let room = "the vocabulary has 512 words, the token table has room for 508";
        assert_eq!(refused.to_string(), room);
    }
}
