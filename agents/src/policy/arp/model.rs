//! The whole policy: two multi-view transformers, one action transformer, and a language encoder.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::actor::ActionTransformer;
use super::cost;
use super::sequence::{Kind, Plan};
use crate::nn::cost::ProductList;
use crate::nn::weights::{Init, Noise};
use crate::policy::contract::decision::Decision;
use crate::policy::contract::family::{PolicyFamily, TrainingOutput};
use crate::policy::contract::losses::Losses;
use crate::policy::contract::tap::Tap;
use crate::policy::multi_view::dropout::Dropout;
use crate::policy::multi_view::language::LanguageEncoder;
use crate::policy::multi_view::transformer::{MultiView, ViewFeatures};
use crate::policy::observation::rotation::BINS;
use crate::policy::preprocess::inputs::Inputs;
use crate::policy::preprocess::local::Local;
use crate::policy::preprocess::preprocessor::{Observation, Preprocessor, SampleError};
use crate::policy::two_stage::network::{ActionTokens, Conditioning, TwoStage};
use crate::policy::two_stage::{features, loss};
use crate::policy::views::axes::VIEWS;
use crate::presets;

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

impl PolicyFamily for Arp {
    const NAME: &'static str = "arp";
    const LOSSES: &'static [&'static str] = &loss::LOSSES;
    const EXTENDS: bool = true;

    fn new(init: &Init, shape: &presets::Policy) -> Self {
        Self {
            mvt1: MultiView::new(&init.at("mvt1"), shape),
            mvt2: MultiView::new(&init.at("mvt2"), shape),
            policy: ActionTransformer::new(&init.at("policy"), shape),
            language: LanguageEncoder::of(&init.at("language"), shape.language),
            context: shape.language.context(),
            listens: shape.language.width(),
        }
    }

    fn train_step(
        &self,
        inputs: Inputs,
        tap: Tap,
        dropout: Option<(Noise, f64)>,
    ) -> TrainingOutput {
        let dropout = dropout.map(|(noise, rate)| Dropout { noise, rate });
        let conditioning =
            self.conditioning(inputs.proprio, inputs.sentence, inputs.states, dropout);
        let (seen, heat) = self.heat_losses(inputs.images, inputs.labels, &conditioning, dropout);
        let both = [&seen[0], &seen[1]];
        let prompts = self.policy.prompts(both, inputs.prompts, &inputs.local, &conditioning);
        let bins = self.policy.bins(&inputs.local);
        let plan = Plan::arp(PROMPTS);
        let answers =
            self.policy.interleaved(&plan, prompts.clone(), bins.as_ref(), inputs.shown, dropout);
        let mut each = heat.to_vec();
        each.extend(loss::discrete(answers.logits, &inputs.angles, &inputs.bits));
        let losses =
            Losses { names: Self::LOSSES, each: Tensor::cat(each, 1), floor: inputs.floor };
        let tap = read(tap, both, &prompts, &answers.hidden);
        TrainingOutput { losses, tap }
    }

    fn decide(
        &self,
        preprocessor: &Preprocessor,
        observations: &[Observation],
        tap: Tap,
    ) -> Result<Vec<Decision>, SampleError> {
        preprocessor.decide(self, observations, tap)
    }

    fn device(&self) -> Device {
        TwoStage::device(self)
    }

    fn tap_width(tap: Tap, shape: &presets::Policy) -> usize {
        match tap {
            Tap::E1 | Tap::E3 => PROMPTS * shape.action,
            Tap::E2 => shape.width,
            Tap::E4 => Kind::DISCRETE.len() * shape.action,
        }
    }

    fn parameters(shape: &presets::Policy) -> usize {
        cost::parameters(shape)
    }

    fn multiply_adds(shape: &presets::Policy) -> usize {
        cost::multiply_adds(shape)
    }

    fn products(shape: &presets::Policy, batch: usize, list: &mut ProductList) {
        cost::products(shape, batch, list);
    }
}

impl TwoStage for Arp {
    fn stages(&self) -> [&MultiView; 2] {
        [&self.mvt1, &self.mvt2]
    }

    fn language(&self) -> Option<&LanguageEncoder> {
        self.language.as_ref()
    }

    fn sentence_size(&self) -> [usize; 2] {
        [self.context, self.listens]
    }

    fn heat(&self, seen: &ViewFeatures, stage: usize, dropout: Option<Dropout>) -> Tensor<2> {
        self.policy.heat(seen, stage, dropout)
    }

    fn action_tokens(
        &self,
        seen: [&ViewFeatures; 2],
        weights: [Tensor<3>; 2],
        local: &Local,
        conditioning: &Conditioning,
        tap: Tap,
    ) -> ActionTokens {
        let prompts = self.policy.prompts(seen, weights, local, conditioning);
        let bins = self.policy.bins(local);
        let plan = Plan::arp(PROMPTS);
        let (answers, classes) =
            self.policy.chunk_by_chunk(&plan, prompts.clone(), bins.as_ref(), None);
        let angles = answers.logits.into_iter().filter(|logits| logits.dims()[1] == BINS);
        let angles = Tensor::cat(angles.collect(), 1);
        ActionTokens { classes, angles, tap: read(tap, seen, &prompts, &answers.hidden) }
    }
}

/// The tap of a batch, `[b, tap width]`.
fn read(tap: Tap, seen: [&ViewFeatures; 2], prompts: &Tensor<3>, hidden: &Tensor<3>) -> Tensor<2> {
    match tap {
        Tap::E1 => features::flat(prompts.clone()),
        Tap::E2 => features::mean(seen[0]),
        Tap::E3 => features::strongest(seen),
        Tap::E4 => features::flat(hidden.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taps_of_the_published_policy_have_its_widths() {
        let widths = Tap::ALL.map(|tap| Arp::tap_width(tap, &presets::PAPER_B.policy));
        assert_eq!(widths, [768, 512, 768, 640]);
    }
}
