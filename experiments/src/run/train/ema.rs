//! The exponential moving average of the weights.

use std::path::Path;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::Tensor;
use std::collections::BTreeMap;

use crate::run::models::Models;

/// Weights averaged over steps, newer ones counting more; nothing where the decay is 0.
pub(super) struct Ema {
    decay: f64,
    models: Option<Models>,
}

impl Ema {
    /// Begins with these weights.
    pub(super) fn new(models: &Models, decay: f64) -> Self {
        Self { decay, models: (decay > 0.0).then(|| models.clone()) }
    }

    /// The mean, where one is kept.
    pub(super) fn models(&self) -> Option<&Models> {
        self.models.as_ref()
    }

    /// Takes in the weights after a phase's step `step`, counted from 1.
    pub(super) fn update(&mut self, models: &Models, step: u64) {
        let Some(Models { video, policy, alignment, .. }) = self.models.take() else { return };
        let decay = decay_at(self.decay, step);
        self.models = Some(models.with(
            blend(video, &models.video, decay),
            blend(policy, &models.policy, decay),
            blend(alignment, &models.alignment, decay),
        ));
    }

    /// Continues with the mean in a checkpoint.
    pub(super) fn resume(
        &mut self,
        saved: Option<Vec<u8>>,
        like: &Models,
        path: &Path,
    ) -> anyhow::Result<()> {
        if let Some(saved) = saved {
            self.models = Some(like.clone().from_bytes(path, saved)?);
        }
        Ok(())
    }
}

/// The decay after `step` steps: at first smaller than `decay`, so that the weights that a phase begins
/// with are forgotten soon (TensorFlow's `ExponentialMovingAverage` with `num_updates`).
fn decay_at(decay: f64, step: u64) -> f64 {
    decay.min((1.0 + step as f64) / (10.0 + step as f64))
}

fn blend<M: Module>(mean: M, next: &M, decay: f64) -> M {
    let mut numbers = Numbers::default();
    next.visit(&mut numbers);
    mean.map(&mut Blend { next: numbers.values, decay })
}

/// The parameters of a module, flat.
#[derive(Default)]
struct Numbers {
    values: BTreeMap<ParamId, Tensor<1>>,
}

impl ModuleVisitor for Numbers {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val().detach();
        let count = value.shape().num_elements();
        self.values.insert(param.id, value.reshape([count]));
    }
}

struct Blend {
    next: BTreeMap<ParamId, Tensor<1>>,
    decay: f64,
}

impl ModuleMapper for Blend {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(next) = self.next.remove(&param.id) else { return param };
        param.map(|mean| {
            let trained = mean.is_require_grad();
            let next = next.reshape(mean.shape());
            let mixed = mean.detach() * self.decay + next * (1.0 - self.decay);
            // What came of a computation cannot be differentiated by; a leaf can.
            mixed.detach().set_require_grad(trained)
        })
    }
}

#[cfg(test)]
mod tests {
    use burn::nn::LinearConfig;
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn weights_that_are_trained_are_averaged() {
        let device = Device::flex().autodiff();
        // The same parameters at another time of their training.
        let first = LinearConfig::new(2, 1).with_bias(false).init(&device);
        let linear = |value: f32| {
            let mut linear = first.clone();
            linear.weight = linear
                .weight
                .map(|weight| Tensor::full(weight.shape(), value, &device).set_require_grad(true));
            linear
        };
        let mean = blend(linear(1.0), &linear(3.0), 0.75);
        let mean = blend(mean, &linear(5.5), 0.5);
        let values: Vec<f32> = mean.weight.val().into_data().iter::<f32>().collect();
        assert_eq!(values, [3.5, 3.5]);
        assert!(mean.weight.val().is_require_grad());
    }

    #[test]
    fn first_weights_are_forgotten_within_a_short_run() {
        let left = |steps| (1..=steps).map(|step| decay_at(0.999, step)).product::<f64>();
        // With a constant decay 45 % would be left after 800 steps.
        assert!(left(800) < 1e-9, "{}", left(800));
        assert_eq!(decay_at(0.999, 100_000), 0.999);
        assert_eq!(decay_at(0.5, 30), 0.5);
    }
}
