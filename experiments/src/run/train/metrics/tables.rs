//! A run's journal as tables.

use super::entry::Entry;
use super::journal::Journal;
use crate::run::config::Config;
use crate::store::run_folder::RunFolder;
use crate::store::tables;
use crate::store::tables::{Training, Validation};

/// Writes the tables of training into a run's folder.
pub fn write(folder: &RunFolder, config: &Config, journal: &Journal) -> anyhow::Result<()> {
    let (run, arm, pairing) = (config.hash()?, config.arm(), config.pairing());
    let (tau, seed) = (config.align.tau, config.seed as i64);
    let (mut training, mut validation) = (Vec::new(), Vec::new());
    for Entry { phase, step, readings, validation: counts } in &journal.entries {
        let step = *step as i64;
        training.extend(readings.iter().map(|(name, value)| Training {
            run: run.clone(),
            arm: arm.clone(),
            pairing: pairing.into(),
            tau,
            seed,
            phase: phase.name().into(),
            step,
            name: name.clone(),
            value: value.map_or(f64::NAN, f64::from),
        }));
        validation.extend(counts.iter().cloned().map(|counts| Validation {
            run: run.clone(),
            arm: arm.clone(),
            pairing: pairing.into(),
            tau,
            seed,
            phase: phase.name().into(),
            step,
            task: counts.task,
            transitions: counts.transitions,
            position: counts.position,
            rotation: counts.rotation,
            gripper: counts.gripper,
            collision: counts.collision,
            all: counts.all,
            clips: counts.clips,
            recognised: counts.recognised,
        }));
    }
    tables::write(&folder.table::<Training>(), &training)?;
    tables::write(&folder.table::<Validation>(), &validation)
}
