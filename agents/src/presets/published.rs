//! The published networks, each a part of a preset or close to one.

use super::ladder::{ARP, PAPER_B, PAPER_L, RVT2};
use super::shape::{Policy, Video};

/// A published network.
#[derive(Clone, Debug)]
pub struct Published {
    /// What its authors call it.
    pub name: &'static str,
    /// Its shape.
    pub part: Part,
}

/// Which part of a preset a published network is.
#[derive(Clone, Debug)]
pub enum Part {
    /// A video-text model.
    Video(Video),
    /// A robot policy.
    Policy(Policy),
}

/// The published networks whose parameter counts are known.
pub const PUBLISHED: &[Published] = &[
    Published { name: "ViCLIP-B/16", part: Part::Video(PAPER_B.video) },
    Published { name: "ViCLIP-L/14", part: Part::Video(PAPER_L.video) },
    Published { name: "RVT-2", part: Part::Policy(RVT2) },
    Published { name: "ARP", part: Part::Policy(ARP) },
    Published { name: "ARP+", part: Part::Policy(PAPER_B.policy) },
];
