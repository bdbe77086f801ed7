//! The models in burn: `seeing` (ViCLIP), `doing` (ARP) and `mirror` (their alignment).

pub mod contrast;
pub mod count;
pub mod device;
pub mod doing;
mod fused;
mod linear;
pub mod mirror;
pub mod preset;
pub mod seeing;
pub mod training;
pub mod weights;
