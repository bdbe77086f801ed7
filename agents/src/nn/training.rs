//! What training needs beyond the optimisers of the library: clipping gradients by the norm of all of them together.

use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

/// Scales the gradients of `module` so that their common Euclidean norm is at most `limit`; gives
/// them with the norm before. A norm that is not finite leaves them as they are: the caller sees it.
///
/// The library's own clipping treats every tensor by itself, which changes the gradient's direction.
#[must_use]
pub fn clip_global_norm<M: Module>(
    module: &M,
    gradients: GradientsParams,
    limit: f64,
) -> (GradientsParams, f64) {
    let mut squares = Squares { gradients: &gradients, sums: Vec::new() };
    module.visit(&mut squares);
    let sums = squares.sums;
    if sums.is_empty() {
        return (gradients, 0.0);
    }
    let norm = f64::from(Tensor::cat(sums, 0).sum().into_scalar::<f32>()).sqrt();
    if !norm.is_finite() || norm <= limit {
        return (gradients, norm);
    }
    let mut scale = Scale { gradients, factor: limit / norm };
    module.visit(&mut scale);
    (scale.gradients, norm)
}

/// Sums of squares, one `[1]` for each parameter with a gradient.
struct Squares<'a> {
    gradients: &'a GradientsParams,
    sums: Vec<Tensor<1>>,
}

impl ModuleVisitor for Squares<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.get::<D>(param.id) {
            self.sums.push((gradient.clone() * gradient).sum());
        }
    }
}

struct Scale {
    gradients: GradientsParams,
    factor: f64,
}

impl ModuleVisitor for Scale {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = self.gradients.remove::<D>(param.id) {
            self.gradients.register(param.id, gradient * self.factor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::linear::Linear;
    use crate::nn::weights::{Fill, Init};
    use burn::tensor::Device;

    #[test]
    fn long_gradients_are_scaled_together_and_short_ones_left_alone() {
        let device = Device::flex().autodiff();
        let init = Init::new(1, &device);
        let layer = init.linear("layer", [2, 1], Fill::ONES, Some(Fill::ZEROS));
        let gradients = |layer: &Linear| {
            let x = Tensor::<2>::from_floats([[3.0, 0.0]], &device);
            let loss = layer.forward(x).sum() * 4.0;
            GradientsParams::from_grads(loss.backward(), layer)
        };
        // The gradient is (12, 0) for the weight and 4 for the bias.
        let expected = 160_f64.sqrt();
        let read = |gradients: &GradientsParams| -> f32 {
            let weight: Tensor<2> = gradients.get(layer.weight.id).unwrap();
            weight.max().into_scalar()
        };
        let (clipped, norm) = clip_global_norm(&layer, gradients(&layer), 1.0);
        assert!((norm - expected).abs() < 1e-5);
        assert!((f64::from(read(&clipped)) - 12.0 / expected).abs() < 1e-6);
        let (same, _) = clip_global_norm(&layer, gradients(&layer), 13.0);
        assert_eq!(read(&same), 12.0);
    }
}
