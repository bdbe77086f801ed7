//! The whole policy: two multi-view transformers, one action transformer, and a language tower.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use super::actor::ActionTransformer;
use super::local::Local;
use super::loss::{self, Losses};
use super::sequence::Plan;
use super::tap::Tap;
use crate::nn::weights::{Init, Noise};
use crate::policy::multi_view::dropout::Dropout;
use crate::policy::multi_view::language::{LanguageEncoder, SentenceInput};
use crate::policy::multi_view::transformer::{MultiView, ViewFeatures};
use crate::policy::observation::rotation::BINS;
use crate::policy::views::axes::VIEWS;
use crate::presets;
use crate::presets::Language;

/// Features that the discrete tokens start from.
const PROMPTS: usize = 2 * VIEWS;

/// The autoregressive policy (ARP, ARP+).
///
/// Parameters are named after the published checkpoints wherever those have the same tensor:
/// `mvt1`, `mvt2`, `policy`.
#[derive(Module, Debug)]
pub struct Arp {
    /// Features of the coarse pictures.
    pub mvt1: MultiView,
    /// Features of the fine pictures.
    pub mvt2: MultiView,
    /// Heat maps and tokens.
    pub policy: ActionTransformer,
    /// Words, where the sentence encoder is not a frozen one.
    pub language: Option<LanguageEncoder>,
    context: usize,
    listens: usize,
}

/// What both stages need besides pictures.
#[derive(Clone, Debug)]
pub struct Conditioning {
    /// Proprioception, `[b, 3|4]`.
    pub proprio: Tensor<2>,
    /// Features of the words, `[b, context, language width]`.
    pub words: Tensor<3>,
}

/// A batch of transitions with their answers.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Pictures of the coarse and the fine stage, each `[b, 3 * area, 10 * patch * patch]`.
    pub images: [Tensor<3>; 2],
    /// Heat-map labels of both stages, each `[b * 3, area * patch * patch]`, of sum 1.
    pub labels: [Tensor<2>; 2],
    /// Entropies of the labels: of both stages' heat maps, averaged over views, and of the three
    /// angles; `[b, 5]`.
    pub floor: Tensor<2>,
    /// Weights of the fine map's cells at the waypoint, `[b * 3, 1, area]`.
    pub prompt: Tensor<3>,
    /// What the optional parts read about the waypoint.
    pub local: Local,
    /// Proprioception, `[b, 3|4]`.
    pub proprio: Tensor<2>,
    /// The sentences.
    pub sentence: SentenceInput,
    /// What the three angles should be answered with, `[b, 3, 72]`, each of sum 1.
    pub angles: Tensor<3>,
    /// True classes of gripper and collision, `[b, 2]`.
    pub bits: Tensor<2, Int>,
    /// The classes that later tokens are shown, of all five discrete tokens: `[b, 5]`.
    pub shown: Tensor<2, Int>,
}

/// What a training pass gives.
#[derive(Clone, Debug)]
pub struct TrainingOutput {
    /// The seven losses.
    pub losses: Losses,
    /// The tap asked for, `[b, tap width]`.
    pub tap: Tensor<2>,
}

impl Arp {
    /// With first weights from `init`.
    #[must_use]
    pub fn new(init: &Init, shape: &presets::Policy) -> Self {
        let language = match shape.language {
            Language::Trained { tower, context, vocabulary } => {
                Some(LanguageEncoder::new(&init.at("language"), tower, context, vocabulary))
            }
            Language::Frozen { .. } => None,
        };
        Self {
            mvt1: MultiView::new(&init.at("mvt1"), shape),
            mvt2: MultiView::new(&init.at("mvt2"), shape),
            policy: ActionTransformer::new(&init.at("policy"), shape),
            language,
            context: shape.language.context(),
            listens: shape.language.width(),
        }
    }

    /// Encodes what both stages share.
    ///
    /// # Panics
    /// On words for a policy without a language tower.
    #[must_use]
    pub fn conditioning(
        &self,
        proprio: Tensor<2>,
        sentence: SentenceInput,
        dropout: Option<Dropout>,
    ) -> Conditioning {
        let words = match (sentence, &self.language) {
            (SentenceInput::Words(ids), Some(tower)) => tower.forward(ids, dropout),
            (SentenceInput::Words(_), None) => {
                panic!("a policy without a language tower needs features")
            }
            (SentenceInput::Features(features), _) => features,
            (SentenceInput::Blank, _) => {
                let shape = [proprio.dims()[0], self.context, self.listens];
                Tensor::zeros(shape, &proprio.device())
            }
        };
        Conditioning { proprio, words }
    }

