//! One run: settings, training, evaluation, rollouts, probing, export.

pub mod bounds;
pub mod config;
pub mod evaluate;
pub mod export;
pub mod models;
pub mod probe;
pub mod rollout;
pub mod train;
