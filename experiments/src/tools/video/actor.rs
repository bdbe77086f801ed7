//! Who acts in a film: the script, or a trained run.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use sim::episode::rollout::{Agent, Job};
use sim::robot::GraspMode;
use sim::robot::action::Action;
use sim::task::Rules;

use crate::cli::flags::{DeviceFlag, Renderer};
use crate::run::evaluate::{Conditions, Policy, play};
use crate::store::run_folder::{CONFIG, RunFolder};

/// Agents that a film shows.
const AGENTS: [Agent; 2] = [Agent::Expert, Agent::Replay];

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Actor {
    /// An agent without learning.
    Script(Agent),
    /// The run in this folder, trained here or exported.
    Run(PathBuf),
}

impl Actor {
    /// What the run does in an episode of each of the jobs; nothing for an agent without learning.
    ///
    /// # Errors
    /// When the run cannot be used, or a scene cannot be played.
    pub(super) fn actions(
        &self,
        (rules, grasp): (Rules, GraspMode),
        device: DeviceFlag,
        jobs: &[Job],
    ) -> anyhow::Result<Option<Vec<Vec<Action>>>> {
        let Self::Run(folder) = self else { return Ok(None) };
        let policy = Policy::load(folder, &device.open()?)?;
        let under = Conditions { rules, grasp, renderer: Renderer::Raster };
        let played = play(&policy, jobs, under, None, &mut |_| Ok(()))?.unwrap_or_default();
        let actions = played.into_iter().map(|one| one.asked.iter().map(|a| a.action).collect());
        Ok(Some(actions.collect()))
    }

    /// What it is called: an agent's name, or the folder of the run.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Script(agent) => agent.name().into(),
            Self::Run(folder) => folder.display().to_string(),
        }
    }
}

impl FromStr for Actor {
    type Err = String;

    /// A name goes before a folder that happens to be called the same; `./expert` is the folder.
    fn from_str(text: &str) -> Result<Self, String> {
        let agent = AGENTS.into_iter().find(|agent| agent.name() == text);
        match agent {
            Some(agent) => Ok(Self::Script(agent)),
            None if RunFolder::new(Path::new(text)).config().is_file() => {
                Ok(Self::Run(text.into()))
            }
            None => {
                let names = AGENTS.map(Agent::name).join(", ");
                Err(format!("is none of {names}, nor the folder of a run ({CONFIG})"))
            }
        }
    }
}
