//! Many runs: sweeps, reports and figures.

pub mod figure;
pub mod plan;
pub mod report;
pub mod sweep;
