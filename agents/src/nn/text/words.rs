//! Whole words: the vocabulary of the instructions themselves.

use std::collections::BTreeMap;

use thiserror::Error;

/// Id of a word that was not in the instructions the vocabulary was built from.
const UNKNOWN: i32 = 1;
/// Ids that are no words: padding, unknown, start, end.
const MARKS: usize = 4;

/// Words of a list of instructions in alphabetic order, whatever the order of the list. As in CLIP,
/// padding is 0 and the end has the largest id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    ids: BTreeMap<String, i32>,
    vocabulary: usize,
}

/// Why instructions make no vocabulary.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TokensError {
    /// More words than the token table has rows for.
    #[error("the instructions have {words} words, the token table has room for {room}")]
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
}

impl Words {
    /// Collects the words of `instructions` for a table of `vocabulary` rows and sentences of
    /// `context` ids.
    ///
    /// # Errors
    ///
    /// When there are more words than rows, or a sentence is longer than the model reads.
    pub fn new<'a>(
        instructions: impl IntoIterator<Item = &'a str>,
        vocabulary: usize,
        context: usize,
    ) -> Result<Self, TokensError> {
        let mut ids = BTreeMap::new();
        for text in instructions {
            let words = split(text);
            let (count, room) = (words.len(), context.saturating_sub(2));
            if count > room {
                return Err(TokensError::Long { text: text.into(), words: count, room });
            }
            ids.extend(words.into_iter().map(|word| (word, 0)));
        }
        let room = vocabulary.saturating_sub(MARKS);
        if ids.len() > room {
            return Err(TokensError::Full { words: ids.len(), room });
        }
        let numbers = UNKNOWN + 1..;
        ids.values_mut().zip(numbers).for_each(|(id, number)| *id = number);
        Ok(Self { ids, vocabulary })
    }

    /// The words, in the order of their ids.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(String::as_str)
    }

    /// Words of `text` that were not in the instructions.
    #[must_use]
    pub fn unknown(&self, text: &str) -> Vec<String> {
        split(text).into_iter().filter(|word| !self.ids.contains_key(word)).collect()
    }

    pub(super) fn encode(&self, text: &str) -> Vec<i32> {
        let known = |word: &String| self.ids.get(word).copied().unwrap_or(UNKNOWN);
        split(text).iter().map(known).collect()
    }

    pub(super) fn marks(&self) -> (i32, i32) {
        (self.vocabulary as i32 - 2, self.vocabulary as i32 - 1)
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
        let words = Words::new(LINES, 16, 8).unwrap();
        assert_eq!(words, Words::new(LINES.into_iter().rev(), 16, 8).unwrap());
        let all: Vec<&str> = words.words().collect();
        assert_eq!(all, ["close", "drawer", "it", "jar", "open", "the", "then", "top"]);
        assert_eq!(words.encode("OPEN the sesame"), [6, 7, UNKNOWN]);
        assert_eq!(words.unknown("OPEN the sesame"), ["sesame"]);
        assert_eq!(words.marks(), (14, 15));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(Words::new(LINES, 11, 8), Err(TokensError::Full { words: 8, room: 7 }));
        assert!(Words::new(LINES, 12, 8).is_ok());
        let error = Words::new(LINES, 16, 7).unwrap_err().to_string();
        assert_eq!(error, "`close the jar, then open it` has 6 words, the model reads 5");
    }
}
