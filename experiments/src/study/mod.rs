//! Many runs: sweeps, where they are, reports and figures.

pub mod figure;
mod folder_kind;
pub mod plan;
pub mod report;
pub mod status;
pub mod sweep;
