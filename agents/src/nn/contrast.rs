//! What all contrastive losses share: unit vectors, similarities, and cross-entropy to soft targets.

use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor, TensorData};

/// Shorter rows count as this long, so that a zero row gives zero and no NaN (PyTorch's default).
const SHORTEST: f64 = 1e-12;

/// Rows of length one, `[rows, width] -> [rows, width]`.
#[must_use]
pub fn unit(x: Tensor<2>) -> Tensor<2> {
    // The floor is on the square, so that the gradient of the root stays finite at zero.
    let length = x.clone().square().sum_dim(1).clamp_min(SHORTEST * SHORTEST).sqrt();
    x / length
}

/// Cosines of all pairs: `[rows, width], [columns, width] -> [rows, columns]`.
#[must_use]
pub fn cosines(rows: Tensor<2>, columns: Tensor<2>) -> Tensor<2> {
    unit(rows).matmul(unit(columns).transpose())
}

/// `rows x columns` of which some are marked as belonging together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    columns: usize,
    marked: Vec<bool>,
}

impl Marks {
    /// Marks the pairs for which `together(row, column)` holds.
    pub fn new(size: [usize; 2], together: impl Fn(usize, usize) -> bool) -> Self {
        let [rows, columns] = size;
        let pairs = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        Self { columns, marked: pairs.map(|(row, column)| together(row, column)).collect() }
    }

    /// Whether the pair is marked.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> bool {
        self.marked[row * self.columns + column]
    }

    /// Rows and columns.
    #[must_use]
    pub fn size(&self) -> [usize; 2] {
        [self.marked.len().checked_div(self.columns).unwrap_or(0), self.columns]
    }

    /// Rows and columns exchanged.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let [rows, columns] = self.size();
        Self::new([columns, rows], |row, column| self.at(column, row))
    }

    /// `[rows, columns]`: `yes` where marked, else `no`.
    #[must_use]
    pub fn tensor(&self, yes: f32, no: f32, device: &Device) -> Tensor<2> {
        let values: Vec<f32> = self.marked.iter().map(|&m| if m { yes } else { no }).collect();
        Tensor::from_data(TensorData::new(values, self.size()), device)
    }

    /// `[rows, columns]`: every row with marks sums to one over the number of such rows; the others
    /// are zero. Cross-entropy to it is the mean over the rows that have an answer.
    fn targets(&self, device: &Device) -> Tensor<2> {
        let counts: Vec<usize> = self
            .marked
            .chunks(self.columns.max(1))
            .map(|row| row.iter().filter(|&&mark| mark).count())
            .collect();
        let answered = counts.iter().filter(|&&count| count > 0).count();
        let values = self.marked.iter().enumerate().map(|(i, &mark)| {
            let share = (counts[i / self.columns] * answered) as f32;
            if mark { 1.0 / share } else { 0.0 }
        });
        Tensor::from_data(TensorData::new(values.collect(), self.size()), device)
    }
}

/// Mean over the rows of the cross-entropy between their softmax and the uniform distribution over
/// their marked columns: `[rows, columns] -> [1]`, in nats. Rows without marks do not count.
#[must_use]
pub fn one_way(logits: Tensor<2>, positives: &Marks) -> Tensor<1> {
    let targets = positives.targets(&logits.device());
    (log_softmax(logits, 1) * targets).sum().neg()
}

/// [`one_way`] by rows and by columns, averaged.
#[must_use]
pub fn both_ways(logits: Tensor<2>, positives: &Marks) -> Tensor<1> {
    let back = one_way(logits.clone().transpose(), &positives.transposed());
    (one_way(logits, positives) + back).mul_scalar(0.5)
}
