//! A run's journal as tables.

use sim::tasks;

use super::checkpoint::Journal;
use crate::run::config::Config;
use crate::store::run_folder::RunFolder;
use crate::store::tables;
use crate::store::tables::{Training, Validation};

/// Writes the tables of training into a run's folder.
pub fn write(folder: &RunFolder, config: &Config, journal: &Journal) -> anyhow::Result<()> {
    let (run, arm, pairing) = (config.hash()?, config.arm(), config.pairing());
    let (tau, seed) = (config.align.tau, config.seed as i64);
    let training = journal.training.iter().map(|(phase, step, name, value)| Training {
        run: run.clone(),
        arm: arm.clone(),
        pairing: pairing.into(),
        tau,
        seed,
        phase: phase.name().into(),
        step: *step as i64,
        name: name.clone(),
        value: *value,
    });
    tables::write(&folder.table::<Training>(), &training.collect::<Vec<_>>())?;
    let validation = journal.validation.iter().map(|(phase, done, task, counts)| {
        let [transitions, position, rotation, gripper, collision, all, clips, recognised] = *counts;
        Validation {
            run: run.clone(),
            arm: arm.clone(),
            pairing: pairing.into(),
            tau,
            seed,
            phase: phase.name().into(),
            step: *done as i64,
            task: tasks::ALL[*task].name.into(),
            transitions,
            position,
            rotation,
            gripper,
            collision,
            all,
            clips,
            recognised,
        }
    });
    tables::write(&folder.table::<Validation>(), &validation.collect::<Vec<_>>())
}
