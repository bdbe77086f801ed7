//! The four published networks, each a part of a preset or close to one.

use super::ladder::{ARP, PAPER_B, PAPER_L};
use super::shape::{Doing, Seeing};

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
    Seeing(Seeing),
    /// A robot policy.
    Doing(Doing),
}

/// The published networks whose parameter counts are known.
pub const PUBLISHED: &[Published] = &[
    Published { name: "ViCLIP-B/16", part: Part::Seeing(PAPER_B.seeing) },
    Published { name: "ViCLIP-L/14", part: Part::Seeing(PAPER_L.seeing) },
    Published { name: "ARP", part: Part::Doing(ARP) },
    Published { name: "ARP+", part: Part::Doing(PAPER_B.doing) },
];
