//! What the optional parts of a policy read about the waypoint.

use burn::tensor::Tensor;

/// Samples taken about the waypoint on the host; each is there where a part of the policy reads it.
#[derive(Clone, Debug, Default)]
pub struct Local {
    /// Crops of the three fine pictures: `[b * 3, 64, 20]`, 8 x 8 cells of 2 x 2 pixels of five
    /// channels.
    pub crops: Option<Tensor<3>>,
    /// The first two columns of the hand's rotation matrix: `[b, 6]`.
    pub hand: Option<Tensor<2>>,
    /// What lies along each bin's direction, and how the hand is turned: `[b, 72, 64]`.
    pub ring: Option<Tensor<3>>,
}

impl Local {
    /// The crops.
    pub(super) fn crops(&self) -> Tensor<3> {
        self.crops.clone().expect("a policy with crops is given them")
    }

    /// The hand's rotation.
    pub(super) fn hand(&self) -> Tensor<2> {
        self.hand.clone().expect("a policy that reads the hand is given it")
    }

    /// The ring.
    pub(super) fn ring(&self) -> Tensor<3> {
        self.ring.clone().expect("a policy with a ring is given one")
    }
}
