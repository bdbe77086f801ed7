//! The models in burn: `video` (ViCLIP), `policy` (ARP) and their `alignment`.

pub mod alignment;
pub mod count;
pub mod nn;
pub mod policy;
pub mod presets;
pub mod video;
