//! Runs: settings, models, training and where it is, evaluation, offline judgement, rollouts, probes,
//! export.

pub mod bounds;
pub mod config;
pub mod evaluate;
pub mod export;
pub mod jobs;
pub mod judge;
pub mod models;
pub mod probe;
pub mod rollout;
pub mod status;
pub mod train;
pub mod weights;
