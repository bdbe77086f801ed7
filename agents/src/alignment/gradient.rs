//! Whether two losses pull the same way.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor};

/// Gradient of a loss at features `[batch, width]`, as if they were its only input.
///
/// # Panics
///
/// When the features are not on an autodiff device, or the loss does not depend on them.
#[must_use]
pub fn at_tap(tap: &Tensor<2>, loss: impl Fn(Tensor<2>) -> Tensor<1>) -> Tensor<2> {
    let leaf = tap.clone().detach().require_grad();
    let gradients = loss(leaf.clone()).backward();
    leaf.grad(&gradients).expect("the loss depends on the features")
}

/// Cosine between what two losses do to the parameters of `module` that both reach; `None` where
/// there are none, or one of the gradients is zero. Negative means that they work against each other.
#[must_use]
pub fn cosine(module: &impl Module, a: &Gradients, b: &Gradients) -> Option<f64> {
    let mut sums = Sums { a, b, products: [0.0; 3] };
    module.visit(&mut sums);
    let [ab, aa, bb] = sums.products;
    let length = (aa * bb).sqrt();
    (length > 0.0).then(|| ab / length)
}

struct Sums<'a> {
    a: &'a Gradients,
    b: &'a Gradients,
    products: [f64; 3],
}

impl ModuleVisitor for Sums<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val();
        if let (Some(a), Some(b)) = (value.grad(self.a), value.grad(self.b)) {
            let sums = [a.clone() * b.clone(), a.square(), b.square()];
            for (total, sum) in self.products.iter_mut().zip(sums) {
                *total += sum.sum().into_scalar::<f64>();
            }
        }
    }
}
