//! An evaluation as files in a folder.

use std::path::Path;
use std::time::Duration;

use sim::robot::action::Outcome;
use sim::tasks;

use super::closed::Played;
use super::info::Info;
use crate::data::loader::Loader;
use crate::run::config::Config;
use crate::run::models::Instructions;
use crate::run::train::judge::Recognised;
use crate::store::dataset;
use crate::store::tables;
use crate::store::tables::{Episode, Recognition};

/// Name of the file for LeRobot's scripts.
const INFO: &str = "eval_info.json";

/// Name of the table of episodes.
pub const EPISODES: &str = "episodes.parquet";

/// Name of the same table while episodes are being played, for those who watch; gone at the end.
pub const PLAYING: &str = "playing.parquet";

/// What an evaluation consists of.
pub struct Evaluation<'a> {
    /// Episodes in closed loop.
    pub played: Vec<Played>,
    /// Where the film of each lies below the folder, where there is one.
    pub films: Vec<Option<String>>,
    /// Videos, and what they were taken for.
    pub seen: Vec<Recognised>,
    /// The dataset of the videos.
    pub videos: &'a Loader,
    /// What playing took; none where the same settings must give the same bytes.
    pub took: Option<Duration>,
}

/// Writes the tables `episodes` and `recognition`, and `eval_info.json` as LeRobot's scripts read it.
pub fn record(
    folder: &Path,
    config: &Config,
    evaluation: &Evaluation<'_>,
    instructions: &Instructions,
) -> anyhow::Result<()> {
    let Evaluation { played, films, seen, videos, took } = evaluation;
    dataset::create_folder(folder)?;
    let (run, arm, pairing) = (config.hash()?, config.arm(), config.pairing());
    let (tau, seed) = (config.align.tau, config.seed as i64);
    tables::write(&folder.join(EPISODES), &episodes(config, played, films)?)?;
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
        hit_inst: instructions.same(one.truth, one.guess),
        hit_within: instructions.same(one.truth, one.within),
        hit_task: one.truth.task == one.guess.task,
    });
    tables::write(&folder.join("recognition.parquet"), &recognition.collect::<Vec<_>>())?;
    let info = Info::new(played, films, *took).to_json()?;
    dataset::write(&folder.join(INFO), info.as_bytes())
}

/// Writes the episodes that are over.
pub(super) fn so_far(path: &Path, config: &Config, played: &[Played]) -> anyhow::Result<()> {
    tables::write(path, &episodes(config, played, &vec![None; played.len()])?)
}

fn episodes(
    config: &Config,
    played: &[Played],
    films: &[Option<String>],
) -> anyhow::Result<Vec<Episode>> {
    let run = config.hash()?;
    let row = |(one, film): (&Played, &Option<String>)| Episode {
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
