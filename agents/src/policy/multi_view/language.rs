//! What the policy hears: a sentence as one vector per word.

use burn::module::{Module, Param};
use burn::nn::LayerNorm;
use burn::tensor::{Int, Tensor};

use super::block::{Block, EPSILON};
use super::dropout::Dropout;
use crate::nn::fused::layer_norm;
use crate::nn::weights::{Fill, Init};
use crate::presets;
use crate::presets::Language;

/// The sentences of a batch.
#[derive(Clone, Debug)]
pub enum SentenceInput {
    /// Word ids `[b, context]`, for policies with a tower of their own.
    Words(Tensor<2, Int>),
    /// Features of a frozen encoder, `[b, context, width]`.
    Features(Tensor<3>),
    /// Nothing: zeros instead of features, for policies that were trained without instructions.
    Blank,
}

/// A small transformer over words, trained with the policy and shared with nothing.
#[derive(Module, Debug)]
pub struct LanguageEncoder {
    /// `[vocabulary, width]`, first normal with deviation 1: with the 0.02 of CLIP, whose layers begin much
    /// smaller, what tells words apart is small beside what the first block adds to all of them.
    pub token_embedding: Param<Tensor<2>>,
    /// `[context, width]`, first normal with deviation 0.5.
    pub positional_embedding: Param<Tensor<2>>,
    /// Every word sees every other.
    pub blocks: Vec<Block>,
    /// `[width]`.
    pub ln_final: LayerNorm,
}

impl LanguageEncoder {
    /// What a policy reads its sentence with; `None` where that is a frozen encoder outside of it.
    pub(crate) fn of(init: &Init, language: Language) -> Option<Self> {
        match language {
            Language::Trained { tower, context, vocabulary } => {
                Some(Self::new(init, tower, context, vocabulary))
            }
            Language::Frozen { .. } => None,
        }
    }

    /// Of the given blocks, for `context` ids below `vocabulary`.
    pub fn new(init: &Init, tower: presets::Tower, context: usize, vocabulary: usize) -> Self {
        let block = |i| Block::new(&init.at("blocks").at(i), tower.width, tower.heads);
        let words = |field: &str, rows: usize, deviation: f64| {
            init.param(field, [rows, tower.width], Fill::Normal(deviation))
        };
        Self {
            token_embedding: words("token_embedding", vocabulary, 1.0),
            positional_embedding: words("positional_embedding", context, 0.5),
            blocks: (0..tower.depth).map(block).collect(),
            ln_final: init.layer_norm(tower.width, EPSILON),
        }
    }

    /// Ids `[b, context]` to features `[b, context, width]`.
    pub fn forward(&self, ids: Tensor<2, Int>, dropout: Option<Dropout>) -> Tensor<3> {
        let [b, context] = ids.dims();
        let table = self.token_embedding.val();
        let width = table.dims()[1];
        let words = table.select(0, ids.reshape([b * context])).reshape([b, context, width]);
        let mut x = words + self.positional_embedding.val().unsqueeze_dim(0);
        for (index, block) in self.blocks.iter().enumerate() {
            x = block.forward(x, None, dropout, &format!("language.{index}"));
        }
        layer_norm(&self.ln_final, EPSILON, x)
    }
}
