//! `mirror embed`: what a video-text model makes of a clip and of sentences.

use std::fmt;
use std::path::PathBuf;

use agents::nn::contrast::unit;
use agents::nn::text::{BytePairs, Tokenizer, Vocabulary, Words};
use agents::nn::weights;
use agents::nn::weights::{File, Init, OWN, VICLIP};
use agents::presets::{Preset, Tokens};
use agents::video;
use agents::video::VideoEncoder;
use anyhow::Context as _;
use burn::tensor::{Device, Tensor};
use clap::Args;
use serde::Serialize;

use super::npy;
use crate::cli::flags;
use crate::cli::output::Output;
use crate::cli::table::Table;
use crate::cli::usage::UsageError;
use crate::run::models::Record;

/// What stands before the names of this part in files with all parts.
const PREFIX: &str = "video.";

/// Arguments of `mirror embed`.
#[derive(Args, Clone, Debug)]
pub struct EmbedArguments {
    /// Size of the model
    #[arg(long, value_name = "PRESET", value_parser = flags::preset())]
    preset: &'static Preset,
    /// Weights: safetensors or a PyTorch checkpoint, published or of this program
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
    /// Clip as NumPy array [frames, height, width, 3], bytes or f32 in [0, 1]
    #[arg(long, value_name = "FILE.npy")]
    clip: PathBuf,
    /// Sentence to compare with; may be given several times
    #[arg(long = "text", value_name = "SENTENCE")]
    texts: Vec<String>,
}

/// Embeddings of unit length, and how close the sentences are.
#[derive(Serialize)]
struct Report {
    video: Vec<f32>,
    texts: Vec<Text>,
}

#[derive(Serialize)]
struct Text {
    text: String,
    embedding: Vec<f32>,
    cosine: f32,
}

/// Embeds a clip and sentences, and prints them.
pub fn run(arguments: &EmbedArguments, output: &Output) -> anyhow::Result<()> {
    let shape = &arguments.preset.video;
    let clip = npy::read(&arguments.clip).with_context(|| arguments.clip.display().to_string())?;
    let (model, tokenizer) = load(arguments)?;
    let encoded = model.encode_clips(&[clip.fit(shape.frames, shape.size)], None, None);
    let video = rows(unit(encoded.embedding))?.concat();
    let texts = match tokenizer {
        None => Vec::new(),
        Some(tokenizer) => {
            let sentences = tokenizer.encode(&arguments.texts, shape.context);
            rows(unit(model.encode_text(&sentences)))?
        }
    };
    let compare = |(text, embedding): (&String, Vec<f32>)| {
        let cosine = video.iter().zip(&embedding).map(|(a, b)| a * b).sum();
        Text { text: text.clone(), embedding, cosine }
    };
    let texts = arguments.texts.iter().zip(texts).map(compare).collect();
    output.print(&Report { video, texts })
}

/// The model, and what turns sentences into its ids where there are some.
fn load(arguments: &EmbedArguments) -> anyhow::Result<(VideoEncoder, Option<Tokenizer>)> {
    let file = File::open(&arguments.weights)?;
    let own = file.shapes().any(|(name, _)| name.starts_with(PREFIX));
    let record = own.then(|| Record::of(&file)).transpose()?;
    let mut shape = arguments.preset.video.clone();
    if let Some(record) = &record {
        let encoder = &record.video_encoder;
        let family = video::find(encoder)
            .with_context(|| format!("{}: no video encoder `{encoder}`", file.path().display()))?;
        shape.encoder = family.name;
    }
    let model = VideoEncoder::new(&Init::new(0, &Device::flex()), &shape);
    let (prefix, names) = if own { (PREFIX, OWN) } else { ("", VICLIP) };
    let model = weights::load(model, &file, prefix, names)?;
    let tokenizer = match (arguments.texts.as_slice(), shape.tokens) {
        ([], _) => None,
        (_, Tokens::BytePairs) => Some(Tokenizer::BytePairs(BytePairs::new())),
        (texts, Tokens::Words) => {
            let record = record.map_or_else(|| Record::of(&file), Ok)?;
            let vocabulary = record.vocabulary(&file)?;
            known(&vocabulary, texts)?;
            let words = Words::new(&vocabulary, shape.vocabulary);
            let words = words.with_context(|| file.path().display().to_string())?;
            Some(Tokenizer::Words(words))
        }
    };
    Ok((model, tokenizer))
}

/// A sentence with an unknown word would be compared as if it said something else.
fn known(vocabulary: &Vocabulary, texts: &[String]) -> anyhow::Result<()> {
    for text in texts {
        if let [word, ..] = vocabulary.unknown(text).as_slice() {
            let reason = format!("--text `{text}`: the model does not know the word `{word}`");
            return Err(UsageError(reason).into());
        }
    }
    Ok(())
}

/// The rows of `[rows, width]`.
fn rows(tensor: Tensor<2>) -> anyhow::Result<Vec<Vec<f32>>> {
    let [_, width] = tensor.dims();
    let values: Vec<f32> = tensor.into_data().try_to_vec().context("cannot read the embedding")?;
    Ok(values.chunks(width).map(<[f32]>::to_vec).collect())
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "video embedded in {} dimensions (--json prints them)", self.video.len())?;
        let mut table = Table::new().right(0);
        for text in &self.texts {
            table.row([&format!("{:.4}", text.cosine), &text.text]);
        }
        write!(f, "{table}")
    }
}
