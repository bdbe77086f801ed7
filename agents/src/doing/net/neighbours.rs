//! The 3 x 3 neighbourhoods of every cell of a batch of square maps, by indices made on the host.

use burn::tensor::{Device, Int, Tensor, TensorData};

/// Cells in a neighbourhood.
pub(super) const NEAR: usize = 9;

/// Which rows of `[n * grid * grid + 1, c]`, the last of which is zero, surround each cell.
///
/// Neighbours come in the order of a convolution kernel: row by row, the cell itself in the middle.
#[derive(Clone, Debug)]
pub(super) struct Neighbours {
    rows: Tensor<1, Int>,
    shifted: Tensor<1, Int>,
    cells: usize,
}

impl Neighbours {
    /// For `n` maps of `grid * grid` cells.
    pub(super) fn new(n: usize, grid: usize, device: &Device) -> Self {
        let (area, cells) = (grid * grid, n * grid * grid);
        let mut rows = Vec::with_capacity(cells * NEAR);
        for cell in 0..cells {
            let (map, row, column) = (cell / area, cell % area / grid, cell % grid);
            for near in 0..NEAR {
                let (r, c) = (row + near / 3, column + near % 3);
                let inside = (1..=grid).contains(&r) && (1..=grid).contains(&c);
                rows.push(if inside { map * area + (r - 1) * grid + c - 1 } else { cells } as i32);
            }
        }
        // For a table [cells, 9] laid flat, with nine zeros behind: entry `near` of neighbour `near`.
        let shifted: Vec<i32> = rows
            .iter()
            .enumerate()
            .map(|(index, &row)| row * NEAR as i32 + (index % NEAR) as i32)
            .collect();
        let tensor = |values: Vec<i32>| {
            let shape = [values.len()];
            Tensor::from_data(TensorData::new(values, shape), device)
        };
        Self { rows: tensor(rows), shifted: tensor(shifted), cells }
    }

    /// `[cells, c]` to `[cells, 9 * c]`, zero outside the map; neighbour major.
    pub(super) fn gather(&self, x: Tensor<2>) -> Tensor<2> {
        let c = x.dims()[1];
        let outside = Tensor::zeros([1, c], &x.device());
        let rows = Tensor::cat(vec![x, outside], 0).select(0, self.rows.clone());
        rows.reshape([self.cells, NEAR * c])
    }

    /// Convolution to one channel whose products are already taken: `x` `[cells, 9]` holds each
    /// cell's product with every weight; gives `[cells, 1]`, the sum over neighbours.
    pub(super) fn collect(&self, x: Tensor<2>) -> Tensor<2> {
        let outside = Tensor::zeros([1, NEAR], &x.device());
        let flat = Tensor::cat(vec![x, outside], 0).reshape([(self.cells + 1) * NEAR, 1]);
        flat.select(0, self.shifted.clone()).reshape([self.cells, NEAR]).sum_dim(1)
    }
}
