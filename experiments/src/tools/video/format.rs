//! The formats of films: one line each.

use super::arguments::FilmArguments;
use super::film::{animation, film, sheet};
use crate::media::film::EpisodeRecording;

/// A kind of file that shows an episode.
pub(super) struct Format {
    /// Its extension.
    pub(super) extension: &'static str,
    /// Writes an episode as such a file; returns the number of pictures.
    pub(super) write: fn(&FilmArguments, &mut EpisodeRecording) -> anyhow::Result<usize>,
}

/// All formats.
pub(super) const FORMATS: [Format; 3] = [
    Format { extension: "png", write: sheet },
    Format { extension: "gif", write: animation },
    Format { extension: "mp4", write: film },
];
