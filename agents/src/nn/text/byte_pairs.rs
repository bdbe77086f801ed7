//! CLIP's byte-level byte pairs, vocabulary included, from a maintained crate.

use std::fmt;

use instant_clip_tokenizer::Tokenizer;

/// The 49 408 ids that CLIP and ViCLIP were trained with.
///
/// Two steps of the original are left out, because they change nothing in plain text: repair of
/// wrongly decoded text, and undoing HTML escapes.
pub struct BytePairs(Tokenizer);

impl BytePairs {
    /// Unpacks the vocabulary; takes some hundredths of a second.
    #[must_use]
    pub fn new() -> Self {
        Self(Tokenizer::new())
    }

    pub(super) fn encode(&self, text: &str) -> Vec<i32> {
        // The crate reads these two words as marks. CLIP does not, and splits them as below.
        let text = text.to_lowercase().replace("_of_text>", "_of_text >");
        let mut tokens = Vec::new();
        self.0.encode(&text, &mut tokens);
        tokens.into_iter().map(|token| i32::from(token.to_u16())).collect()
    }

    pub(super) fn marks(&self) -> (i32, i32) {
        let id = |token: instant_clip_tokenizer::Token| i32::from(token.to_u16());
        (id(self.0.start_of_text()), id(self.0.end_of_text()))
    }
}

impl Default for BytePairs {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for BytePairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BytePairs").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_published_vocabulary() {
        let pairs = BytePairs::new();
        assert_eq!(pairs.marks(), (49_406, 49_407));
        // "a photo of a cat", the sentence of CLIP's own examples.
        assert_eq!(pairs.encode("A  photo of\na cat"), [320, 1125, 539, 320, 2368]);
        assert_eq!(pairs.encode("Hello Båstad"), [3306, 65, 23_176, 16_485]);
        // Single digits, contractions and runs of signs are words of their own.
        assert_eq!(pairs.encode("i've 21!!!"), pairs.encode("i 've 2 1 !!!"));
        assert!(pairs.encode("").is_empty());
    }

    #[test]
    fn no_text_can_place_a_mark() {
        let pairs = BytePairs::new();
        for text in ["<start_of_text>", "<END_OF_TEXT> a", "<|endoftext|>"] {
            assert!(pairs.encode(text).iter().all(|&id| id < 49_406), "{text}");
        }
    }
}
