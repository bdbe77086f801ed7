//! The tables of a report as readers see them.

mod arms;
mod probe;
mod tasks;
mod training;

pub(super) use arms::{ablation, cells, comparisons, find};
pub(super) use probe::probe;
pub(super) use tasks::{correlations, gains, hits, tasks};
pub(super) use training::{curves, training};
