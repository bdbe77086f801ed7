//! The models in burn: `seeing` (ViCLIP), `doing` (ARP) and `mirror` (their alignment).

pub mod alignment;
pub mod count;
pub mod nn;
pub mod policy;
pub mod presets;
pub mod video;
