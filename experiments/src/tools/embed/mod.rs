//! `mirror embed`: what a video-text model makes of a clip and of sentences.

mod npy;

use std::fmt;
use std::path::PathBuf;

use agents::nn::contrast::unit;
use agents::nn::text::{BytePairs, Tokenizer, Words};
use agents::nn::weights;
use agents::nn::weights::{File, Init, OWN, VICLIP};
use agents::presets::{Preset, Tokens};
use agents::video::viclip::ViClip;
use anyhow::Context as _;
use burn::tensor::{Device, Tensor};
use clap::Args;
use serde::Serialize;
use sim::task::definition::Rules;
use sim::tasks;

use crate::cli::flags;
use crate::cli::output::Output;
use crate::cli::table::Table;
use crate::cli::usage::UsageError;

/// What stands before the names of this part in files with all parts.
const PREFIX: &str = "video.";

/// Arguments of `mirror embed`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
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
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let shape = &arguments.preset.video;
    let tokenizer = tokenizer(arguments)?;
    let clip = npy::read(&arguments.clip).with_context(|| arguments.clip.display().to_string())?;
    let model = load(arguments)?;
    let seen = model.see(&[clip.fit(shape.frames, shape.size)], None, None);
    let video = rows(unit(seen.embedding))?.concat();
    let texts = match arguments.texts.as_slice() {
        [] => Vec::new(),
        texts => rows(unit(model.read(&tokenizer.encode(texts, shape.context))))?,
    };
    let compare = |(text, embedding): (&String, Vec<f32>)| {
        let cosine = video.iter().zip(&embedding).map(|(a, b)| a * b).sum();
        Text { text: text.clone(), embedding, cosine }
    };
    let texts = arguments.texts.iter().zip(texts).map(compare).collect();
    output.print(&Report { video, texts })
}

fn load(arguments: &Arguments) -> anyhow::Result<ViClip> {
    let model = ViClip::new(&Init::new(0, &Device::flex()), &arguments.preset.video);
    let file = File::open(&arguments.weights)?;
    let own = file.shapes().any(|(name, _)| name.starts_with(PREFIX));
    let (prefix, names) = if own { (PREFIX, OWN) } else { ("", VICLIP) };
    Ok(weights::load(model, &file, prefix, names)?)
}

/// The preset's own; word vocabularies are those of the tasks' instructions.
fn tokenizer(arguments: &Arguments) -> anyhow::Result<Tokenizer> {
    let shape = &arguments.preset.video;
    if shape.tokens == Tokens::BytePairs {
        return Ok(Tokenizer::BytePairs(BytePairs::new()));
    }
    let instructions: Vec<String> = tasks::ALL
        .iter()
        .flat_map(|task| (0..task.variations).map(move |index| (task, index)))
        .flat_map(|(task, index)| (task.instructions)(index, Rules::Fixed))
        .collect();
    let all = instructions.iter().map(String::as_str);
    let words = Words::new(all, shape.vocabulary, shape.context)?;
    for text in &arguments.texts {
        if let [word, ..] = words.unknown(text).as_slice() {
            let name = arguments.preset.name;
            let reason = format!("--text `{text}`: preset {name} does not know the word `{word}`");
            return Err(UsageError(reason).into());
        }
    }
    Ok(Tokenizer::Words(words))
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
