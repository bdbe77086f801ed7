//! Matrix products by their shapes.

/// `count` products of `[rows, inner]` with `[inner, columns]`, as one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// Matrices in the batch.
    pub count: usize,
    /// Rows of the left side.
    pub rows: usize,
    /// Columns of the left side.
    pub inner: usize,
    /// Columns of the right side.
    pub columns: usize,
}

impl Product {
    /// Multiply-adds of all of them.
    #[must_use]
    pub const fn multiply_adds(&self) -> usize {
        self.count * self.rows * self.inner * self.columns
    }
}
