//! What an evaluation found, and its files.

use std::time::Duration;

use sim::robot::action::Outcome;
use sim::tasks;

use super::closed::PlayedEpisode;
use super::eval_info::EvalInfo;
use crate::run::config::Config;
use crate::run::train::Pairs;
use crate::run::train::judge::Recognised;
use crate::store::file;
use crate::store::run_folder::EvaluationFolder;
use crate::store::tables;
use crate::store::tables::{Episode, Recognition};

/// What an evaluation found.
pub struct Evaluation {
    /// Episodes in closed loop.
    pub played: Vec<PlayedEpisode>,
    /// Where the film of each lies below the folder, where there is one.
    pub films: Vec<Option<String>>,
    /// Videos, and what they were taken for.
    pub seen: Vec<Recognised>,
    /// What playing took, where that is to be written down.
    pub took: Option<Duration>,
}

/// Writes the tables `episodes` and `recognition`, and `eval_info.json` as LeRobot's scripts read it.
pub(super) fn record(
    folder: &EvaluationFolder,
    config: &Config,
    evaluation: &Evaluation,
    shown: &Pairs,
) -> anyhow::Result<()> {
    let Evaluation { played, films, seen, took } = evaluation;
    let (videos, instructions) = (shown.loader.rows(), &shown.instructions);
    let (run, arm, pairing) = (config.hash()?, config.arm(), config.pairing());
    let (tau, seed) = (config.align.tau, config.seed as i64);
    tables::write(&folder.table::<Episode>(), &episodes(config, played, films)?)?;
    let recognition = seen.iter().map(|one| Recognition {
        run: run.clone(),
        arm: arm.clone(),
        pairing: pairing.into(),
        tau,
        seed,
        task: tasks::ALL[one.truth.task].name.into(),
        variation: one.truth.variation as i64,
        scene_seed: videos[one.episode].seed as i64,
        predicted_task: tasks::ALL[one.guess.task].name.into(),
        predicted_variation: one.guess.variation as i64,
        hit_inst: instructions.same(one.truth, one.guess),
        hit_within: instructions.same(one.truth, one.within),
        hit_task: one.truth.task == one.guess.task,
    });
    tables::write(&folder.table::<Recognition>(), &recognition.collect::<Vec<_>>())?;
    let info = EvalInfo::new(played, films, *took).to_json()?;
    file::write(&folder.info(), info.as_bytes())
}

/// Writes the episodes that are over.
pub(super) fn record_so_far(
    folder: &EvaluationFolder,
    config: &Config,
    played: &[PlayedEpisode],
) -> anyhow::Result<()> {
    tables::write(&folder.playing(), &episodes(config, played, &vec![None; played.len()])?)
}

fn episodes(
    config: &Config,
    played: &[PlayedEpisode],
    films: &[Option<String>],
) -> anyhow::Result<Vec<Episode>> {
    let run = config.hash()?;
    let row = |(one, film): (&PlayedEpisode, &Option<String>)| Episode {
        run: run.clone(),
        arm: config.arm(),
        pairing: config.pairing().into(),
        tau: config.align.tau,
        seed: config.seed as i64,
        task: tasks::ALL[one.instruction.task].name.into(),
        variation: one.instruction.variation as i64,
        scene_seed: one.seed as i64,
        success: one.record.outcome == Outcome::Success,
        reason: one.record.outcome.name().into(),
        actions: one.record.actions.into(),
        film: film.clone(),
    };
    Ok(played.iter().zip(films).map(row).collect())
}
