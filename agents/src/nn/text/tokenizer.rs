//! Sentences as ids.

use super::byte_pairs::BytePairs;
use super::sentences::Sentences;
use super::words::Words;

/// Turns sentences into ids for one text tower.
#[derive(Debug)]
pub enum Tokenizer {
    /// CLIP's byte pairs.
    BytePairs(BytePairs),
    /// Whole words.
    Words(Words),
}

impl Tokenizer {
    /// Ids of `texts`, each in a row of `context` ids: start, text, end, zeros. What is too long loses
    /// its tail and keeps its end.
    #[must_use]
    pub fn encode(&self, texts: &[impl AsRef<str>], context: usize) -> Sentences {
        let ids = |text: &str| match self {
            Self::BytePairs(pairs) => pairs.encode(text),
            Self::Words(words) => words.encode(text),
        };
        let (start, end) = match self {
            Self::BytePairs(pairs) => pairs.marks(),
            Self::Words(words) => words.marks(),
        };
        Sentences::new(texts.iter().map(|text| ids(text.as_ref())), start, end, context)
    }
}
