//! A prompt from the pixels around the waypoint.
//!
//! The published prompts are features of the map at the waypoint, mixed of four cells of several
//! centimetres each: how a handle or a bar is turned inside a cell is lost. A convolution over the
//! pixels keeps it. Our own measurement: `results/learning/log.md`.

use burn::module::{Module, Param};
use burn::tensor::{Tensor, activation};

use crate::nn::fused::{NEAR, TanhGelu, activate, surroundings};
use crate::nn::linear::Linear;
use crate::nn::weights::{Fill, Init};
use crate::policy::views::axes::VIEWS;
use crate::policy::views::crop::{CELL_VALUES, CELLS};

/// Channels after the first and the second convolution.
pub(super) const CHANNELS: [usize; 2] = [16, 32];
/// Cells of the first map that become one of the second, along a side.
pub(super) const STRIDE: usize = 2;
/// Cells along a side of the second map.
pub(super) const COARSE: usize = CELLS / STRIDE;
/// Hidden width of the feed-forward.
pub(super) const HIDDEN: usize = 128;

/// Two convolutions and a feed-forward, the same for the three views but for a shift.
#[derive(Module, Debug)]
pub struct Crop {
    /// Over 3 x 3 cells of 2 x 2 pixels of five channels: `[180, 16]` and bias. A kernel of 6 pixels
    /// and a stride of 2.
    pub conv1: Linear,
    /// Over 2 x 2 cells of 16 channels, stride 2: `[64, 32]` and bias.
    pub conv2: Linear,
    /// `[512, 128]` and bias.
    pub fc1: Linear,
    /// Added for each view before the activation, `[3, 128]`, first 0.
    pub view: Param<Tensor<2>>,
    /// `[128, width]` and bias.
    pub fc2: Linear,
}

impl Crop {
    /// Gives prompts of `width` numbers.
    pub fn new(init: &Init, width: usize) -> Self {
        let linear = |field: &str, from: usize, to: usize| {
            init.linear(field, [from, to], Fill::torch(from), Some(Fill::torch(from)))
        };
        Self {
            conv1: linear("conv1", NEAR * CELL_VALUES, CHANNELS[0]),
            conv2: linear("conv2", STRIDE * STRIDE * CHANNELS[0], CHANNELS[1]),
            fc1: linear("fc1", COARSE * COARSE * CHANNELS[1], HIDDEN),
            view: init.param("view", [VIEWS, HIDDEN], Fill::ZEROS),
            fc2: linear("fc2", HIDDEN, width),
        }
    }

    /// `[b * 3, 64, 20]` to what is added to each view's prompt at the waypoint, `[b, 3, width]`.
    pub fn forward(&self, crops: Tensor<3>) -> Tensor<3> {
        let [n, cells, values] = crops.dims();
        let near = surroundings(crops.reshape([n * cells, values]), CELLS);
        let x = activation::relu(self.conv1.forward(near));
        let x = x.reshape([n, COARSE, STRIDE, COARSE, STRIDE, CHANNELS[0]]).swap_dims(2, 3);
        let x = x.reshape([n * COARSE * COARSE, STRIDE * STRIDE * CHANNELS[0]]);
        let x = activation::relu(self.conv2.forward(x));
        let x = self.fc1.forward(x.reshape([n / VIEWS, VIEWS, COARSE * COARSE * CHANNELS[1]]));
        self.fc2.forward(activate::<TanhGelu, 3>(x + self.view.val().unsqueeze_dim(0)))
    }
}
