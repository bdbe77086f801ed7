//! A trained run, ready to act and to recognise.

use std::path::Path;

use agents::presets::Preset;
use anyhow::Context as _;
use burn::tensor::Device;
use clap::Args;
use sim::episode::split::Split;
use sim::robot::GraspMode;
use sim::task::{Rules, Task};

use crate::cli::flags::Renderer;
use crate::run::config::Config;
use crate::run::models::{Instructions, Models};
use crate::run::train::{Checkpoint, Pairs, Pipeline};
use crate::run::weights;
use crate::store::home_folder::HomeFolder;
use crate::store::run_folder::RunFolder;

/// `--checkpoint`, for commands that read a run's weights.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckpointFlag {
    /// Read the weights of the last checkpoint instead of the best ones; works while the run goes on
    #[arg(long)]
    pub checkpoint: bool,
}

impl CheckpointFlag {
    /// The policy of the run in `folder`.
    ///
    /// # Errors
    /// Names what is missing or damaged of the run.
    pub fn load(self, folder: &Path, device: &Device) -> anyhow::Result<Policy> {
        if self.checkpoint {
            Policy::load_checkpoint(folder, device)
        } else {
            Policy::load(folder, device)
        }
    }
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
        Self::of(&folder, config, shape, models)
    }

    /// Of the last checkpoint of the run in `folder`, which may go on or be over.
    ///
    /// # Errors
    /// Names what is missing or damaged of the run.
    pub fn load_checkpoint(folder: &Path, device: &Device) -> anyhow::Result<Self> {
        let folder = RunFolder::new(folder);
        let config = Config::load(&folder.config())?;
        let shape = config.shape().map_err(anyhow::Error::msg)?;
        let path = folder.checkpoint();
        let found = Checkpoint::find(&path, &config.hash()?)?;
        let found = found.with_context(|| format!("{}: there is none yet", path.display()))?;
        let models = Models::new(&config, &shape, device)?;
        let models = models.from_bytes(&path, found.mean.unwrap_or(found.weights))?;
        Self::of(&folder, config, shape, models)
    }

    fn of(
        folder: &RunFolder,
        config: Config,
        shape: Preset,
        models: Models,
    ) -> anyhow::Result<Self> {
        let instructions =
            Instructions::new(&shape, config.data.rules, config.told, models.vocabulary.as_ref())
                .with_context(|| folder.path().display().to_string())?;
        Ok(Self { config, shape, models, instructions })
    }

    /// The demonstrations of a split, collected where they are missing; `given` is the dataset that
    /// `--data` names for the split that the run learned from.
    ///
    /// # Errors
    /// When the run learned from a dataset that nobody named, or demonstrations cannot be collected.
    pub fn demonstrations(
        &self,
        split: Split,
        given: Option<&Path>,
        device: &Device,
    ) -> anyhow::Result<Pairs> {
        let Self { config, shape, models, .. } = self;
        let described = config.data.source.is_empty() || given.is_some() || split != Split::Train;
        anyhow::ensure!(
            described,
            "the run learned from a dataset of its own: name it with --data"
        );
        let home = HomeFolder::find()?;
        let folder = Pipeline::new(config, &home, given, device, None).dataset(split)?;
        let folder = folder.context("the demonstrations could not be collected")?;
        Pairs::open(&folder, config, shape, models.vocabulary.as_ref())
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
