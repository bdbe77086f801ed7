//! What the optional parts of a policy read about the waypoint: sampled on the host, read on the device.

use burn::tensor::{Device, Tensor, TensorData};

use crate::policy::observation::rotation::BINS;
use crate::policy::views::axes::VIEWS;
use crate::policy::views::crop::{CELL_VALUES, CELLS, CROPS, crops};
use crate::policy::views::render::Renderer;
use crate::policy::views::ring::{RING, RING_VALUES, ring};
use crate::presets;

/// Samples taken about the waypoint; each is there where a part of the policy reads it.
#[derive(Clone, Debug, Default)]
pub struct Local {
    /// Crops of the three fine pictures: `[b * 3, 64, 20]`, 8 x 8 cells of 2 x 2 pixels of five
    /// channels.
    pub crops: Option<Tensor<3>>,
    /// What lies along each bin's direction, and how the hand is turned: `[b, 72, 64]`.
    pub ring: Option<Tensor<3>>,
}

impl Local {
    /// The crops.
    pub(crate) fn crops(&self) -> Tensor<3> {
        self.crops.clone().expect("a policy with crops is given them")
    }

    /// The ring.
    pub(crate) fn ring(&self) -> Tensor<3> {
        self.ring.clone().expect("a policy with a ring is given one")
    }
}

/// The samples of a batch; nothing where no part of the policy reads them.
#[derive(Clone, Debug)]
pub(crate) struct LocalSamples {
    crops: Vec<f32>,
    ring: Vec<f32>,
    size: usize,
}

/// What one sample fills of them.
pub(crate) struct LocalSlots<'a> {
    crops: &'a mut [f32],
    ring: &'a mut [f32],
}

impl LocalSamples {
    /// Zeros for `size` samples of a policy of this shape.
    pub(crate) fn new(shape: &presets::Policy, size: usize) -> Self {
        let zeros = |wanted: bool, each: usize| vec![0.0; if wanted { size * each } else { 0 }];
        let has = shape.extensions;
        Self { crops: zeros(has.crop, CROPS), ring: zeros(has.yaw, RING), size }
    }

    /// Every sample's part.
    pub(crate) fn slots(&mut self) -> Vec<LocalSlots<'_>> {
        let mut crops = self.crops.chunks_exact_mut(CROPS);
        let mut ring = self.ring.chunks_exact_mut(RING);
        let mut slots = || LocalSlots {
            crops: crops.next().unwrap_or_default(),
            ring: ring.next().unwrap_or_default(),
        };
        (0..self.size).map(|_| slots()).collect()
    }

    /// The samples on a device.
    pub(crate) fn into_local(self, device: &Device) -> Local {
        let b = self.size;
        Local {
            crops: sent(self.crops, [b * VIEWS, CELLS * CELLS, CELL_VALUES], device),
            ring: sent(self.ring, [b, BINS, RING_VALUES], device),
        }
    }
}

impl LocalSlots<'_> {
    /// Takes the samples about `point`, in the fine window's coordinates, from the fine pictures `image`; `hand`
    /// is the hand's rotation in the scene that they show, a unit quaternion.
    pub(crate) fn fill(self, renderer: &Renderer, image: &[f32], point: [f32; 3], hand: [f32; 4]) {
        if !self.crops.is_empty() {
            crops(renderer, image, point, self.crops);
        }
        if !self.ring.is_empty() {
            ring(renderer, image, point, hand, self.ring);
        }
    }
}

/// Values on a device; nothing where there are none.
fn sent<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Option<Tensor<D>> {
    let there = !values.is_empty();
    there.then(|| Tensor::from_data(TensorData::new(values, shape), device))
}