    /// What the transformer of a stage (0 coarse, 1 fine) makes of its pictures
    /// `[b, 3 * area, 10 * patch * patch]`.
    #[must_use]
    pub fn view_features(
        &self,
        stage: usize,
        images: Tensor<3>,
        conditioning: &Conditioning,
        dropout: Option<Dropout>,
    ) -> ViewFeatures {
        let (mvt, name) = [(&self.mvt1, "mvt1"), (&self.mvt2, "mvt2")][stage];
        mvt.forward(images, conditioning.proprio.clone(), conditioning.words.clone(), dropout, name)
    }

    /// Losses and tap of a batch. `dropout`: the noise of this step and the rate, or none.
    #[must_use]
    pub fn train_step(
        &self,
        inputs: Inputs,
        tap: Tap,
        dropout: Option<(Noise, f64)>,
    ) -> TrainingOutput {
        let dropout = dropout.map(|(noise, rate)| Dropout { noise, rate });
        let conditioning = self.conditioning(inputs.proprio, inputs.sentence, dropout);
        let mut each = Vec::with_capacity(loss::LOSSES.len());
        let stages = inputs.images.into_iter().zip(inputs.labels).enumerate();
        let seen: Vec<ViewFeatures> = stages
            .map(|(stage, (images, labels))| {
                let seen = self.view_features(stage, images.clone(), &conditioning, dropout);
                let logits = self.policy.heat(seen.map.clone(), images, stage, dropout);
                each.push(loss::heat(logits, labels, VIEWS));
                seen
            })
            .collect();
        let prompts = self.policy.prompts(seen[1].map.clone(), inputs.prompt, &inputs.local);
        let bins = self.policy.bins(&inputs.local);
        let plan = Plan::arp(PROMPTS);
        let answers =
            self.policy.interleaved(&plan, prompts.clone(), bins.as_ref(), inputs.shown, dropout);
        let angles = inputs.angles.dims()[1];
        for (index, logits) in answers.logits.into_iter().enumerate() {
            each.push(match index.checked_sub(angles) {
                None => loss::angle(logits, inputs.angles.clone().narrow(1, index, 1)),
                Some(bit) => loss::choice(logits, inputs.bits.clone().narrow(1, bit, 1)),
            });
        }
        let losses = Losses { each: Tensor::cat(each, 1), floor: inputs.floor };
        let tap = read(tap, [&seen[0], &seen[1]], &prompts, &answers.hidden);
        TrainingOutput { losses, tap }
    }

    /// The most probable discrete tokens after the fine stage, `[b, 5]`, the logits of the three angles
    /// one after the other, `[b, 3 * 72]`, and the tap.
    #[must_use]
    pub fn decide(
        &self,
        seen: [&ViewFeatures; 2],
        prompt: Tensor<3>,
        local: &Local,
        tap: Tap,
    ) -> (Tensor<2, Int>, Tensor<2>, Tensor<2>) {
        let prompts = self.policy.prompts(seen[1].map.clone(), prompt, local);
        let bins = self.policy.bins(local);
        let plan = Plan::arp(PROMPTS);
        let (answers, tokens) =
            self.policy.chunk_by_chunk(&plan, prompts.clone(), bins.as_ref(), None);
        let angles = answers.logits.into_iter().filter(|logits| logits.dims()[1] == BINS);
        let angles = Tensor::cat(angles.collect(), 1);
        (tokens, angles, read(tap, seen, &prompts, &answers.hidden))
    }

    /// Where the parameters are.
    #[must_use]
    pub fn device(&self) -> Device {
        self.policy.pos_emb.val().device()
    }
}

/// The tap of a batch, `[b, tap width]`.
fn read(tap: Tap, seen: [&ViewFeatures; 2], prompts: &Tensor<3>, hidden: &Tensor<3>) -> Tensor<2> {
    let b = prompts.dims()[0];
    let flat = |x: Tensor<3>| {
        let [rows, tokens, width] = x.dims();
        x.reshape([b, rows / b * tokens * width])
    };
    match tap {
        Tap::E1 => flat(prompts.clone()),
        Tap::E2 => flat(seen[0].stream.clone().mean_dim(1)),
        Tap::E3 => {
            let strongest = |seen: &ViewFeatures| flat(seen.map.clone().max_dim(1));
            Tensor::cat(seen.map(strongest).to_vec(), 1)
        }
        Tap::E4 => flat(hidden.clone()),
    }
}
