//! Integration tests of the whole program, one module per promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod actions;
mod alignment;
mod arm;
mod batch;
#[cfg(feature = "bevy")]
mod bevy;
mod binary;
mod cli;
mod commands;
mod conformance;
mod datasets;
mod determinism;
mod documents;
mod encoders;
mod evals;
mod extending;
mod faults;
mod features;
mod glitches;
mod goldens;
mod gpu;
mod grasp;
mod heart;
mod judge;
mod layers;
mod licences;
mod logs;
mod metrics;
mod models;
mod modules;
mod nineteenth;
mod oracle;
mod policies;
mod runs;
mod study;
mod sweeps;
mod tasks;
mod traps;
mod viclip;
#[cfg(feature = "viewer")]
mod viewer;
