//! What the optional parts of a policy read about the waypoint, sampled on the host.

use burn::tensor::{Device, Tensor, TensorData};

use super::axes::VIEWS;
use super::crop::{CELL_VALUES, CELLS, CROPS, crops};
use super::net::{HAND, Local};
use super::render::Renderer;
use super::ring::{RING, RING_VALUES, ring};
use super::rotation::{self, BINS};
use crate::presets;

/// The samples of a batch; nothing where no part of the policy reads them.
#[derive(Clone, Debug)]
pub(super) struct Samples {
    crops: Vec<f32>,
    hand: Vec<f32>,
    ring: Vec<f32>,
    size: usize,
}

/// What one sample fills of them.
pub(super) struct Room<'a> {
    crops: &'a mut [f32],
    hand: &'a mut [f32],
    ring: &'a mut [f32],
}

impl Samples {
    /// Zeros for `size` samples of a policy of this shape.
    pub(super) fn new(shape: &presets::Policy, size: usize) -> Self {
        let room = |wanted: bool, each: usize| vec![0.0; if wanted { size * each } else { 0 }];
        let has = shape.extensions;
        Self {
            crops: room(has.crop, CROPS),
            hand: room(has.hand, HAND),
            ring: room(has.yaw, RING),
            size,
        }
    }

    /// Every sample's part.
    pub(super) fn rooms(&mut self) -> Vec<Room<'_>> {
        let mut crops = self.crops.chunks_exact_mut(CROPS);
        let mut hand = self.hand.chunks_exact_mut(HAND);
        let mut ring = self.ring.chunks_exact_mut(RING);
        let mut room = || Room {
            crops: crops.next().unwrap_or_default(),
            hand: hand.next().unwrap_or_default(),
            ring: ring.next().unwrap_or_default(),
        };
        (0..self.size).map(|_| room()).collect()
    }

    /// The samples on a device.
    pub(super) fn into_local(self, device: &Device) -> Local {
        let b = self.size;
        fn sent<const D: usize>(
            values: Vec<f32>,
            shape: [usize; D],
            device: &Device,
        ) -> Option<Tensor<D>> {
            let there = !values.is_empty();
            there.then(|| Tensor::from_data(TensorData::new(values, shape), device))
        }
        Local {
            crops: sent(self.crops, [b * VIEWS, CELLS * CELLS, CELL_VALUES], device),
            hand: sent(self.hand, [b, HAND], device),
            ring: sent(self.ring, [b, BINS, RING_VALUES], device),
        }
    }
}

impl Room<'_> {
    /// Samples about `point`, in the fine window's coordinates, from the fine pictures `image`; `hand`
    /// is the hand's rotation in the scene that they show, a unit quaternion.
    pub(super) fn fill(self, renderer: &Renderer, image: &[f32], point: [f32; 3], hand: [f32; 4]) {
        if !self.crops.is_empty() {
            crops(renderer, image, point, self.crops);
        }
        let matrix = rotation::matrix(hand);
        let columns = [0, 1].into_iter().flat_map(|column| matrix.map(|row| row[column]));
        self.hand.iter_mut().zip(columns).for_each(|(room, value)| *room = value);
        if !self.ring.is_empty() {
            ring(renderer, image, point, hand, self.ring);
        }
    }
}
