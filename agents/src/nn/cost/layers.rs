//! Parameters and multiply-adds of layers that several networks have.

/// Linear layer with bias.
pub(crate) const fn linear(from: usize, to: usize) -> usize {
    from * to + to
}

/// Pre-norm transformer block of width `d` with a feed-forward of `4 d`: `12 d^2 + 13 d`.
pub(crate) const fn block(d: usize) -> usize {
    12 * d * d + 13 * d
}

/// Multiply-adds of such a block for `n` tokens: `12 d^2 n + 2 n^2 d`.
pub(crate) const fn block_multiply_adds(d: usize, n: usize) -> usize {
    12 * d * d * n + 2 * n * n * d
}

/// Convolution with bias.
pub(crate) const fn convolution(from: usize, to: usize, side: usize) -> usize {
    from * to * side * side + to
}
