//! `mirror bench`: each target measures some metrics; the report around them is the same for all.

#[cfg(feature = "bevy")]
mod bevy;
mod collect;
mod command;
mod learn;
mod mjcf;
mod mujoco;
mod physics;
mod products;
mod python;
mod pytorch;
mod render;
mod report;
mod train;
mod viewer;

pub use command::{BenchArguments, BenchTarget, run};
pub use report::{Bench, Metric};
