//! Many runs: sweeps, reports and figures.

pub mod figure;
pub mod report;
pub mod sweep;
