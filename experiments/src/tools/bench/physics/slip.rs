//! How far objects slip in the hand.

use rayon::prelude::*;
use sim::robot::GraspMode;
use sim::trial::{GraspTrial, Phase, grasp_trial, test_objects};

use crate::cli::table::Table;
use crate::tools::bench::report::Metric;

/// One metric per mode, object and phase, and the same as a table.
pub(super) fn measure() -> anyhow::Result<(Vec<Metric>, String)> {
    let mut metrics = Vec::new();
    let mut text = String::new();
    for (name, mode) in [("friction", GraspMode::Friction), ("assist", GraspMode::Assist)] {
        let trials = test_objects()
            .par_iter()
            .map(|test_object| grasp_trial(test_object, mode))
            .collect::<Result<Vec<GraspTrial>, _>>()?;
        for trial in &trials {
            metrics.extend(trial.readings.iter().map(|reading| {
                let (test_object, phase) = (&trial.test_object, reading.phase.name());
                let name = format!("grasp_slip_mm/{name}/{test_object}/{phase}");
                Metric::new(name, reading.slip.distance.into(), "mm")
            }));
        }
        text += &format!("\nslip in the hand, mm (turn in degrees): {name}\n{}", table(&trials));
    }
    Ok((metrics, text))
}

fn table(trials: &[GraspTrial]) -> Table {
    let mut table = (1..=Phase::ALL.len()).fold(Table::new().indent(2), Table::right);
    let heads: Vec<&str> = core::iter::once("").chain(Phase::ALL.map(Phase::name)).collect();
    table.cells(&heads);
    for trial in trials {
        let cells: Vec<String> =
            core::iter::once(trial.test_object.clone())
                .chain(trial.readings.iter().map(|reading| {
                    format!("{:.2} ({:.1})", reading.slip.distance, reading.slip.turn)
                }))
                .collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        table.cells(&cells);
    }
    table
}
