//! Whole words: the vocabulary of the instructions that a model was trained with.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

/// Id of a word that the vocabulary lacks.
const UNKNOWN: i32 = 1;
/// Ids that are no words: padding, unknown, start, end.
const MARKS: usize = 4;

/// Words in the order of their ids. A model keeps the list that it was trained with, beside its weights: other
/// instructions may come and go, the ids of its words stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary(Vec<String>);

/// Why words or instructions make no vocabulary.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum VocabularyError {
    /// More words than the token table has rows for.
    #[error("the vocabulary has {words} words, the token table has room for {room}")]
    Full {
        /// Different words.
        words: usize,
        /// Rows left after the marks.
        room: usize,
    },
    /// A sentence that would be cut, and could then mean the same as another.
    #[error("`{text}` has {words} words, the model reads {room}")]
    Long {
        /// The sentence.
        text: String,
        /// Its words.
        words: usize,
        /// Ids of a sentence without start and end.
        room: usize,
    },
    /// No word, in a list of words.
    #[error("`{word}` in the vocabulary is no word in lower case")]
    Word {
        /// What it is.
        word: String,
    },
    /// A word that stands twice in a list of words.
    #[error("`{word}` stands twice in the vocabulary")]
    Twice {
        /// The word.
        word: String,
    },
}

impl Vocabulary {
    /// The words of `instructions` in alphabetic order, whatever the order of the list, for sentences of
    /// `context` ids.
    ///
    /// # Errors
    ///
    /// When a sentence is longer than the model reads.
    pub fn of_instructions<'a>(
        instructions: impl IntoIterator<Item = &'a str>,
        context: usize,
    ) -> Result<Self, VocabularyError> {
        let mut all = BTreeSet::new();
        for text in instructions {
            let words = split(text);
            let (count, room) = (words.len(), context.saturating_sub(2));
            if count > room {
                return Err(VocabularyError::Long { text: text.into(), words: count, room });
            }
            all.extend(words);
        }
        Ok(Self(all.into_iter().collect()))
    }

    /// A list of words as it was kept, in the order of their ids.
    ///
    /// # Errors
    ///
    /// When it could not have come from instructions.
    pub fn of_words(words: Vec<String>) -> Result<Self, VocabularyError> {
        let mut all = BTreeSet::new();
        for word in &words {
            if split(word) != [word.as_str()] {
                return Err(VocabularyError::Word { word: word.clone() });
            }
            if !all.insert(word) {
                return Err(VocabularyError::Twice { word: word.clone() });
            }
        }
        Ok(Self(words))
    }

    /// The words, in the order of their ids.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Words of `text` that it lacks.
    #[must_use]
    pub fn unknown(&self, text: &str) -> Vec<String> {
        split(text).into_iter().filter(|word| !self.0.contains(word)).collect()
    }
}

/// Turns sentences into the ids of a vocabulary. As in CLIP, padding is 0 and the end has the largest id; a word
/// that the vocabulary lacks is 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    ids: BTreeMap<String, i32>,
    rows: usize,
}

impl Words {
    /// The ids of a vocabulary in a token table of `rows` rows.
    ///
    /// # Errors
    ///
    /// When there are more words than rows.
    pub fn new(vocabulary: &Vocabulary, rows: usize) -> Result<Self, VocabularyError> {
        let (words, room) = (vocabulary.0.len(), rows.saturating_sub(MARKS));
        if words > room {
            return Err(VocabularyError::Full { words, room });
        }
        Ok(Self { ids: vocabulary.0.iter().cloned().zip(UNKNOWN + 1..).collect(), rows })
    }

    pub(super) fn encode(&self, text: &str) -> Vec<i32> {
        let known = |word: &String| self.ids.get(word).copied().unwrap_or(UNKNOWN);
        split(text).iter().map(known).collect()
    }

    pub(super) fn marks(&self) -> (i32, i32) {
        (self.rows as i32 - 2, self.rows as i32 - 1)
    }
}

/// Runs of letters, digits and apostrophes, in lower case.
fn split(text: &str) -> Vec<String> {
    let inside = |letter: char| letter.is_alphanumeric() || letter == '\'';
    let parts = text.split(|letter| !inside(letter)).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [&str; 2] = ["Open the top drawer", "close the jar, then open it"];

    #[test]
    fn ids_do_not_depend_on_the_order_of_the_instructions() {
        let vocabulary = Vocabulary::of_instructions(LINES, 8).unwrap();
        let turned = Vocabulary::of_instructions(LINES.into_iter().rev(), 8).unwrap();
        assert_eq!(vocabulary, turned);
        let all = ["close", "drawer", "it", "jar", "open", "the", "then", "top"];
        assert_eq!(vocabulary.words(), all);
        assert_eq!(vocabulary.unknown("OPEN the sesame"), ["sesame"]);
        let words = Words::new(&vocabulary, 16).unwrap();
        assert_eq!(words.encode("OPEN the sesame"), [6, 7, UNKNOWN]);
        assert_eq!(words.marks(), (14, 15));
    }

    #[test]
    fn a_kept_vocabulary_gives_the_same_ids_whatever_instructions_come() {
        let before = Vocabulary::of_instructions(LINES, 8).unwrap();
        let kept = Vocabulary::of_words(before.words().to_vec()).unwrap();
        assert_eq!(kept, before);
        let more = LINES.into_iter().chain(["bake a cake"]);
        let after = Vocabulary::of_instructions(more, 8).unwrap();
        let ids = |vocabulary| Words::new(vocabulary, 16).unwrap().encode("close the jar");
        assert_eq!(ids(&kept), ids(&before));
        assert_ne!(ids(&after), ids(&before));
        let words = Words::new(&kept, 16).unwrap();
        assert_eq!(words.encode("bake the jar"), [UNKNOWN, 7, 5]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let vocabulary = Vocabulary::of_instructions(LINES, 8).unwrap();
        let full = VocabularyError::Full { words: 8, room: 7 };
        assert_eq!(Words::new(&vocabulary, 11), Err(full));
        assert!(Words::new(&vocabulary, 12).is_ok());
        let error = Vocabulary::of_instructions(LINES, 7).unwrap_err().to_string();
        assert_eq!(error, "`close the jar, then open it` has 6 words, the model reads 5");
        let refused = |words: &[&str]| {
            let words = words.iter().map(|&word| word.to_owned()).collect();
            Vocabulary::of_words(words).unwrap_err().to_string()
        };
        assert_eq!(refused(&["jar", "the", "jar"]), "`jar` stands twice in the vocabulary");
        for word in ["", "Jar", "two words"] {
            let line = format!("`{word}` in the vocabulary is no word in lower case");
            assert_eq!(refused(&["jar", word]), line);
        }
    }
}
