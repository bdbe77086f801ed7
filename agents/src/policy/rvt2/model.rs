//! The whole policy: two multi-view transformers, up-samplers and heads, and a language encoder.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::cost;
use super::heads::{ANGLES, ActionHeads, POOLED};
use crate::nn::cost::ProductList;
use crate::nn::weights::{Init, Noise};
use crate::policy::contract::decision::Decision;
use crate::policy::contract::family::{PolicyFamily, TrainingOutput};
use crate::policy::contract::losses::Losses;
use crate::policy::contract::tap::Tap;
use crate::policy::multi_view::dropout::Dropout;
use crate::policy::multi_view::language::LanguageEncoder;
use crate::policy::multi_view::transformer::{MultiView, ViewFeatures};
use crate::policy::preprocess::inputs::Inputs;
use crate::policy::preprocess::local::Local;
use crate::policy::preprocess::preprocessor::{Observation, Preprocessor, SampleError};
use crate::policy::two_stage::network::{ActionTokens, Conditioning, TwoStage};
use crate::policy::two_stage::{features, loss};
use crate::presets;

/// RVT-2. Of a preset's shape it uses what concerns views, transformers, sentence and up-samplers; the
/// blocks of ARP's action transformer (`cross`, `selfs`, `action_heads`, `layout`) and its optional parts
/// (`extensions`) it has not.
#[derive(Module, Debug)]
pub struct Rvt2 {
    /// Features of the coarse pictures.
    pub mvt1: MultiView,
    /// Features of the fine pictures.
    pub mvt2: MultiView,
    /// Heat maps, rotation, gripper and collision bit.
    pub heads: ActionHeads,
    /// Words, where the sentence encoder is not a frozen one.
    pub language: Option<LanguageEncoder>,
    context: usize,
    listens: usize,
}

impl PolicyFamily for Rvt2 {
    const NAME: &'static str = "rvt2";
    const LOSSES: &'static [&'static str] = &loss::LOSSES;

    fn new(init: &Init, shape: &presets::Policy) -> Self {
        let shape = &cost::plain(shape);
        Self {
            mvt1: MultiView::new(&init.at("mvt1"), shape),
            mvt2: MultiView::new(&init.at("mvt2"), shape),
            heads: ActionHeads::new(&init.at("heads"), shape),
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
            self.conditioning(inputs.proprio, inputs.sentence, [None, None], dropout);
        let (seen, heat) = self.heat_losses(inputs.images, inputs.labels, &conditioning, dropout);
        let [_, weights] = inputs.prompts;
        let pooled = features::pooled(seen[1].map.clone(), weights);
        let output = self.heads.forward(pooled.clone(), Some(&inputs.shown));
        let mut each = heat.to_vec();
        each.extend(loss::discrete(output.logits, &inputs.angles, &inputs.bits));
        let losses =
            Losses { names: Self::LOSSES, each: Tensor::cat(each, 1), floor: inputs.floor };
        let tap = read(tap, [&seen[0], &seen[1]], pooled, output.hidden);
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
            Tap::E1 | Tap::E3 => POOLED * shape.action,
            Tap::E2 => shape.width,
            Tap::E4 => (ANGLES + 1) * shape.action,
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

impl TwoStage for Rvt2 {
    fn stages(&self) -> [&MultiView; 2] {
        [&self.mvt1, &self.mvt2]
    }

    fn language(&self) -> Option<&LanguageEncoder> {
        self.language.as_ref()
    }

    fn sentence_size(&self) -> [usize; 2] {
        [self.context, self.listens]
    }

    fn heat(&self, seen: &ViewFeatures, stage: usize, _dropout: Option<Dropout>) -> Tensor<2> {
        self.heads.upsample[stage].forward(seen.map.clone())
    }

    fn action_tokens(
        &self,
        seen: [&ViewFeatures; 2],
        [_, weights]: [Tensor<3>; 2],
        _local: &Local,
        _conditioning: &Conditioning,
        tap: Tap,
    ) -> ActionTokens {
        let pooled = features::pooled(seen[1].map.clone(), weights);
        let output = self.heads.forward(pooled.clone(), None);
        let angles = Tensor::cat(output.logits[..ANGLES].to_vec(), 1);
        let tap = read(tap, seen, pooled, output.hidden);
        ActionTokens { classes: output.classes, angles, tap }
    }
}

/// The tap of a batch, `[b, tap width]`.
fn read(tap: Tap, seen: [&ViewFeatures; 2], pooled: Tensor<3>, hidden: Tensor<2>) -> Tensor<2> {
    match tap {
        Tap::E1 => features::flat(pooled),
        Tap::E2 => features::mean(seen[0]),
        Tap::E3 => features::strongest(seen),
        Tap::E4 => hidden,
    }
}
