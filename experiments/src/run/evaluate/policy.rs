//! A trained run, ready to act and to recognise.

use std::path::Path;

use agents::presets::Preset;
use anyhow::Context as _;
use burn::tensor::Device;
use sim::robot::GraspMode;
use sim::task::{Rules, Task};

use crate::cli::flags::Renderer;
use crate::run::config::Config;
use crate::run::models::{Instructions, Models};
use crate::run::weights;
use crate::store::run_folder::RunFolder;

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

/// A run's models with what they need to meet the simulator.
pub struct Policy {
    /// Its settings.
    pub config: Config,
    /// Sizes of its networks.
    pub shape: Preset,
    /// Its models, without gradients.
    pub models: Models,
    /// What is said to them.
    pub instructions: Instructions,
}

impl Policy {
    /// Of the run in `folder`, trained here or exported.
    ///
    /// # Errors
    /// Names what is missing or damaged of the run.
    pub fn load(folder: &Path, device: &Device) -> anyhow::Result<Self> {
        let folder = RunFolder::new(folder);
        let config = Config::load(&folder.config())?;
        let shape = config.shape().map_err(anyhow::Error::msg)?;
        let models = Models::new(&config, &shape, device)?;
        let models = models.load(&weights::open(&folder, &config.hash()?)?)?;
        let instructions =
            Instructions::new(&shape, config.data.rules, config.told, models.vocabulary.as_ref())
                .with_context(|| folder.path().display().to_string())?;
        Ok(Self { config, shape, models, instructions })
    }

    /// What it learned under.
    pub fn conditions(&self, renderer: Renderer) -> Conditions {
        Conditions { rules: self.config.data.rules, grasp: self.config.data.grasp, renderer }
    }

    /// Those of the tasks that it has learned.
    ///
    /// # Errors
    /// When it has learned none of them.
    pub fn known(&self, tasks: &[&'static Task]) -> anyhow::Result<Vec<&'static Task>> {
        let known = self.config.tasks();
        let chosen: Vec<_> =
            tasks.iter().copied().filter(|task| known.contains(&task.name)).collect();
        anyhow::ensure!(!chosen.is_empty(), "--tasks: the run knows none of them");
        Ok(chosen)
    }
}
