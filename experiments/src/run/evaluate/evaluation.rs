//! Judging a run: the one way, for `mirror eval` and for the cells of a study.

use std::time::Instant;

use sim::episode::rollout::Job;

use super::closed::{PlayedEpisode, play};
use super::film;
use super::policy::Policy;
use super::record::{Evaluation, record, record_so_far};
use crate::cli::flags::Renderer;
use crate::run::train::Pairs;
use crate::run::train::judge;
use crate::store::file;
use crate::store::lock::Lock;
use crate::store::run_folder::EvaluationFolder;

/// How a run is judged.
#[derive(Clone, Copy, Debug)]
pub struct EvaluationOptions {
    /// What draws what the policy sees.
    pub renderer: Renderer,
    /// Failures of each task that are filmed.
    pub films: usize,
    /// Whether the time is written down; not where the same settings must give the same bytes.
    pub timed: bool,
    /// When to stop.
    pub deadline: Option<Instant>,
}

/// Plays `jobs` in closed loop, lets the run recognise the videos of `shown`, and writes both down in
/// `folder`; `None` when time was up before.
///
/// # Errors
/// When something cannot be played or drawn, or the folder cannot be written.
pub fn evaluate(
    policy: &Policy,
    jobs: &[Job],
    shown: &Pairs,
    options: EvaluationOptions,
    folder: &EvaluationFolder,
) -> anyhow::Result<Option<Evaluation>> {
    let EvaluationOptions { renderer, films, timed, deadline } = options;
    let Policy { config, shape, models, instructions } = policy;
    file::create_folder(folder.path())?;
    let _lock = Lock::take(&folder.lock())?;
    file::remove_temporary(folder.path())?;
    let begun = Instant::now();
    let tell = &mut |played: &[PlayedEpisode]| record_so_far(folder, config, played);
    let Some(played) = play(policy, jobs, policy.conditions(renderer), deadline, tell)? else {
        return Ok(None);
    };
    let took = timed.then(|| begun.elapsed());
    // A video encoder that never learned would only be seen guessing.
    let seen = match config.train.towers.video() {
        true => judge::recognise(models, shown, shape)?,
        false => Vec::new(),
    };
    let films = film::films(folder.path(), &played, config, instructions, films)?;
    let evaluation = Evaluation { played, films, seen, took };
    record(folder, config, &evaluation, shown)?;
    file::remove(&folder.playing())?;
    Ok(Some(evaluation))
}
