//! An evaluation as tables in the run's folder.

use std::path::Path;

use sim::action::Outcome;
use sim::tasks;

use super::closed::Played;
use crate::config::Config;
use crate::dataset;
use crate::loader::Loader;
use crate::sweep::plan::TABLES;
use crate::tables::{self, Episode, Recognition};
use crate::towers::Speech;
use crate::train::judge::Recognised;

/// Writes the tables `episodes` and `recognition`; `videos` are what was recognised.
pub fn record(
    folder: &Path,
    config: &Config,
    played: &[Played],
    seen: &[Recognised],
    videos: &Loader,
    speech: &Speech,
) -> anyhow::Result<()> {
    let folder = folder.join(TABLES);
    dataset::create_folder(&folder)?;
    let (run, arm, pairing) = (config.hash()?, config.arm(), config.pairing());
    let (tau, seed) = (config.align.tau, config.seed as i64);
    let episodes = played.iter().map(|one| Episode {
        run: run.clone(),
        arm: arm.clone(),
        pairing: pairing.into(),
        tau,
        seed,
        task: tasks::ALL[one.instruction.task].name.into(),
        variation: one.instruction.variation as i64,
        scene_seed: one.seed as i64,
        success: one.record.outcome == Outcome::Success,
        reason: one.record.outcome.name().into(),
        actions: one.record.actions.into(),
    });
    tables::write(&folder.join("episodes.parquet"), &episodes.collect::<Vec<_>>())?;
    let recognition = seen.iter().map(|one| Recognition {
        run: run.clone(),
        arm: arm.clone(),
        pairing: pairing.into(),
        tau,
        seed,
        task: tasks::ALL[one.truth.task].name.into(),
        variation: one.truth.variation as i64,
        scene_seed: videos.rows()[one.episode].seed as i64,
        predicted_task: tasks::ALL[one.guess.task].name.into(),
        predicted_variation: one.guess.variation as i64,
        hit_inst: speech.same(one.truth, one.guess),
        hit_within: speech.same(one.truth, one.within),
        hit_task: one.truth.task == one.guess.task,
    });
    tables::write(&folder.join("recognition.parquet"), &recognition.collect::<Vec<_>>())
}
