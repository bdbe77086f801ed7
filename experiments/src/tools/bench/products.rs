//! The matrix products of a training step and nothing else.

use agents::count;
use agents::presets::Preset;
use burn::tensor::{Device, Tensor};

/// Operands of every product, and of what its result's gradient is multiplied with.
pub(super) struct Products {
    all: Vec<[Tensor<3>; 3]>,
}

impl Products {
    /// Those of a batch.
    pub(super) fn new(shape: &Preset, batch: usize) -> Self {
        let device = Device::flex();
        // Any numbers but denormal ones take equally long.
        let some = |size: [usize; 3]| Tensor::full(size, 0.5, &device);
        let operands = |product: &count::Product| {
            let count::Product { count, rows, inner, columns } = *product;
            let sizes = [[count, rows, inner], [count, inner, columns], [count, rows, columns]];
            sizes.map(some)
        };
        Self { all: count::products(shape, batch).iter().map(operands).collect() }
    }

    /// Forward, and both products of the backward pass.
    pub(super) fn multiply(&self) {
        for [left, right, gradient] in &self.all {
            let value = left.clone().matmul(right.clone());
            let of_left = gradient.clone().matmul(right.clone().swap_dims(1, 2));
            let of_right = left.clone().swap_dims(1, 2).matmul(gradient.clone());
            std::hint::black_box([value, of_left, of_right]);
        }
    }
}
