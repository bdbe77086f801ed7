//! Runs: settings, models, training, evaluation, offline judgement, rollouts, probes, export.

pub mod bounds;
pub mod config;
pub mod evaluate;
pub mod export;
pub mod jobs;
pub mod judge;
pub mod models;
pub mod probe;
pub mod rollout;
pub mod train;
pub mod weights;
