//! Closed loop: the policy sees, decides and acts until the task is done or the episode is over.

use std::time::Instant;

use agents::policy::arp::Tap;
use agents::policy::{Preprocessor, Workspace};
use anyhow::Context as _;
use rayon::prelude::*;
use sim::episode::fleet::Fleet;
use sim::episode::rollout::{Job, Record};
use sim::episode::scene_file::SceneFile;
use sim::render::camera::SIDE;
use sim::robot::GraspMode;
use sim::robot::action::{Action, Outcome};
use sim::task::definition::Rules;

use super::policy::Policy;
use crate::cli::flags::Renderer;
use crate::cli::progress::Progress;
use crate::data::loader::policy_cameras;
use crate::run::models::{Instruction, action, observation};

/// Episodes that are in one batch of the policy (default 25): bounds memory. Part of the result, since
/// arithmetic may depend on the size of a batch.
const TOGETHER: usize = 25;

/// What the policy asked for, and where it looked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// The action.
    pub action: Action,
    /// Where the heat maps of the whole box have their maximum, world, m. The action's position is that
    /// of the finer ones.
    pub coarse: [f32; 3],
}

/// An episode that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// What it was.
    pub instruction: Instruction,
    /// Seed of its scene.
    pub seed: u64,
    /// How it ended.
    pub record: Record,
    /// What was asked for, one for each action.
    pub asked: Vec<Asked>,
}

/// What episodes are played under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Rules that scenes follow.
    pub rules: Rules,
    /// How the gripper holds things.
    pub grasp: GraspMode,
    /// What draws what the policy sees.
    pub renderer: Renderer,
}

/// Plays every job, in order; `None` when time was up before all were over. The result does not depend
/// on the number of threads. `tell` is shown all that is over whenever a batch ends.
///
/// # Errors
/// When a scene cannot be drawn or built, or this build lacks the renderer; those of `tell`.
pub fn play(
    policy: &Policy,
    jobs: &[Job],
    under: Conditions,
    deadline: Option<Instant>,
    tell: &mut (dyn FnMut(&[Played]) -> anyhow::Result<()> + Send),
) -> anyhow::Result<Option<Vec<Played>>> {
    let renderer = under.renderer.open()?;
    let Policy { models, instructions, config, shape } = policy;
    let cameras = policy_cameras(SIDE)?;
    let preprocessor = Preprocessor::new(&shape.policy, Workspace::default());
    let tap = Tap::default();
    let progress = Progress::new(jobs.len(), "episodes");
    let mut played = Vec::with_capacity(jobs.len());
    for jobs in jobs.chunks(TOGETHER) {
        let sample = |job: &Job| {
            SceneFile::sample(job.task, job.variation, job.seed, under.rules)
                .map_err(anyhow::Error::new)
        };
        let files: Vec<SceneFile> = jobs.par_iter().map(sample).collect::<anyhow::Result<_>>()?;
        let said: Vec<Instruction> =
            files.iter().map(instruction).collect::<anyhow::Result<_>>()?;
        let sentences = said
            .iter()
            .map(|&said| Ok(instructions.tell(instructions.canonical(said)?)))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let mut fleet = Fleet::new(under.grasp).drawn_by(renderer.clone());
        fleet.reset(&files)?;
        let mut asked = vec![Vec::new(); files.len()];
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
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Ok(None);
            }
            let seen = fleet.observe(&cameras)?;
            let timed = config.time_in_state;
            let observed: Vec<_> = going
                .iter()
                .map(|&index| observation(&seen[index], sentences[index].clone(), timed, number))
                .collect();
            let decided = preprocessor.decide(&models.policy, &observed, tap)?;
            let mut actions = vec![None; fleet.len()];
            for (&index, decision) in going.iter().zip(&decided) {
                let action = action(&decision.action);
                asked[index].push(Asked { action, coarse: decision.waypoints[0] });
                actions[index] = Some(action);
            }
            fleet.act(&actions);
        }
        let ended = fleet.episodes().zip(jobs).zip(said).zip(asked);
        let ended = ended.map(|(((episode, job), instruction), asked)| Played {
            instruction,
            seed: job.seed,
            record: Record {
                outcome: episode.outcome().unwrap_or(Outcome::Steps),
                actions: episode.actions(),
                rejected: episode.file().rejected,
                parts: episode.parts().map(|(name, met)| (name.to_owned(), met)).collect(),
                hash: episode.cell().state_hash(),
            },
            asked,
        });
        played.extend(ended);
        tell(&played)?;
        jobs.iter().for_each(|_| progress.step());
    }
    Ok(Some(played))
}

/// Which instruction of the benchmark a scene carries.
pub fn instruction(file: &SceneFile) -> anyhow::Result<Instruction> {
    let task = sim::tasks::ALL.iter().position(|task| task.name == file.task);
    let task = task.with_context(|| format!("no task is called {}", file.task))?;
    Ok(Instruction { task, variation: file.variation })
}
