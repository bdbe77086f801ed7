//! What the families that look twice have in common: a multi-view transformer for each stage, a sentence,
//! heat maps, and an action read from the features of the fine stage.

use burn::tensor::{Device, Int, Tensor};

use super::loss;
use crate::policy::contract::tap::Tap;
use crate::policy::multi_view::dropout::Dropout;
use crate::policy::multi_view::language::{LanguageEncoder, SentenceInput};
use crate::policy::multi_view::transformer::{MultiView, ViewFeatures};
use crate::policy::preprocess::local::Local;
use crate::policy::views::axes::VIEWS;

/// What both stages need besides pictures.
#[derive(Clone, Debug)]
pub struct Conditioning {
    /// Proprioception, `[b, 3|4]`.
    pub proprio: Tensor<2>,
    /// Features of the words, `[b, context, language width]`.
    pub words: Tensor<3>,
    /// The robot's state as the coarse and the fine stage are told it, each `[b, 43]`, where the policy reads
    /// it.
    pub states: [Option<Tensor<2>>; 2],
}

/// The discrete part of decided actions.
#[derive(Clone, Debug)]
pub struct ActionTokens {
    /// The most probable classes, `[b, 5]`: three angles, gripper, collision bit.
    pub classes: Tensor<2, Int>,
    /// Logits of the three angles one after the other, `[b, 3 * 72]`.
    pub angles: Tensor<2>,
    /// The tap asked for, `[b, tap width]`.
    pub tap: Tensor<2>,
}

/// A network that finds the waypoint in two stages (RVT-2): the coarse stage sees the whole workspace, the
/// fine stage a quarter of its side about the coarse waypoint.
pub trait TwoStage {
    /// The transformers of the coarse and the fine stage.
    fn stages(&self) -> [&MultiView; 2];

    /// The encoder of words, where the policy trains one.
    fn language(&self) -> Option<&LanguageEncoder>;

    /// Tokens of a sentence and numbers of a token.
    fn sentence_size(&self) -> [usize; 2];

    /// Heat maps of a stage (0 coarse, 1 fine) from its features, each of the `n = 3 * b` views by itself:
    /// logits `[n, area * patch * patch]`, pixels patch by patch.
    fn heat(&self, seen: &ViewFeatures, stage: usize, dropout: Option<Dropout>) -> Tensor<2>;

    /// The discrete part of the action from the features of both stages; `weights`, each `[b * 3, 1, area]`,
    /// are those of the cells of the coarse and the fine map at the waypoint, and `local` is what optional
    /// parts read about it.
    fn action_tokens(
        &self,
        features: [&ViewFeatures; 2],
        weights: [Tensor<3>; 2],
        local: &Local,
        conditioning: &Conditioning,
        tap: Tap,
    ) -> ActionTokens;

    /// Encodes what both stages share.
    ///
    /// # Panics
    /// On words for a policy without a language encoder.
    fn conditioning(
        &self,
        proprio: Tensor<2>,
        sentence: SentenceInput,
        states: [Option<Tensor<2>>; 2],
        dropout: Option<Dropout>,
    ) -> Conditioning {
        let words = match (sentence, self.language()) {
            (SentenceInput::Words(ids), Some(encoder)) => encoder.forward(ids, dropout),
            (SentenceInput::Words(_), None) => {
                panic!("a policy without a language encoder needs features")
            }
            (SentenceInput::Features(features), _) => features,
            (SentenceInput::Blank, _) => {
                let [context, width] = self.sentence_size();
                Tensor::zeros([proprio.dims()[0], context, width], &proprio.device())
            }
        };
        Conditioning { proprio, words, states }
    }

    /// What the transformer of a stage (0 coarse, 1 fine) makes of its pictures
    /// `[b, 3 * area, 10 * patch * patch]`.
    fn view_features(
        &self,
        stage: usize,
        images: Tensor<3>,
        conditioning: &Conditioning,
        dropout: Option<Dropout>,
    ) -> ViewFeatures {
        let name = ["mvt1", "mvt2"][stage];
        let Conditioning { proprio, words, states } = conditioning.clone();
        let state = states[stage].clone();
        self.stages()[stage].forward(images, proprio, words, state, dropout, name)
    }

    /// Features of both stages, and the losses of their heat maps, `[b, 1]` each: `images`
    /// `[b, 3 * area, 10 * patch * patch]` and `labels` `[b * 3, area * patch * patch]` of either stage.
    fn heat_losses(
        &self,
        images: [Tensor<3>; 2],
        labels: [Tensor<2>; 2],
        conditioning: &Conditioning,
        dropout: Option<Dropout>,
    ) -> ([ViewFeatures; 2], [Tensor<2>; 2]) {
        let stage = |(stage, images, labels): (usize, Tensor<3>, Tensor<2>)| {
            let features = self.view_features(stage, images, conditioning, dropout);
            let logits = self.heat(&features, stage, dropout);
            (features, loss::heat(logits, labels, VIEWS))
        };
        let ([coarse_images, fine_images], [coarse_labels, fine_labels]) = (images, labels);
        let (coarse, coarse_loss) = stage((0, coarse_images, coarse_labels));
        let (fine, fine_loss) = stage((1, fine_images, fine_labels));
        ([coarse, fine], [coarse_loss, fine_loss])
    }

    /// Where the parameters are.
    fn device(&self) -> Device {
        self.stages()[0].pos_encoding.val().device()
    }
}
