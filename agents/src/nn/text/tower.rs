//! The text tower: a causal transformer. The same module reads sentences for ViCLIP (32 ids) and, as
//! CLIP RN50's text model (77 ids), for the robot policy.

use burn::module::{Module, Param};
use burn::nn::{Embedding, LayerNorm};
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::sentences::Sentences;
use crate::nn::cost::layers::{block, block_multiply_adds};
use crate::nn::fused::layer_norm;
use crate::nn::transformer::{EPSILON, Transformer, causal};
use crate::nn::weights::{Fill, Init};
use crate::presets::Tower;

/// CLIP's text transformer. Fields carry the published names and shapes.
#[derive(Module, Debug)]
pub struct TextTower {
    /// `[context, width]`.
    positional_embedding: Param<Tensor<2>>,
    /// `[width, shared]`, where sentences are compared with something.
    text_projection: Option<Param<Tensor<2>>>,
    /// `[vocabulary, width]`.
    token_embedding: Embedding,
    transformer: Transformer,
    ln_final: LayerNorm,
}

impl TextTower {
    /// A tower for sentences of at most `context` ids below `vocabulary`, with a projection into
    /// `shared` dimensions where sentences have to be compared with something.
    #[must_use]
    pub fn new(
        init: &Init,
        tower: Tower,
        context: usize,
        vocabulary: usize,
        shared: Option<usize>,
    ) -> Self {
        let width = tower.width;
        // Spreads of CLIP's text model.
        let tokens =
            init.at("token_embedding").param("weight", [vocabulary, width], Fill::Normal(0.02));
        Self {
            positional_embedding: init.param(
                "positional_embedding",
                [context, width],
                Fill::Normal(0.01),
            ),
            text_projection: shared.map(|shared| {
                let spread = Fill::Normal((width as f64).powf(-0.5));
                init.param("text_projection", [width, shared], spread)
            }),
            token_embedding: Embedding { weight: tokens },
            transformer: Transformer::new(&init.at("transformer"), tower, 0.0),
            ln_final: init.layer_norm(width, EPSILON),
        }
    }

    /// Hidden state of every token after the last norm: `[batch, context, width]`.
    #[must_use]
    pub fn tokens(&self, sentences: &Sentences) -> Tensor<3> {
        self.hidden(sentences, sentences.context())
    }

    /// Sentence embeddings `[batch, shared]`: the hidden state at the end of each sentence, projected;
    /// `[batch, width]` in a tower without projection.
    #[must_use]
    pub fn forward(&self, sentences: &Sentences) -> Tensor<2> {
        // No token looks ahead, so the padding behind the longest sentence changes nothing.
        let length = sentences.longest();
        let hidden = self.hidden(sentences, length);
        let [batch, _, width] = hidden.dims();
        let ends = sentences.ends().iter().enumerate();
        let rows: Vec<i32> = ends.map(|(i, &end)| (i * length + end) as i32).collect();
        let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [batch]), &hidden.device());
        let ends = hidden.reshape([batch * length, width]).select(0, rows);
        match &self.text_projection {
            Some(projection) => ends.matmul(projection.val()),
            None => ends,
        }
    }

    fn hidden(&self, sentences: &Sentences, length: usize) -> Tensor<3> {
        let device: Device = self.token_embedding.weight.lazy_device();
        let x = self.token_embedding.forward(sentences.tensor(length, &device));
        let positions = self.positional_embedding.val().narrow(0, 0, length);
        let bias = causal(length, &x.device());
        let x = self.transformer.forward(x + positions.unsqueeze(), Some(bias), None);
        layer_norm(&self.ln_final, EPSILON, x)
    }
}

/// Parameters of a text tower with its projection, by formula.
#[must_use]
pub fn parameters(tower: Tower, context: usize, vocabulary: usize, shared: usize) -> usize {
    let Tower { width, depth, .. } = tower;
    (vocabulary + context) * width + depth * block(width) + 2 * width + width * shared
}

/// Multiply-adds of a text tower for one sentence of `context` ids, by formula.
#[must_use]
pub fn multiply_adds(tower: Tower, context: usize) -> usize {
    tower.depth * block_multiply_adds(tower.width, context)
}
