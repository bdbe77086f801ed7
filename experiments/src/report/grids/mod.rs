//! The tables of a report as readers see them.

mod arms;
mod tasks;
mod training;

pub(super) use arms::{ablation, cells, comparisons, find};
pub(super) use tasks::{correlations, gains, hits, tasks};
pub(super) use training::{curves, training};
