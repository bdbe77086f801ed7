//! What a run stands on: datasets and the solo phase, each made once and shared by all runs that need
//! the same.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use burn::tensor::Device;
use sim::split::Split;
use sim::tasks;

use super::run::{self, CONFIG, Data, End, Limits, WEIGHTS};
use super::schedule::Phase;
use crate::collect::collect;
use crate::config::Config;
use crate::dataset::{self, FORMAT, MANIFEST, Manifest};
use crate::home;

/// Width and height of the videos that come with a dataset made for training, pixels.
const FILM: u32 = 128;

/// Where shared stages and runs lie.
#[derive(Clone, Debug)]
pub struct Place {
    root: PathBuf,
    /// A dataset to learn from that lies elsewhere.
    given: Option<PathBuf>,
}

impl Place {
    /// Below the home folder; `given` is the dataset named by `--data`.
    pub fn new(given: Option<PathBuf>) -> anyhow::Result<Self> {
        Ok(Self { root: home::home()?, given })
    }

    /// Folder of the run with these settings.
    pub fn run(&self, config: &Config) -> anyhow::Result<PathBuf> {
        Ok(self.root.join("runs").join(config.hash()?))
    }
}

/// The stages of one run.
pub struct Stages<'a> {
    config: &'a Config,
    place: &'a Place,
    device: &'a Device,
    deadline: Option<Instant>,
}

/// The settings with the identity of the dataset named by `--data`, and of its tasks.
pub fn settle(mut config: Config, given: Option<&Path>) -> anyhow::Result<Config> {
    let Some(folder) = given else { return Ok(config) };
    let manifest = Manifest::load(folder).with_context(|| format!("--data {}", folder.display()))?;
    config.data.source = manifest.blake3.clone();
    config.data.tasks = manifest.config.tasks.clone();
    config.data.train = manifest.config.episodes;
    Ok(config)
}

impl<'a> Stages<'a> {
    /// Of the run with these settings.
    pub fn new(
        config: &'a Config,
        place: &'a Place,
        device: &'a Device,
        deadline: Option<Instant>,
    ) -> Self {
        Self { config, place, device, deadline }
    }

    /// The dataset of a split, collected if it is not there; `None` when time was up.
    pub fn data(&self, split: Split) -> anyhow::Result<Option<PathBuf>> {
        if let (Split::Train, Some(given)) = (split, &self.place.given) {
            return Ok(Some(given.clone()));
        }
        let wanted = self.dataset(split)?;
        let hash = blake3::hash(wanted.to_json()?.as_bytes()).to_hex();
        let name = format!("{}-{}-{}", split.name(), wanted.episodes, &hash[..8]);
        let folder = self.place.root.join("data").join(name);
        if !folder.join(MANIFEST).exists() {
            let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if !collect(&wanted, &folder, left)?.complete {
                return Ok(None);
            }
        }
        Ok(Some(folder))
    }

    fn dataset(&self, split: Split) -> anyhow::Result<dataset::Config> {
        let data = &self.config.data;
        let wanted = |name: &&str| data.tasks == ["all"] || data.tasks.iter().any(|t| t == name);
        let chosen = tasks::ALL.iter().map(|task| task.name).filter(wanted).map(str::to_owned);
        Ok(dataset::Config {
            format: FORMAT,
            mirror: env!("CARGO_PKG_VERSION").into(),
            tasks: chosen.collect(),
            episodes: match split {
                Split::Train => data.train,
                Split::Val => data.val,
                Split::Test => data.test,
            },
            split,
            seed: data.seed,
            rules: data.rules,
            grasp: data.grasp,
            renderer: "raster".into(),
            cameras: vec![data.camera.clone()],
            size: FILM,
        })
    }

    /// The whole run in `folder`.
    pub fn train(&self, folder: &Path) -> anyhow::Result<End> {
        let stopped = End::Stopped(Phase::Solo, 0);
        let Some(train) = self.data(Split::Train)? else { return Ok(stopped) };
        let Some(val) = self.data(Split::Val)? else { return Ok(stopped) };
        let data = Data { train, val };
        let limits = Limits { device: self.device, deadline: self.deadline };
        let solo = self.config.solo();
        let shared = self.place.root.join("runs").join(format!("solo-{}", solo.hash()?));
        let start = shared.join(WEIGHTS);
        let mut before = None;
        if Phase::Solo.steps(&solo) > 0 {
            match run::train(&shared, &solo, &[Phase::Solo], None, &data, limits)? {
                End::Complete(journal) => before = Some(journal),
                end @ End::Stopped(..) => return Ok(end),
            }
        }
        let phases = [Phase::Warm, Phase::Joint];
        let start = before.is_some().then_some(start.as_path());
        match run::train(folder, self.config, &phases, start, &data, limits)? {
            End::Complete(journal) => Ok(End::Complete(before.unwrap_or_default().followed_by(journal))),
            end @ End::Stopped(..) => Ok(end),
        }
    }

    /// Whether the folder holds anything of this run.
    pub fn begun(folder: &Path) -> bool {
        folder.join(CONFIG).exists()
    }
}
