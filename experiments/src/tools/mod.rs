//! Commands beside training: benchmarks, films, the viewer, lists, and the check of a machine.

pub mod bench;
pub mod doctor;
pub mod embed;
pub mod models;
pub mod tasks;
pub mod video;
pub mod watch;
