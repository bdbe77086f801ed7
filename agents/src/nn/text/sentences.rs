//! A batch of sentences as rows of ids.

use burn::tensor::{Device, Int, Tensor, TensorData};

/// Rows of ids: start, text, end, zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentences {
    context: usize,
    ids: Vec<i32>,
    ends: Vec<usize>,
}

impl Sentences {
    /// Puts the marks around each text and pads it to `context`.
    ///
    /// # Panics
    ///
    /// When `context` has no room for both marks.
    #[must_use]
    pub fn new(
        texts: impl IntoIterator<Item = Vec<i32>>,
        start: i32,
        end: i32,
        context: usize,
    ) -> Self {
        assert!(context >= 2, "room for both marks");
        let (mut ids, mut ends) = (Vec::new(), Vec::new());
        for text in texts {
            let length = text.len().min(context - 2);
            let row = std::iter::once(start).chain(text.into_iter().take(length));
            let row = row.chain(std::iter::once(end)).chain(std::iter::repeat(0));
            ids.extend(row.take(context));
            ends.push(length + 1);
        }
        Self { context, ids, ends }
    }

    /// Sentences in the batch.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Ids in a row.
    #[must_use]
    pub fn context(&self) -> usize {
        self.context
    }

    /// All rows, one after the other.
    #[must_use]
    pub fn ids(&self) -> &[i32] {
        &self.ids
    }

    /// Where in its row each sentence ends.
    #[must_use]
    pub fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Ids up to the end of the longest sentence, at least one.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.ends.iter().max().map_or(1, |end| end + 1)
    }

    /// The first `length` ids of each row: `[batch, length]`.
    #[must_use]
    pub fn tensor(&self, length: usize, device: &Device) -> Tensor<2, Int> {
        let rows = self.ids.chunks(self.context);
        let ids: Vec<i32> = rows.flat_map(|row| &row[..length]).copied().collect();
        Tensor::from_data(TensorData::new(ids, [self.len(), length]), device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_lose_their_tail_and_keep_their_end() {
        let two = Sentences::new([vec![1, 2, 3, 4], vec![5]], 8, 9, 5);
        assert_eq!(two.ids(), [8, 1, 2, 3, 9, 8, 5, 9, 0, 0]);
        assert_eq!((two.ends(), two.longest()), (&[4, 2][..], 5));
        let short: Vec<i32> = two.tensor(2, &Device::flex()).into_data().try_to_vec().unwrap();
        assert_eq!(short, [8, 1, 8, 5]);
    }
}
