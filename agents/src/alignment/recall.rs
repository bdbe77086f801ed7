//! How often the nearest neighbour is a right one.

use burn::tensor::Tensor;

use crate::nn::contrast::Marks;

/// Recall@1 of similarities `[seen, done]`, by rows and by columns, averaged. A row is hit when its
/// best right column beats every wrong one; ties are misses. Rows without a right column are misses.
///
/// # Panics
///
/// When the backend cannot hand out the similarities.
#[must_use]
pub fn recall(similarity: &Tensor<2>, right: &Marks) -> f64 {
    let share =
        |hit: &Vec<bool>| hit.iter().filter(|hit| **hit).count() as f64 / hit.len().max(1) as f64;
    let [by_rows, by_columns] = hits(similarity, right).each_ref().map(share);
    f64::midpoint(by_rows, by_columns)
}

/// Which rows of similarities `[seen, done]` are hit, and which columns, as [`recall`] counts them.
///
/// # Panics
///
/// When the backend cannot hand out the similarities.
#[must_use]
pub fn hits(similarity: &Tensor<2>, right: &Marks) -> [Vec<bool>; 2] {
    let [rows, columns] = similarity.dims();
    let data = similarity.clone().detach().into_data().convert::<f32>();
    let values = data.as_slice::<f32>().expect("converted to f32 above");
    let at = |row: usize, column: usize| (values[row * columns + column], right.at(row, column));
    [hit(rows, columns, at), hit(columns, rows, |column, row| at(row, column))]
}

/// Whether each row is hit.
fn hit(rows: usize, columns: usize, at: impl Fn(usize, usize) -> (f32, bool)) -> Vec<bool> {
    let hit = |row: usize| {
        let mut best = [f32::NEG_INFINITY; 2];
        for column in 0..columns {
            let (value, right) = at(row, column);
            // What is no number never wins, and never loses either.
            let value = if value.is_nan() { f32::INFINITY } else { value };
            let side = &mut best[usize::from(right)];
            *side = side.max(value);
        }
        best[1] > best[0]
    };
    (0..rows).map(hit).collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};
    use rand::RngExt as _;

    use super::*;
    use crate::nn::weights::stream;

    fn matrix(values: Vec<f32>, size: [usize; 2]) -> Tensor<2> {
        Tensor::from_data(TensorData::new(values, size), &Device::flex())
    }

    fn diagonal(size: usize) -> Marks {
        Marks::new([size, size], |row, column| row == column)
    }

    #[test]
    fn ties_are_misses() {
        let flat = matrix(vec![0.5; 9], [3, 3]);
        assert_eq!(recall(&flat, &diagonal(3)), 0.0);
        let clear = matrix(vec![1.0, 0.0, 0.0, 1.0], [2, 2]);
        assert_eq!(recall(&clear, &diagonal(2)), 1.0);
        // Row 0 is right; row 1 ties; column 0 is right; column 1 ties.
        let half = matrix(vec![1.0, 0.0, 0.0, 0.0], [2, 2]);
        assert_eq!(recall(&half, &diagonal(2)), 0.5);
        let nan = matrix(vec![f32::NAN; 4], [2, 2]);
        assert_eq!(recall(&nan, &diagonal(2)), 0.0);
    }

    #[test]
    fn random_features_hit_at_chance() {
        // Tasks and instructions drawn as the sampler draws them; the labels of the 18 tasks.
        const VARIATIONS: [usize; 18] =
            [3, 4, 2, 2, 2, 3, 20, 20, 60, 20, 3, 3, 9, 5, 50, 20, 20, 3];
        let size = 900;
        let mut rng = stream(11, 0, 0, "chance");
        let mut label = || {
            let task = rng.random_range(0..18_usize);
            (task, rng.random_range(0..VARIATIONS[task]))
        };
        let (seen, done): (Vec<_>, Vec<_>) = (0..size).map(|_| (label(), label())).unzip();
        let right = Marks::new([size, size], |row, column| seen[row] == done[column]);
        let mut rng = stream(12, 0, 0, "chance");
        let values = (0..size * size).map(|_| rng.random::<f32>()).collect();
        let found = recall(&matrix(values, [size, size]), &right);
        // Two directions of 900 at 1.24 %, of which the sampled labels move the mean a little too.
        let deviation = (0.0124 * (1.0 - 0.0124) / size as f64).sqrt();
        assert!((found - 0.0124).abs() < 3.0 * deviation, "{found}");
    }
}
