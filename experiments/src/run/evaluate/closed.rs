//! Closed loop: the policy sees, decides and acts until the task is done or the episode is over.

use std::time::Instant;

use rayon::prelude::*;
use sim::episode::batch::EpisodeBatch;
use sim::episode::rollout::{Job, Record};
use sim::episode::scene_file::SceneFile;
use sim::render::camera::Camera;
use sim::render::observe::Observation;
use sim::render::renderer::RenderError;
use sim::robot::action::Action;

use super::policy::{Conditions, Policy};
use super::policy_loop::{Episodes, LoopEnd, PolicyLoop, Step, instruction};
use crate::cli::progress::Progress;
use crate::run::models::Instruction;

/// Episodes that are in one batch of the policy (default 25): bounds memory. Part of the result, since
/// arithmetic may depend on the size of a batch.
const TOGETHER: usize = 25;

/// What the policy asked for, and where it looked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DecidedAction {
    /// The action.
    pub action: Action,
    /// Where the heat maps of the whole box have their maximum, world, m; none where the policy explains
    /// itself by none. The action's position is that of the finer ones.
    pub coarse: Option<[f32; 3]>,
}

/// An episode that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayedEpisode {
    /// What it was.
    pub instruction: Instruction,
    /// Seed of its scene.
    pub seed: u64,
    /// How it ended.
    pub record: Record,
    /// What was asked for, one for each action.
    pub asked: Vec<DecidedAction>,
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
    tell: &mut (dyn FnMut(&[PlayedEpisode]) -> anyhow::Result<()> + Send),
) -> anyhow::Result<Option<Vec<PlayedEpisode>>> {
    let renderer = under.renderer.open()?;
    let policy = PolicyLoop::new(policy)?;
    let progress = Progress::new(jobs.len(), "episodes");
    let mut played = Vec::with_capacity(jobs.len());
    for jobs in jobs.chunks(TOGETHER) {
        let sample = |job: &Job| {
            SceneFile::sample(job.task, job.variation, job.seed, under.rules)
                .map_err(anyhow::Error::new)
        };
        let files: Vec<SceneFile> = jobs.par_iter().map(sample).collect::<anyhow::Result<_>>()?;
        let sentences =
            files.iter().map(|file| policy.sentence(file)).collect::<anyhow::Result<Vec<_>>>()?;
        let mut batch = EpisodeBatch::new(under.grasp)
            .with_renderer(renderer.clone())
            .with_action_limit(policy.action_limit());
        batch.reset(&files)?;
        let mut together = Together { asked: vec![Vec::new(); files.len()], batch };
        let late = || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if policy.play(&mut together, &sentences, late)? == LoopEnd::Stopped {
            return Ok(None);
        }
        let Together { batch, asked } = together;
        for ((episode, job), asked) in batch.episodes().zip(jobs).zip(asked) {
            played.push(PlayedEpisode {
                instruction: instruction(episode.file())?,
                seed: job.seed,
                record: Record::of(episode),
                asked,
            });
        }
        tell(&played)?;
        jobs.iter().for_each(|_| progress.step());
    }
    Ok(Some(played))
}

/// Episodes side by side, and what was asked for in each.
struct Together {
    batch: EpisodeBatch,
    asked: Vec<Vec<DecidedAction>>,
}

impl Episodes for Together {
    fn going(&self) -> Vec<usize> {
        let episodes = self.batch.episodes().enumerate();
        let going = episodes.filter(|(_, episode)| episode.outcome().is_none());
        going.map(|(index, _)| index).collect()
    }

    fn observe(&mut self, cameras: &[Camera]) -> Result<Vec<Observation>, RenderError> {
        self.batch.observe(cameras)
    }

    fn act(&mut self, steps: Vec<Step>) {
        let mut actions = vec![None; self.batch.len()];
        for Step { episode, action, decision } in steps {
            let coarse = decision.explanation.first().map(|stage| stage.peak);
            self.asked[episode].push(DecidedAction { action, coarse });
            actions[episode] = Some(action);
        }
        self.batch.act(&actions);
    }
}
