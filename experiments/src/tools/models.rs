//! `mirror models`: the sizes the models come in, by formula.

use std::fmt;

use agents::count::{self, Counts};
use agents::presets;
use agents::presets::{PUBLISHED, Part, Policy, Video};
use serde::Serialize;

use crate::cli::output::Output;
use crate::cli::table::Table;

/// Presets, then the published networks.
#[derive(Serialize)]
#[serde(transparent)]
struct ModelList(Vec<ModelEntry>);

/// One preset, or one published network.
#[derive(Serialize)]
struct ModelEntry {
    preset: &'static str,
    /// Whether it is a published network on its own: the other parts are zero then.
    published: bool,
    parameters: ParameterCounts,
    train_gflop_per_pair: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<VideoShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyShape>,
}

#[derive(Serialize)]
struct ParameterCounts {
    video: usize,
    policy: usize,
    alignment: usize,
    total: usize,
}

/// Shapes of what `video` reads and writes.
#[derive(Serialize)]
struct VideoShape {
    /// Frames, height, width, colours.
    clip: [usize; 4],
    patch: usize,
    /// Tokens of a clip, class token included.
    tokens: usize,
    /// The same while training, after masking.
    trained_tokens: usize,
    /// Ids of a sentence.
    context: usize,
    embedding: usize,
}

/// Shapes of what `policy` reads and writes.
#[derive(Serialize)]
struct PolicyShape {
    /// Views, height, width.
    views: [usize; 3],
    patch: usize,
    /// Tokens of all views.
    tokens: usize,
    /// Size of a pixel in millimetres, coarse and fine stage.
    pixel_mm: [f64; 2],
}

impl VideoShape {
    fn of(shape: &Video) -> Self {
        Self {
            clip: [shape.frames, shape.size, shape.size, 3],
            patch: shape.patch,
            tokens: 1 + shape.patches(),
            trained_tokens: shape.trained_tokens(),
            context: shape.context,
            embedding: shape.shared,
        }
    }
}

impl PolicyShape {
    fn of(shape: &Policy) -> Self {
        // The coarse stage shows a cube of 1 m, the fine one is magnified by four.
        let pixel = 1000.0 / shape.size as f64;
        Self {
            views: [3, shape.size, shape.size],
            patch: shape.patch,
            tokens: 3 * shape.grid() * shape.grid(),
            pixel_mm: [pixel, pixel / 4.0],
        }
    }
}

impl ModelEntry {
    fn new(name: &'static str, counts: &Counts) -> Self {
        let total = counts.total();
        let &Counts { video, policy, alignment, train_flop } = counts;
        Self {
            preset: name,
            published: false,
            parameters: ParameterCounts { video, policy, alignment, total },
            train_gflop_per_pair: train_flop / 1e9,
            video: None,
            policy: None,
        }
    }
}

/// Prints the presets and the published networks.
pub fn run(output: &Output) -> anyhow::Result<()> {
    let presets = presets::ALL.iter().map(|preset| ModelEntry {
        video: Some(VideoShape::of(&preset.video)),
        policy: Some(PolicyShape::of(&preset.policy)),
        ..ModelEntry::new(preset.name, &count::counts(preset))
    });
    let published = PUBLISHED.iter().map(|published| {
        let entry = ModelEntry::new(published.name, &count::part(&published.part));
        match &published.part {
            Part::Video(shape) => {
                ModelEntry { published: true, video: Some(VideoShape::of(shape)), ..entry }
            }
            Part::Policy(shape) => {
                ModelEntry { published: true, policy: Some(PolicyShape::of(shape)), ..entry }
            }
        }
    });
    output.print(&ModelList(presets.chain(published).collect()))
}

/// Millions with three digits, or nothing for nothing.
fn millions(count: usize) -> String {
    if count == 0 { String::new() } else { format!("{:.3}", count as f64 / 1e6) }
}

impl fmt::Display for ModelList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        for column in 1..6 {
            table = table.right(column);
        }
        table.row([
            "preset",
            "video (M)",
            "policy (M)",
            "alignment (M)",
            "total (M)",
            "GFLOP/pair",
            "clip",
            "views",
        ]);
        for entry in &self.0 {
            let clip = entry.video.as_ref().map(|shape| {
                let [frames, height, width, _] = shape.clip;
                format!("{frames} x {height} x {width}")
            });
            let views = entry.policy.as_ref().map(|shape| {
                let [views, height, width] = shape.views;
                format!("{views} x {height} x {width}, {:.1} mm", shape.pixel_mm[1])
            });
            let parameters = &entry.parameters;
            table.row([
                entry.preset,
                &millions(parameters.video),
                &millions(parameters.policy),
                &millions(parameters.alignment),
                &millions(parameters.total),
                &format!("{:.3}", entry.train_gflop_per_pair),
                &clip.unwrap_or_default(),
                &views.unwrap_or_default(),
            ]);
        }
        write!(f, "{table}")?;
        writeln!(
            f,
            "parameters in millions: video encoder, policy, and the maps of the alignment; cost of training \
             one pair of clip and transition; views with a pixel of the fine stage"
        )
    }
}
