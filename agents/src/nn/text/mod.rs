//! Sentences: their ids, and the transformer that reads them.

mod byte_pairs;
mod sentences;
mod tokenizer;
mod tower;
mod words;

pub use byte_pairs::BytePairs;
pub use sentences::Sentences;
pub use tokenizer::Tokenizer;
pub use tower::{TextTower, multiply_adds, parameters};
pub use words::{Vocabulary, VocabularyError, Words};
