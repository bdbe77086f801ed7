//! Noise of training: drawn on the host from (seed, step, sample, purpose), never from a backend.

use burn::tensor::{Device, Shape, Tensor, TensorData};
use rand::rngs::ChaCha8Rng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};

/// The generator for one purpose in one sample of one step; the same arguments, the same numbers.
#[must_use]
pub fn stream(seed: u64, step: u64, sample: u64, purpose: &str) -> ChaCha8Rng {
    let mut hasher = blake3::Hasher::new_derive_key("mirror training noise");
    for number in [seed, step, sample] {
        hasher.update(&number.to_le_bytes());
    }
    hasher.update(purpose.as_bytes());
    ChaCha8Rng::from_seed(*hasher.finalize().as_bytes())
}

/// Two independent numbers of the standard normal distribution (Box and Muller).
pub(crate) fn gauss(rng: &mut ChaCha8Rng) -> [f64; 2] {
    // In (0, 1], so that the logarithm exists.
    let radius = (-2.0 * libm::log(1.0 - rng.random::<f64>())).sqrt();
    let angle = 2.0 * std::f64::consts::PI * rng.random::<f64>();
    [radius * libm::cos(angle), radius * libm::sin(angle)]
}

/// The noise of one training step. Sample `i` of a batch draws from its own streams, so that what it
/// gets does not depend on who else is in the batch.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    seed: u64,
    step: u64,
}

impl Noise {
    /// Noise of step `step` of the run with seed `seed`.
    #[must_use]
    pub fn new(seed: u64, step: u64) -> Self {
        Self { seed, step }
    }

    /// The generator of sample `sample` for `purpose`.
    #[must_use]
    pub fn stream(&self, sample: usize, purpose: &str) -> ChaCha8Rng {
        stream(self.seed, self.step, sample as u64, purpose)
    }

    /// A dropout mask: `1 / (1 - rate)` with probability `1 - rate`, else 0; the first axis of `shape`
    /// counts the samples. Multiply by it. `purpose` names the layer.
    #[must_use]
    pub fn dropout<const D: usize>(
        &self,
        shape: [usize; D],
        rate: f64,
        purpose: &str,
        device: &Device,
    ) -> Tensor<D> {
        let each = shape[1..].iter().product();
        let mut values = Vec::with_capacity(shape[0] * each);
        let scale = (1.0 / (1.0 - rate)) as f32;
        let threshold = (rate * 2.0_f64.powi(32)) as u32;
        for sample in 0..shape[0] {
            let mut rng = self.stream(sample, purpose);
            values.extend((0..each).map(|_| match rng.next_u32() >= threshold {
                true => scale,
                false => 0.0,
            }));
        }
        Tensor::from_data(TensorData::new(values, Shape::from(shape)), device)
    }

    /// A drop-path mask `[batch, 1, 1]`: whole residual branches vanish for some samples.
    #[must_use]
    pub fn drop_path(&self, batch: usize, rate: f64, purpose: &str, device: &Device) -> Tensor<3> {
        self.dropout([batch, 1, 1], rate, purpose, device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(noise: Noise, batch: usize, purpose: &str) -> Vec<f32> {
        let mask = noise.dropout([batch, 5, 200], 0.2, purpose, &Device::flex());
        mask.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn masks_keep_the_mean_and_belong_to_the_sample() {
        let noise = Noise::new(7, 3);
        let values = mask(noise, 8, "a");
        let kept = values.iter().filter(|&&v| v == 1.25).count();
        assert_eq!(kept + values.iter().filter(|&&v| v == 0.0).count(), 8000);
        // Binomial(8000, 0.8): standard deviation 36.
        assert!((6400 - 150..6400 + 150).contains(&kept), "{kept}");
        assert_eq!(mask(noise, 2, "a")[..], values[..2000]);
        assert_ne!(mask(noise, 8, "b"), values);
        assert_ne!(mask(Noise::new(7, 4), 8, "a"), values);
    }
}
