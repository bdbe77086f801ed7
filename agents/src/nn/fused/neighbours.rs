//! The 3 x 3 neighbourhoods of every cell of a batch of square maps.

use burn::backend::flex::FlexTensor;
use burn::tensor::{Device, Int, Tensor, TensorData};
use rayon::prelude::*;

use super::kernel::{Kernel, reach, run, tensor, values};
use super::vector::add;

/// Cells in a neighbourhood, in the order of a convolution kernel: row by row, the cell itself in the
/// middle.
pub(crate) const NEAR: usize = 9;
/// Cells in a task.
const CELLS: usize = 64;

/// `[n * grid * grid, c]` to `[n * grid * grid, 9 * c]`, zero outside a map; neighbour major.
pub(crate) fn surroundings(x: Tensor<2>, grid: usize) -> Tensor<2> {
    match reach(&x) {
        Some(x) => run(Surroundings { grid }, [x]),
        None => {
            let [cells, c] = x.dims();
            let device = x.device();
            let x = Tensor::cat(vec![x, Tensor::zeros([1, c], &device)], 0);
            x.select(0, rows(cells, grid, &device)).reshape([cells, NEAR * c])
        }
    }
}

/// Convolution to one channel whose products are already taken: `x` `[cells, 9]` holds each cell's
/// product with every weight; gives `[cells, 1]`, the sum over neighbours.
pub(crate) fn products(x: Tensor<2>, grid: usize) -> Tensor<2> {
    match reach(&x) {
        Some(x) => run(Products { grid }, [x]),
        None => {
            let (cells, device) = (x.dims()[0], x.device());
            let x = Tensor::cat(vec![x, Tensor::zeros([1, NEAR], &device)], 0);
            let places = (0..(cells * NEAR) as i32).map(|i| i % NEAR as i32).collect::<Vec<_>>();
            let places = Tensor::from_data(TensorData::new(places, [cells * NEAR]), &device);
            let flat = rows(cells, grid, &device) * NEAR as i32 + places;
            x.reshape([(cells + 1) * NEAR, 1]).select(0, flat).reshape([cells, NEAR]).sum_dim(1)
        }
    }
}

/// Row of each neighbour of each cell; one past the last for those outside.
pub(super) fn rows(cells: usize, grid: usize, device: &Device) -> Tensor<1, Int> {
    let row = |cell| around(cell, grid).map(|near| near.unwrap_or(cells) as i32);
    let rows: Vec<i32> = (0..cells).flat_map(row).collect();
    Tensor::from_data(TensorData::new(rows, [cells * NEAR]), device)
}

/// The neighbours of a cell that lie on its map.
fn around(cell: usize, grid: usize) -> [Option<usize>; NEAR] {
    let (first, row, column) = (cell - cell % (grid * grid), cell / grid % grid, cell % grid);
    core::array::from_fn(|near| {
        let (r, c) = (row + near / 3, column + near % 3);
        let inside = (1..=grid).contains(&r) && (1..=grid).contains(&c);
        inside.then(|| first + (r - 1) * grid + c - 1)
    })
}

#[derive(Clone, Debug)]
struct Surroundings {
    grid: usize,
}

impl Kernel<1> for Surroundings {
    type Kept = [usize; 2];

    fn forward(&self, [x]: [FlexTensor; 1]) -> (FlexTensor, [usize; 2]) {
        let x = x.to_contiguous();
        let shape = x.layout().shape();
        let [cells, c] = [shape[0], shape[1]];
        let given = values(&x);
        let mut out = vec![0.0; cells * NEAR * c];
        out.par_chunks_mut(NEAR * c * CELLS).enumerate().for_each(|(task, out)| {
            for (cell, out) in (task * CELLS..).zip(out.chunks_mut(NEAR * c)) {
                for (near, out) in around(cell, self.grid).into_iter().zip(out.chunks_mut(c)) {
                    if let Some(near) = near {
                        out.copy_from_slice(&given[near * c..][..c]);
                    }
                }
            }
        });
        (tensor(out, [cells, NEAR * c]), [cells, c])
    }

    fn backward(&self, [cells, c]: [usize; 2], gradient: FlexTensor) -> [Option<FlexTensor>; 1] {
        let gradient = gradient.to_contiguous();
        let given = values(&gradient);
        let mut out = vec![0.0; cells * c];
        out.par_chunks_mut(c * CELLS).enumerate().for_each(|(task, out)| {
            for (cell, out) in (task * CELLS..).zip(out.chunks_mut(c)) {
                for (place, near) in around(cell, self.grid).into_iter().enumerate() {
                    if let Some(near) = near {
                        // Whoever is my neighbour at a place has me at the opposite one.
                        let mine = near * NEAR + (NEAR - 1 - place);
                        add(out, &given[mine * c..][..c]);
                    }
                }
            }
        });
        [Some(tensor(out, [cells, c]))]
    }
}

#[derive(Clone, Debug)]
struct Products {
    grid: usize,
}

impl Kernel<1> for Products {
    type Kept = usize;

    fn forward(&self, [x]: [FlexTensor; 1]) -> (FlexTensor, usize) {
        let x = x.to_contiguous();
        let given = values(&x);
        let cells = given.len() / NEAR;
        let sum = |cell| {
            let near = around(cell, self.grid).into_iter().enumerate();
            near.filter_map(|(place, near)| Some(given[near? * NEAR + place])).sum()
        };
        (tensor((0..cells).map(sum).collect(), [cells, 1]), cells)
    }

    fn backward(&self, cells: usize, gradient: FlexTensor) -> [Option<FlexTensor>; 1] {
        let gradient = gradient.to_contiguous();
        let mut out = vec![0.0; cells * NEAR];
        for (cell, &given) in values(&gradient).iter().enumerate() {
            for (place, near) in around(cell, self.grid).into_iter().enumerate() {
                if let Some(near) = near {
                    out[near * NEAR + place] = given;
                }
            }
        }
        [Some(tensor(out, [cells, NEAR]))]
    }
}
