//! The sentences of a batch before they reach a device.

use thiserror::Error;

use crate::presets;
use crate::presets::Language;

/// One instruction, in the form its policy reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Sentence {
    /// Ids of words, as many as the preset's context.
    Words(Vec<u32>),
    /// One vector per token of a frozen encoder, token by token: context times width numbers.
    Features(Vec<f32>),
    /// Nothing, for policies that are trained without instructions.
    Blank,
}

/// Why sentences do not fit a policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SentenceError {
    /// Not the form that the policy reads, or not the one of the batch's first sample.
    #[error("sample {sample}: the policy reads {expected}")]
    Form {
        /// Which sample.
        sample: usize,
        /// What was expected.
        expected: &'static str,
    },
    /// Too few or too many numbers.
    #[error("sample {sample}: a sentence of {found} numbers where {expected} are needed")]
    Length {
        /// Which sample.
        sample: usize,
        /// Numbers given.
        found: usize,
        /// Numbers needed.
        expected: usize,
    },
    /// An id beyond the vocabulary.
    #[error("sample {sample}: word id {id} where the vocabulary has {size}")]
    Id {
        /// Which sample.
        sample: usize,
        /// The id.
        id: u32,
        /// Rows of the vocabulary.
        size: usize,
    },
}

/// The sentences of a batch, one after the other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sentences {
    /// `[b, context]`.
    Words(Vec<i32>),
    /// `[b, context, width]`.
    Features(Vec<f32>),
    /// Zeros.
    Blank,
}

impl Sentences {
    /// Gathers the sentences of a batch; all of them must have one form and the preset's size.
    pub(crate) fn gather<'a>(
        sentences: impl Iterator<Item = &'a Sentence>,
        shape: &presets::Policy,
    ) -> Result<Self, SentenceError> {
        let (mut words, mut features, mut blank) = (Vec::new(), Vec::new(), 0);
        let (mut expected, mut first) = ("", None);
        for (sample, sentence) in sentences.enumerate() {
            let form = core::mem::discriminant(sentence);
            let fits = match (sentence, shape.language) {
                (Sentence::Words(ids), Language::Trained { context, vocabulary, .. }) => {
                    sized(sample, ids.len(), context)?;
                    if let Some(&id) = ids.iter().find(|&&id| id as usize >= vocabulary) {
                        return Err(SentenceError::Id { sample, id, size: vocabulary });
                    }
                    words.extend(ids.iter().map(|&id| id as i32));
                    true
                }
                (Sentence::Features(values), Language::Frozen { tower, context }) => {
                    sized(sample, values.len(), context * tower.width)?;
                    features.extend_from_slice(values);
                    true
                }
                (Sentence::Blank, _) => {
                    blank += 1;
                    true
                }
                _ => false,
            };
            if expected.is_empty() {
                expected = match (sentence, shape.language) {
                    (Sentence::Blank, _) => "no instructions here",
                    (_, Language::Trained { .. }) => "ids of words",
                    (_, Language::Frozen { .. }) => "features of a frozen encoder",
                };
            }
            if !fits || *first.get_or_insert(form) != form {
                return Err(SentenceError::Form { sample, expected });
            }
        }
        Ok(match (blank, words.is_empty()) {
            (0, false) => Self::Words(words),
            (0, true) => Self::Features(features),
            _ => Self::Blank,
        })
    }
}

fn sized(sample: usize, found: usize, expected: usize) -> Result<(), SentenceError> {
    if found == expected { Ok(()) } else { Err(SentenceError::Length { sample, found, expected }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_that_do_not_fit_are_named() {
        let shape = &presets::TINY.policy;
        let context = shape.language.context();
        let gather = |sentences: &[Sentence]| Sentences::gather(sentences.iter(), shape);
        let good = Sentence::Words(vec![3; context]);
        assert_eq!(
            gather(&[good.clone(), good.clone()]),
            Ok(Sentences::Words(vec![3; 2 * context]))
        );
        assert_eq!(gather(&[Sentence::Blank, Sentence::Blank]), Ok(Sentences::Blank));
        let error = |sentences: &[Sentence]| gather(sentences).unwrap_err().to_string();
        let short = error(&[good.clone(), Sentence::Words(vec![1])]);
        assert!(short.starts_with("sample 1: a sentence of 1 numbers"), "{short}");
        let mixed = error(&[good.clone(), Sentence::Blank]);
        assert_eq!(mixed, "sample 1: the policy reads ids of words");
        let alien = error(&[Sentence::Features(vec![0.0; 4])]);
        assert_eq!(alien, "sample 0: the policy reads ids of words");
        let id = error(&[Sentence::Words(vec![99_999; context])]);
        assert!(id.starts_with("sample 0: word id 99999"), "{id}");
    }
}
