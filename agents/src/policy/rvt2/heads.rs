//! Rotation, gripper and collision bit from pooled features.

use burn::module::Module;
use burn::nn::LayerNorm;
use burn::tensor::{Int, Tensor, activation};

use crate::nn::fused::layer_norm;
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::multi_view::convex::Convex;
use crate::policy::observation::rotation::BINS;
use crate::policy::two_stage::features;
use crate::policy::views::axes::VIEWS;
use crate::presets;

/// Vectors that the heads read: of each view one at the waypoint and one of its largest values.
pub(super) const POOLED: usize = 2 * VIEWS;
/// Angles about x, y and z.
pub(super) const ANGLES: usize = 3;
/// Gripper and collision bit, two classes each.
pub(super) const BITS: usize = 2;
/// Added to the variance (PyTorch's default).
const EPSILON: f64 = 1e-5;

/// Three linear maps with ReLU between them: `2 * width` numbers, `width` numbers, classes (RVT-2).
#[derive(Module, Debug)]
pub struct Head {
    /// `[6 * width, 2 * width]` and bias.
    pub fc1: Linear,
    /// `[2 * width, width]` and bias.
    pub fc2: Linear,
    /// `[width, classes]` and bias.
    pub out: Linear,
}

impl Head {
    fn new(init: &Init, width: usize, classes: usize) -> Self {
        let linear = |field: &str, from: usize, to: usize| {
            let fill = Fill::torch(from);
            init.linear(field, [from, to], fill, Some(fill))
        };
        Self {
            fc1: linear("fc1", POOLED * width, 2 * width),
            fc2: linear("fc2", 2 * width, width),
            out: linear("out", width, classes),
        }
    }

    /// `[b, 6 * width]` to the last hidden state `[b, width]` and logits `[b, classes]`.
    fn forward(&self, x: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let x = activation::relu(self.fc1.forward(x));
        let hidden = activation::relu(self.fc2.forward(x));
        (hidden.clone(), self.out.forward(hidden))
    }
}

/// What the heads say about the discrete parts of an action.
#[derive(Clone, Debug)]
pub struct HeadOutput {
    /// `[b, 72]` for each angle, then `[b, 2]` for gripper and collision bit.
    pub logits: Vec<Tensor<2>>,
    /// The most probable classes, `[b, 5]`.
    pub classes: Tensor<2, Int>,
    /// Last hidden states of the four heads side by side, `[b, 4 * width]`.
    pub hidden: Tensor<2>,
}

/// The up-samplers of both stages and the heads of the action. Feature maps have `width = 2 * c` channels.
#[derive(Module, Debug)]
pub struct ActionHeads {
    /// Up-samplers of the coarse and the fine stage.
    pub upsample: Vec<Convex>,
    /// Before the heads of the angles, `[6 * width]`.
    pub norm: LayerNorm,
    /// Angles about x, y and z: 72 classes each.
    pub rotation: Vec<Head>,
    /// Gripper and collision bit: two classes each.
    pub bits: Head,
}

impl ActionHeads {
    /// Of the preset's shape.
    #[must_use]
    pub fn new(init: &Init, shape: &presets::Policy) -> Self {
        let width = shape.action;
        let upsample = |i| {
            let init = init.at("upsample").at(i);
            Convex::new(&init, width, shape.upsampler_width(), shape.patch)
        };
        let rotation = |i| Head::new(&init.at("rotation").at(i), width, BINS);
        Self {
            upsample: (0..2).map(upsample).collect(),
            norm: init.layer_norm(POOLED * width, EPSILON),
            rotation: (0..ANGLES).map(rotation).collect(),
            bits: Head::new(&init.at("bits"), width, 2 * BITS),
        }
    }

    /// The discrete parts of the action from `pooled` `[b, 6, width]`.
    ///
    /// Angles come one after the other, x, y, z, each from the features plus the embeddings of the angles
    /// before it: of those in `shown` `[b, 2 or more]` where it is given (teacher forcing), else of the
    /// most probable ones.
    #[must_use]
    pub fn forward(&self, pooled: Tensor<3>, shown: Option<&Tensor<2, Int>>) -> HeadOutput {
        let b = pooled.dims()[0];
        let flat = features::flat(pooled);
        let [_, width] = flat.dims();
        let bins = features::bins(width, &flat.device());
        let mut x = layer_norm(&self.norm, EPSILON, flat.clone());
        let (mut logits, mut hidden) = (Vec::new(), Vec::new());
        for (axis, head) in self.rotation.iter().enumerate() {
            if let Some(before) = axis.checked_sub(1) {
                let known = match shown {
                    Some(shown) => shown.clone().narrow(1, before, 1),
                    None => best(&logits[before]),
                };
                x = x + bins.clone().select(0, known.reshape([b]));
            }
            let (state, scores) = head.forward(x.clone());
            logits.push(scores);
            hidden.push(state);
        }
        let (state, scores) = self.bits.forward(flat);
        logits.extend((0..BITS).map(|bit| scores.clone().narrow(1, 2 * bit, 2)));
        hidden.push(state);
        let classes = Tensor::cat(logits.iter().map(best).collect(), 1);
        HeadOutput { logits, classes, hidden: Tensor::cat(hidden, 1) }
    }
}

/// The most probable class, `[b, 1]`.
fn best(logits: &Tensor<2>) -> Tensor<2, Int> {
    logits.clone().argmax(1)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::presets::TINY;

    #[test]
    fn angles_see_those_before_them_and_bits_none() {
        let (init, shape) = (Init::new(2, &Device::flex()), &TINY.policy);
        let heads = ActionHeads::new(&init, shape);
        let pooled = init.param("pooled", [3, POOLED, shape.action], Fill::Normal(1.0)).val();
        let free = heads.forward(pooled.clone(), None);
        let difference = |other: &HeadOutput| -> Vec<f32> {
            let pairs = free.logits.iter().zip(&other.logits);
            pairs.map(|(a, b)| (a.clone() - b.clone()).abs().max().into_scalar()).collect()
        };
        assert_eq!(free.classes.dims(), [3, ANGLES + BITS]);
        // The most probable angles shown: nothing changes.
        let same = heads.forward(pooled.clone(), Some(&free.classes));
        assert_eq!(difference(&same), [0.0; ANGLES + BITS]);
        // Another angle about x: those about y and z change. Another about z: nothing reads it.
        let shift = |axis: usize| {
            let other = free.classes.clone().narrow(1, axis, 1).add_scalar(1).remainder_scalar(72);
            let column = |i: usize| match i == axis {
                true => other.clone(),
                false => free.classes.clone().narrow(1, i, 1),
            };
            let shown = Tensor::cat((0..ANGLES + BITS).map(column).collect(), 1);
            difference(&heads.forward(pooled.clone(), Some(&shown)))
        };
        for (axis, changed) in
            [(0, [false, true, true]), (1, [false, false, true]), (2, [false; 3])]
        {
            let found = shift(axis);
            assert_eq!([0, 1, 2].map(|angle: usize| found[angle] > 0.0), changed, "{axis}");
            assert_eq!(found[ANGLES..], [0.0; BITS], "{axis}");
        }
    }
}
