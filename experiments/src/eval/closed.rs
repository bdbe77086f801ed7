//! Closed loop: the policy sees, decides and acts until the task is done or the episode is over.

use agents::doing::{Studio, Tap, Workspace};
use agents::preset::Preset;
use anyhow::Context as _;
use rayon::prelude::*;
use sim::action::Outcome;
use sim::camera::{Camera, rlbench_cameras};
use sim::fleet::Fleet;
use sim::rollout::Job;
use sim::scene_file::SceneFile;

use crate::config::Config;
use crate::loader::VIEWS;
use crate::progress::Progress;
use crate::towers::{Instruction, Speech, Towers, action, observation};

/// Episodes that are in one batch of the policy (default 25): bounds memory. Part of the result, since
/// arithmetic may depend on the size of a batch.
const TOGETHER: usize = 25;

/// An episode that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// What it was.
    pub instruction: Instruction,
    /// Seed of its scene.
    pub seed: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Actions taken.
    pub actions: u32,
}

/// Plays every job, in order. The result does not depend on the number of threads.
pub fn play(
    towers: &Towers,
    speech: &Speech,
    config: &Config,
    shape: &Preset,
    jobs: &[Job],
) -> anyhow::Result<Vec<Played>> {
    let cameras = cameras()?;
    let studio = Studio::new(&shape.doing, Workspace::default());
    let tap = Tap::default();
    let progress = Progress::new(jobs.len(), "episodes");
    let mut played = Vec::with_capacity(jobs.len());
    for jobs in jobs.chunks(TOGETHER) {
        let sample = |job: &Job| {
            SceneFile::sample(job.task, job.variation, job.seed, config.data.rules)
                .map_err(anyhow::Error::new)
        };
        let files: Vec<SceneFile> = jobs.par_iter().map(sample).collect::<anyhow::Result<_>>()?;
        let said: Vec<Instruction> =
            files.iter().map(instruction).collect::<anyhow::Result<_>>()?;
        let sentences = said
            .iter()
            .map(|&said| Ok(speech.tell(speech.canonical(said)?)))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let mut fleet = Fleet::new(config.data.grasp);
        fleet.reset(&files)?;
        for number in 0..config.eval.steps as usize {
            let going: Vec<usize> = fleet
                .episodes()
                .enumerate()
                .filter(|(_, episode)| episode.outcome().is_none())
                .map(|(index, _)| index)
                .collect();
            if going.is_empty() {
                break;
            }
            let seen = fleet.observe(&cameras);
            let timed = config.time_in_state;
            let observed: Vec<_> = going
                .iter()
                .map(|&index| observation(&seen[index], sentences[index].clone(), timed, number))
                .collect();
            let decided = studio.decide(&towers.doing, &observed, tap)?;
            let mut actions = vec![None; fleet.len()];
            for (&index, decision) in going.iter().zip(&decided) {
                actions[index] = Some(action(&decision.action));
            }
            fleet.act(&actions);
        }
        let ended =
            fleet.episodes().zip(jobs).zip(said).map(|((episode, job), instruction)| Played {
                instruction,
                seed: job.seed,
                outcome: episode.outcome().unwrap_or(Outcome::Steps),
                actions: episode.actions(),
            });
        played.extend(ended);
        jobs.iter().for_each(|_| progress.step());
    }
    Ok(played)
}

/// The cameras that the policy sees through, in its order.
pub fn cameras() -> anyhow::Result<Vec<Camera>> {
    let find = |name: &str| rlbench_cameras().into_iter().find(|camera| camera.name == name);
    let found: Option<Vec<Camera>> = VIEWS.iter().map(|name| find(name)).collect();
    found.context("a camera of the policy does not exist")
}

/// Which instruction of the benchmark a scene carries.
pub fn instruction(file: &SceneFile) -> anyhow::Result<Instruction> {
    let task = sim::tasks::ALL.iter().position(|task| task.name == file.task);
    let task = task.with_context(|| format!("no task is called {}", file.task))?;
    Ok(Instruction { task, variation: file.variation })
}
