//! What `mirror collect` is asked for.

use std::path::PathBuf;

use clap::Args;
use sim::episode::split::{BASES, Split};
use sim::render::camera::rlbench_cameras;
use sim::render::raster::MAX_SIDE;
use sim::robot::GraspMode;
use sim::task::Rules;
use sim::tasks;

use super::episode::MOST_EPISODES;
use crate::cli::flags::{
    GraspFlag, Renderer, RendererFlag, RulesFlag, Seed, TasksFlag, TimeFlag, Workers, one_of,
};
use crate::cli::usage::UsageError;
use crate::media::mp4;
use crate::store::dataset::{DatasetConfig, FORMAT};
use crate::store::home_folder::HomeFolder;

/// Flags of `mirror collect`.
#[derive(Args, Clone, Debug)]
pub struct CollectArguments {
    /// Folder of the dataset [default: MIRROR_HOME/data/SPLIT-EPISODES-HASH]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Which tasks.
    #[command(flatten)]
    pub tasks: TasksFlag,
    /// Demonstrations per task [default: 100 for train, 25 for val and test]
    #[arg(long, value_name = "N", overrides_with = "episodes")]
    pub episodes: Option<u32>,
    /// Which seeds to draw scenes from; no two splits share one
    #[arg(long, value_name = "SPLIT", default_value = "train", value_parser = one_of::<Split>(&Split::ALL.map(Split::name)))]
    pub split: Split,
    /// Seed inside the split.
    #[command(flatten)]
    pub seed: Seed,
    /// Threads.
    #[command(flatten)]
    pub workers: Workers,
    /// Cameras to film with, separated by commas
    #[arg(long, value_name = "NAMES", default_value = "front", value_delimiter = ',')]
    pub camera: Vec<String>,
    /// Width and height of the videos, pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 128)]
    pub size: u32,
    /// Also store what the policy's four cameras see at every keyframe, in colour and depth, this wide
    /// and high; without, training draws it again
    #[arg(long, value_name = "PIXELS")]
    pub views: Option<u32>,
    /// What draws them.
    #[command(flatten)]
    pub renderer: RendererFlag,
    /// How defects of the benchmark are treated.
    #[command(flatten)]
    pub rules: RulesFlag,
    /// How the gripper holds.
    #[command(flatten)]
    pub grasp: GraspFlag,
    /// Time.
    #[command(flatten)]
    pub time: TimeFlag,
}

impl CollectArguments {
    /// The resolved configuration.
    pub fn config(&self) -> anyhow::Result<DatasetConfig> {
        let episodes = self.episodes.unwrap_or(if self.split == Split::Train { 100 } else { 25 });
        if !(1..=MOST_EPISODES).contains(&episodes) {
            let line = format!("--episodes {episodes}: must be 1 to {MOST_EPISODES}");
            return Err(UsageError(line).into());
        }
        let seed = self.seed.seed;
        if seed >= BASES {
            return Err(UsageError(format!("--seed {seed}: must be below {BASES}")).into());
        }
        if !mp4::is_side(self.size) {
            let (least, most) = mp4::SIDES;
            let line = format!("--size {}: must be even, {least} to {most}", self.size);
            return Err(UsageError(line).into());
        }
        let views = self.views;
        if let Some(side) = views.filter(|side| !(1..=MAX_SIDE).contains(side)) {
            return Err(UsageError(format!("--views {side}: must be 1 to {MAX_SIDE}")).into());
        }
        Ok(DatasetConfig {
            format: FORMAT,
            mirror: env!("CARGO_PKG_VERSION").into(),
            tasks: self.chosen_tasks(),
            episodes,
            split: self.split,
            seed,
            rules: self.rules.rules,
            grasp: self.grasp.grasp,
            renderer: self.renderer.renderer,
            adapter: None,
            cameras: self.chosen_cameras()?,
            size: self.size,
            views,
        })
    }

    /// Where the dataset lies: where training looks for it too, unless a flag says otherwise.
    pub fn folder(&self, config: &DatasetConfig) -> anyhow::Result<PathBuf> {
        if let Some(out) = &self.out {
            return Ok(out.clone());
        }
        Ok(HomeFolder::find()?.dataset(&config.folder_name()?))
    }

    /// The chosen tasks in the tables' order, so that the order on the command line changes nothing.
    fn chosen_tasks(&self) -> Vec<String> {
        let chosen = &self.tasks.tasks.0;
        let wanted = |name: &&str| chosen.iter().any(|task| task.name == *name);
        tasks::ALL.iter().map(|task| task.name).filter(wanted).map(str::to_owned).collect()
    }

    fn chosen_cameras(&self) -> anyhow::Result<Vec<String>> {
        let known = rlbench_cameras().map(|camera| camera.name);
        if let Some(wrong) = self.camera.iter().find(|name| !known.contains(*name)) {
            let known = known.join(", ");
            return Err(UsageError(format!("--camera: `{wrong}` is none of {known}")).into());
        }
        Ok(known.into_iter().filter(|name| self.camera.contains(name)).collect())
    }
}

/// The command that makes a dataset of this configuration.
pub(super) fn command(config: &DatasetConfig) -> String {
    let DatasetConfig { episodes, seed, size, .. } = config;
    let all = config.tasks.len() == tasks::ALL.len();
    let tasks = if all { "all".into() } else { config.tasks.join(",") };
    let split = config.split.name();
    let rules = if config.rules == Rules::Fixed { "fixed" } else { "original" };
    let grasp = if config.grasp == GraspMode::Assist { "assist" } else { "friction" };
    let cameras = config.cameras.join(",");
    // The usual renderer goes without saying, so that manifests made before there was a choice hold.
    let renderer = match config.renderer {
        Renderer::Raster => String::new(),
        other => format!(" --renderer {}", other.name()),
    };
    let views = config.views.map(|side| format!(" --views {side}")).unwrap_or_default();
    format!(
        "mirror collect --tasks {tasks} --episodes {episodes} --split {split} --seed {seed} \
         --camera {cameras} --size {size} --rules {rules} --grasp {grasp}{renderer}{views}"
    )
}
