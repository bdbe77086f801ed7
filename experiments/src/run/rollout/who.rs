//! Who acts in a rollout.

use core::str::FromStr;

use agents::policy::{Preprocessor, Workspace};
use agents::presets::Preset;
use sim::episode::rollout;
use sim::episode::rollout::{Agent, Job, Record, RolloutError};
use sim::robot::GraspMode;
use sim::robot::action::Action;
use sim::task::definition::Rules;

use crate::run::models;

/// An agent of `mirror rollout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// One that lives in the simulator.
    Scripted(Agent),
    /// A policy that answers every training target exactly: what a preset's policies cannot exceed.
    Oracle,
}

impl Who {
    /// All of them, in the order help lists them.
    pub const ALL: [Self; 5] = [
        Self::Scripted(Agent::Expert),
        Self::Scripted(Agent::Replay),
        Self::Oracle,
        Self::Scripted(Agent::Random),
        Self::Scripted(Agent::Idle),
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scripted(agent) => agent.name(),
            Self::Oracle => "oracle",
        }
    }

    /// Runs one episode; `preset` is whose pictures and bins the oracle's answers go through.
    ///
    /// # Errors
    /// When the scene cannot be drawn or built.
    pub fn play(
        self,
        job: Job,
        rules: Rules,
        grasp: GraspMode,
        preset: &Preset,
    ) -> Result<Record, RolloutError> {
        match self {
            Self::Scripted(agent) => rollout::rollout(job, agent, rules, grasp),
            Self::Oracle => {
                let preprocessor = Preprocessor::new(&preset.policy, Workspace::default());
                rollout::replay_through(job, rules, grasp, &|action| answer(&preprocessor, action))
            }
        }
    }
}

/// An action made into training targets and read back as the policy's own answers are.
fn answer(preprocessor: &Preprocessor, action: &Action) -> Action {
    preprocessor
        .perfect(&models::target(action))
        .map_or(*action, |decided| models::action(&decided))
}

impl FromStr for Who {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|who| who.name() == text);
        found.ok_or_else(|| format!("`{text}` is none of {}", Self::ALL.map(Self::name).join(", ")))
    }
}
