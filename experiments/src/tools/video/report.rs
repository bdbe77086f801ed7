//! What a film shows, in words.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::cli::table::Table;
use crate::media::film::EpisodeRecording;

/// The file and the episodes in it.
#[derive(Debug, Serialize)]
pub(super) struct FilmReport {
    /// The file written.
    pub(super) file: PathBuf,
    /// Its size.
    pub(super) bytes: u64,
    /// Pictures in it.
    pub(super) pictures: usize,
    /// What was played.
    pub(super) episodes: Vec<FilmedEpisode>,
}

/// One episode of a film.
#[derive(Debug, Serialize)]
pub(super) struct FilmedEpisode {
    task: String,
    variation: usize,
    seed: u64,
    agent: String,
    instruction: String,
    outcome: &'static str,
    success: Vec<Part>,
    seconds: f64,
    keyframes: usize,
}

/// A part of success.
#[derive(Debug, Serialize)]
struct Part {
    part: String,
    met: bool,
}

impl FilmedEpisode {
    pub(super) fn of(recording: &EpisodeRecording, agent: String) -> Self {
        let part = |(part, met): &(String, bool)| Part { part: part.clone(), met: *met };
        Self {
            task: recording.file.task.clone(),
            variation: recording.file.variation,
            seed: recording.file.seed,
            agent,
            instruction: recording.file.instructions.first().cloned().unwrap_or_default(),
            outcome: recording.outcome.name(),
            success: recording.parts.iter().map(part).collect(),
            seconds: recording.len().saturating_sub(1) as f64 / 20.0,
            keyframes: recording.keyframes.len(),
        }
    }

    fn parts(&self) -> String {
        let word = |part: &Part| format!("{}: {}", part.part, if part.met { "yes" } else { "no" });
        self.success.iter().map(word).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for FilmReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kilobytes = self.bytes.div_ceil(1000);
        writeln!(f, "{}: {} pictures, {kilobytes} kB", self.file.display(), self.pictures)?;
        if let [one] = &self.episodes[..] {
            let mut table = Table::new().indent(2);
            let FilmedEpisode { task, variation, seed, agent, .. } = one;
            table.row(["episode", &format!("{task} variation {variation} seed {seed}, {agent}")]);
            table.row(["instruction", &one.instruction]);
            table.row(["outcome", one.outcome]);
            table.row(["success", &one.parts()]);
            let length = format!("{:.2} s, {} keyframes", one.seconds, one.keyframes);
            table.row(["length", &length]);
            return write!(f, "{table}");
        }
        let mut table = Table::new().indent(2);
        for one in &self.episodes {
            table.row([&one.task, one.outcome, &one.instruction, &one.parts()]);
        }
        write!(f, "{table}")
    }
}
