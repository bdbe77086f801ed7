//! Products of matrices in host memory.

/// Products with more multiplications than this are shared among threads: below, handing them over costs
/// more than it saves.
const SHARED: usize = 192 * 192 * 192;

/// A matrix that lies row by row, or column by column where it is transposed.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    transposed: bool,
}

impl<'a> Matrix<'a> {
    /// Row by row.
    pub(super) fn new(values: &'a [f32], columns: usize) -> Self {
        assert!(values.len().is_multiple_of(columns), "whole rows");
        Self { values, rows: values.len() / columns, columns, transposed: false }
    }

    /// Rows as columns.
    pub(super) fn transposed(self) -> Self {
        let Self { values, rows, columns, transposed } = self;
        Self { values, rows: columns, columns: rows, transposed: !transposed }
    }

    /// How far the next row and the next column are, in numbers.
    fn strides(&self) -> [isize; 2] {
        match self.transposed {
            false => [self.columns as isize, 1],
            true => [1, self.rows as isize],
        }
    }
}

/// `a` times `b`, row by row.
pub(super) fn multiply(a: Matrix<'_>, b: Matrix<'_>) -> Vec<f32> {
    let count = a.rows * b.columns;
    let mut out = Vec::with_capacity(count);
    product(a, b, out.spare_capacity_mut().as_mut_ptr().cast(), false);
    // SAFETY: the product without `add` has written each of the `count` numbers that there is room for.
    #[expect(unsafe_code, reason = "what the product writes over need not be zeroed first")]
    unsafe {
        out.set_len(count);
    }
    out
}

/// Adds `a` times `b` to `out`, which lies row by row.
pub(super) fn add_product(out: &mut [f32], a: Matrix<'_>, b: Matrix<'_>) {
    assert_eq!(out.len(), a.rows * b.columns, "as many numbers as the product has");
    product(a, b, out.as_mut_ptr(), true);
}

/// Writes `a` times `b` to `out`, row by row, or adds it to what is there. `out` has room for the product.
fn product(a: Matrix<'_>, b: Matrix<'_>, out: *mut f32, add: bool) {
    assert_eq!(a.columns, b.rows, "the inner sizes of a product");
    let (rows, inner, columns) = (a.rows, a.columns, b.columns);
    let ([a_row, a_column], [b_row, b_column]) = (a.strides(), b.strides());
    let threads = match rows * inner * columns >= SHARED {
        true => gemm::Parallelism::Rayon(0),
        false => gemm::Parallelism::None,
    };
    // SAFETY: `Matrix` holds `rows * columns` numbers, so that no stride leads out of its slice; both callers
    // give `out` room for `rows * columns` numbers, which the slices, being borrowed, do not overlap.
    #[expect(unsafe_code, reason = "the library of products takes pointers")]
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            out,
            1,
            columns as isize,
            add,
            a.values.as_ptr(),
            a_column,
            a_row,
            b.values.as_ptr(),
            b_column,
            b_row,
            1.0,
            1.0,
            false,
            false,
            false,
            threads,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_small_matrices() {
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let b = [1.0, 0.0, -1.0, 2.0, 0.5, 1.0];
        let product = multiply(Matrix::new(&a, 3), Matrix::new(&b, 2));
        assert_eq!(product, [0.5, 7.0, 2.0, 16.0]);
        // The same numbers as two rows of three, turned over.
        let turned = multiply(Matrix::new(&a, 2).transposed(), Matrix::new(&b, 2));
        assert_eq!(turned, [1.0 - 3.0 + 2.5, 6.0 + 5.0, 2.0 - 4.0 + 3.0, 8.0 + 6.0]);
        let mut sum = vec![10.0; 4];
        add_product(&mut sum, Matrix::new(&a, 3), Matrix::new(&b, 2));
        assert_eq!(sum, [10.5, 17.0, 12.0, 26.0]);
        assert_eq!(multiply(Matrix::new(&[], 3), Matrix::new(&b, 2)), Vec::<f32>::new());
    }

    #[test]
    fn a_product_does_not_depend_on_the_number_of_threads() {
        let value = |i: usize| libm::sinf(i as f32 * 0.7);
        let (a, b): (Vec<f32>, Vec<f32>) =
            ((0..300 * 200).map(value).collect(), (0..200 * 250).map(value).collect());
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| multiply(Matrix::new(&a, 200), Matrix::new(&b, 250)))
        };
        assert_eq!(run(1), run(3));
    }
}
