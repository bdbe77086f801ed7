//! The models in burn: `seeing` (ViCLIP), `doing` (ARP) and `mirror` (their alignment).

pub mod doing;
pub mod preset;
pub mod training;
pub mod weights;
