//! The matrix products of a forward pass, one by one.

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

/// The products of networks, in the order in which they are added.
#[derive(Clone, Debug, Default)]
pub struct ProductList {
    /// All of them.
    pub products: Vec<Product>,
}

impl ProductList {
    /// A linear map of `rows` vectors.
    pub fn linear(&mut self, rows: usize, inner: usize, columns: usize) {
        self.products.push(Product { count: 1, rows, inner, columns });
    }

    /// Scores and mixtures of `count` attentions of `a` tokens to `b`; `head`: width of a head.
    pub fn attention(&mut self, count: usize, [a, b]: [usize; 2], head: usize) {
        self.products.push(Product { count, rows: a, inner: head, columns: b });
        self.products.push(Product { count, rows: a, inner: b, columns: head });
    }

    /// `n` sequences through a block with packed attention and a feed-forward of four widths.
    pub fn block(&mut self, n: usize, tokens: usize, width: usize, heads: usize) {
        self.linear(n * tokens, width, 3 * width);
        self.attention(n * heads, [tokens; 2], width / heads);
        self.linear(n * tokens, width, width);
        self.linear(n * tokens, width, 4 * width);
        self.linear(n * tokens, 4 * width, width);
    }
}
