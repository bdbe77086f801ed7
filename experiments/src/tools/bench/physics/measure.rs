//! Everything that is measured of the simulator.

use super::{planning, slip, speed};
use crate::tools::bench::report::Bench;

/// Measures everything; `repeats` interleaved repeats of what is timed.
///
/// # Errors
/// When a scene cannot be simulated, which would be a defect of this program.
pub(in crate::tools::bench) fn run(repeats: usize) -> anyhow::Result<Bench> {
    let (mut metrics, mut text) = speed::measure(repeats)?;
    metrics.extend(planning::measure(repeats)?);
    let (slips, table) = slip::measure()?;
    metrics.extend(slips);
    text += &table;
    Ok(Bench { table: text, tabled: &["grasp_slip_mm/"], ..Bench::new("physics", metrics) })
}
