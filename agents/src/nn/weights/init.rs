//! Initial weights that depend on the seed and on the parameter's path, and on nothing else.

use burn::module::{Param, ParamId};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{LayerNorm, LayerNormConfig, PaddingConfig2d};
use burn::tensor::{Device, Shape, Tensor, TensorData};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

use super::noise::gauss;

use crate::nn::linear::Linear;

/// How the elements of a new parameter are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fill {
    /// Every element is this.
    Value(f32),
    /// The elements themselves, as many as the shape holds.
    List(&'static [f32]),
    /// Normal around zero with this standard deviation.
    Normal(f64),
    /// Uniform between minus and plus this bound.
    Uniform(f64),
}

impl Fill {
    /// All zeros.
    pub const ZEROS: Self = Self::Value(0.0);
    /// All ones.
    pub const ONES: Self = Self::Value(1.0);

    /// Glorot and Bengio's uniform bound, `sqrt(6 / (d_in + d_out))`.
    #[must_use]
    pub fn xavier(d_in: usize, d_out: usize) -> Self {
        Self::Uniform((6.0 / (d_in + d_out) as f64).sqrt())
    }

    /// What PyTorch does for linear and convolution layers, weight and bias alike:
    /// uniform with bound `1 / sqrt(fan_in)`.
    #[must_use]
    pub fn torch(fan_in: usize) -> Self {
        Self::Uniform(1.0 / (fan_in as f64).sqrt())
    }

    fn draw(self, count: usize, key: [u8; 32]) -> Vec<f32> {
        let mut rng = ChaCha8Rng::from_seed(key);
        match self {
            Self::Value(value) => vec![value; count],
            Self::List(values) => {
                assert_eq!(values.len(), count, "a parameter of this shape");
                values.to_vec()
            }
            Self::Uniform(bound) => {
                (0..count).map(|_| ((rng.random::<f64>() * 2.0 - 1.0) * bound) as f32).collect()
            }
            Self::Normal(deviation) => {
                let mut values = Vec::with_capacity(count + 1);
                while values.len() < count {
                    values.extend(gauss(&mut rng).map(|x| (x * deviation) as f32));
                }
                values.truncate(count);
                values
            }
        }
    }
}

/// Makes the parameters of a module; knows the seed, the path so far, and the device.
///
/// Paths are the field names of the modules joined by dots, the same that name tensors in weight
/// files. Parameters are lazy: one that is loaded from a file before its first use is never drawn.
#[derive(Clone, Debug)]
pub struct Init {
    seed: u64,
    path: String,
    device: Device,
}

impl Init {
    /// At the root of a model. The same seed gives the same weights on every device.
    #[must_use]
    pub fn new(seed: u64, device: &Device) -> Self {
        Self { seed, path: String::new(), device: device.clone() }
    }

    /// One field deeper.
    #[must_use]
    pub fn at(&self, field: impl std::fmt::Display) -> Self {
        let path = match self.path.as_str() {
            "" => field.to_string(),
            path => format!("{path}.{field}"),
        };
        Self { seed: self.seed, path, device: self.device.clone() }
    }

    /// Where the parameters are made.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// A trainable parameter of this shape in the field `field`.
    #[must_use]
    pub fn param<const D: usize>(
        &self,
        field: &str,
        shape: [usize; D],
        fill: Fill,
    ) -> Param<Tensor<D>> {
        let key = self.at(field).key();
        let shape = Shape::from(shape);
        let size = shape.clone();
        Param::uninitialized(
            ParamId::new(),
            move |device, trained| {
                let values = fill.draw(size.num_elements(), key);
                let tensor = Tensor::from_data(TensorData::new(values, size), device);
                if trained { tensor.require_grad() } else { tensor }
            },
            self.device.clone(),
            true,
            shape,
        )
    }

    /// `[.., d_in] -> [.., d_out]`, weight `[d_in, d_out]`, bias `[d_out]` where one is asked for.
    #[must_use]
    pub fn linear(
        &self,
        field: &str,
        [d_in, d_out]: [usize; 2],
        weight: Fill,
        bias: Option<Fill>,
    ) -> Linear {
        let inside = self.at(field);
        Linear {
            weight: inside.param("weight", [d_in, d_out], weight),
            bias: bias.map(|bias| inside.param("bias", [d_out], bias)),
        }
    }

    /// `[.., width] -> [.., width]` with scale one and shift zero; `epsilon` is added to the variance.
    #[must_use]
    pub fn layer_norm(&self, width: usize, epsilon: f64) -> LayerNorm {
        LayerNormConfig::new(width).with_epsilon(epsilon).init(&self.device)
    }

    /// `[batch, c_in, h, w] -> [batch, c_out, h', w']` with a square kernel and PyTorch's first weights.
    #[must_use]
    pub fn conv2d(
        &self,
        field: &str,
        [c_in, c_out]: [usize; 2],
        kernel: usize,
        stride: usize,
        padding: PaddingConfig2d,
    ) -> Conv2d {
        let inside = self.at(field);
        let fill = Fill::torch(c_in * kernel * kernel);
        // The configuration's own weights are lazy and never drawn.
        let mut conv = Conv2dConfig::new([c_in, c_out], [kernel, kernel])
            .with_stride([stride, stride])
            .with_padding(padding)
            .init(&self.device);
        conv.weight = inside.param("weight", [c_out, c_in, kernel, kernel], fill);
        conv.bias = Some(inside.param("bias", [c_out], fill));
        conv
    }

    fn key(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("mirror initial weights");
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(self.path.as_bytes());
        *hasher.finalize().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(init: &Init, field: &str, fill: Fill) -> Vec<f32> {
        init.param(field, [100, 100], fill).val().into_data().try_to_vec().unwrap()
    }

    #[test]
    fn weights_depend_on_seed_and_path_only() {
        let init = Init::new(1, &Device::flex());
        let normal = Fill::Normal(0.02);
        let first = values(&init.at("a").at("b"), "w", normal);
        assert_eq!(first, values(&init.at("a.b"), "w", normal));
        assert_ne!(first, values(&init.at("a"), "w", normal));
        assert_ne!(first, values(&Init::new(2, &Device::flex()).at("a.b"), "w", normal));
    }

    #[test]
    fn draws_have_the_asked_spread() {
        let init = Init::new(3, &Device::flex());
        let spread = |values: &[f32]| {
            let mean = values.iter().sum::<f32>() / values.len() as f32;
            (values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / values.len() as f32).sqrt()
        };
        let normal = spread(&values(&init, "n", Fill::Normal(0.5)));
        assert!((normal - 0.5).abs() < 0.02, "{normal}");
        // A uniform distribution on [-b, b] has standard deviation b / sqrt 3.
        let uniform = spread(&values(&init, "u", Fill::xavier(100, 50)));
        assert!((uniform - (0.2_f32 / 3.0_f32.sqrt())).abs() < 0.003, "{uniform}");
    }
}
