//! The loop of a policy: observe, decide, act.

use agents::policy::{Decision, Preprocessor, Sentence, Tap, Workspace};
use anyhow::Context as _;
use sim::episode::scene_file::SceneFile;
use sim::render::camera::{Camera, SIDE};
use sim::render::observe::Observation;
use sim::render::renderer::RenderError;
use sim::robot::action::Action;

use super::policy::Policy;
use crate::data::cameras::policy_cameras;
use crate::run::models::{Instruction, action, observation};

/// What a policy acts in: one episode that is watched, or many side by side.
pub trait Episodes {
    /// Which of them go on, by number.
    fn going(&self) -> Vec<usize>;

    /// What the cameras see of every episode, ended ones included.
    ///
    /// # Errors
    /// When a picture cannot be drawn.
    fn observe(&mut self, cameras: &[Camera]) -> Result<Vec<Observation>, RenderError>;

    /// Takes the next action of each episode that is named.
    fn act(&mut self, steps: Vec<Step>);
}

/// What is to be done next in one of the episodes.
#[derive(Clone, Debug)]
pub struct Step {
    /// Number of the episode.
    pub episode: usize,
    /// The action.
    pub action: Action,
    /// The decision that it comes from.
    pub decision: Decision,
}

/// How a loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopEnd {
    /// No episode goes on, or the run's number of actions is reached.
    Over,
    /// It was told to stop.
    Stopped,
}

/// A policy with what it needs to meet episodes.
pub struct PolicyLoop<'a> {
    policy: &'a Policy,
    preprocessor: Preprocessor,
    cameras: Vec<Camera>,
}

impl<'a> PolicyLoop<'a> {
    /// Of a trained policy.
    ///
    /// # Errors
    /// When there is no such camera as policies use.
    pub fn new(policy: &'a Policy) -> anyhow::Result<Self> {
        let preprocessor = Preprocessor::new(&policy.shape.policy, Workspace::default());
        Ok(Self { policy, preprocessor, cameras: policy_cameras(SIDE)? })
    }

    /// Actions that an episode may take.
    pub fn action_limit(&self) -> u32 {
        self.policy.config.eval.steps
    }

    /// What the policy is told in a scene.
    ///
    /// # Errors
    /// When the scene belongs to no task.
    pub fn sentence(&self, file: &SceneFile) -> anyhow::Result<Sentence> {
        let instructions = &self.policy.instructions;
        Ok(instructions.tell(instructions.canonical(instruction(file)?)?))
    }

    /// Lets the policy act until no episode goes on, `stop` says so before an observation, or every one had
    /// as many actions as the run's settings allow. `sentences`: what is told, one for each episode.
    ///
    /// # Errors
    /// When a picture cannot be drawn, or an observation cannot be used.
    pub fn play(
        &self,
        episodes: &mut impl Episodes,
        sentences: &[Sentence],
        stop: impl Fn() -> bool,
    ) -> anyhow::Result<LoopEnd> {
        let Policy { models, config, .. } = self.policy;
        for number in 0..config.eval.steps as usize {
            let going = episodes.going();
            if going.is_empty() {
                break;
            }
            if stop() {
                return Ok(LoopEnd::Stopped);
            }
            let seen = episodes.observe(&self.cameras)?;
            let timed = config.time_in_state;
            let observed: Vec<_> = going
                .iter()
                .map(|&index| observation(&seen[index], sentences[index].clone(), timed, number))
                .collect();
            let decided = models.policy.decide(&self.preprocessor, &observed, Tap::default())?;
            let step = |(episode, decision): (usize, Decision)| Step {
                episode,
                action: action(&decision.action),
                decision,
            };
            episodes.act(going.into_iter().zip(decided).map(step).collect());
        }
        Ok(LoopEnd::Over)
    }
}

/// Which instruction of the benchmark a scene carries.
///
/// # Errors
/// When its task is not in the table of tasks.
pub fn instruction(file: &SceneFile) -> anyhow::Result<Instruction> {
    let task = sim::tasks::ALL.iter().position(|task| task.name == file.task);
    let task = task.with_context(|| format!("no task is called {}", file.task))?;
    Ok(Instruction { task, variation: file.variation })
}
