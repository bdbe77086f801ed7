//! What a run stands on: datasets and the solo phase, each made once and shared by all runs that need
//! the same.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use burn::tensor::Device;
use sim::episode::split::Split;

use super::checkpoint::Journal;
use super::run::{self, CONFIG, Data, End, Limits, WEIGHTS};
use super::schedule::Phase;
use crate::cli::flags::Renderer;
use crate::cli::home;
use crate::data::collect::collect;
use crate::run::config::Config;
use crate::store::dataset;
use crate::store::dataset::{FORMAT, Lock, MANIFEST, Manifest, WORK};

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

    /// Folder of the phase that runs with these settings share.
    pub fn solo(&self, config: &Config) -> anyhow::Result<PathBuf> {
        let name = format!("solo-{}", config.solo().hash()?);
        Ok(self.root.join("runs").join(name))
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
    let manifest =
        Manifest::load(folder).with_context(|| format!("--data {}", folder.display()))?;
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
        let above = self.place.root.join("data");
        let folder = above.join(&name);
        // With its folder of work still there, it was killed while it tidied up.
        if !folder.join(MANIFEST).exists() || folder.join(WORK).exists() {
            let Some(_turn) = self.turn(&above, &name)? else { return Ok(None) };
            let left =
                self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if !collect(&wanted, &folder, left)?.complete {
                return Ok(None);
            }
        }
        Ok(Some(folder))
    }

    fn dataset(&self, split: Split) -> anyhow::Result<dataset::Config> {
        let data = &self.config.data;
        Ok(dataset::Config {
            format: FORMAT,
            mirror: env!("CARGO_PKG_VERSION").into(),
            tasks: self.config.tasks().into_iter().map(str::to_owned).collect(),
            episodes: match split {
                Split::Train => data.train,
                Split::Val => data.val,
                Split::Test => data.test,
            },
            split,
            seed: data.seed,
            rules: data.rules,
            grasp: data.grasp,
            renderer: Renderer::Raster,
            adapter: None,
            cameras: vec![data.camera.clone()],
            size: FILM,
            views: None,
        })
    }

    /// The whole run in `folder`.
    pub fn train(&self, folder: &Path) -> anyhow::Result<End> {
        // Before anything is made for it.
        run::belongs(folder, self.config)?;
        let before = match self.solo()? {
            End::Complete(journal) => journal,
            end @ End::Stopped(..) => return Ok(end),
        };
        let Some(data) = self.both()? else { return Ok(End::Stopped(Phase::Joint, 0)) };
        let limits = Limits { device: self.device, deadline: self.deadline };
        let start = self.place.solo(self.config)?.join(WEIGHTS);
        let start = (Phase::Solo.steps(self.config) > 0).then_some(start.as_path());
        let phases = [Phase::Warm, Phase::Joint];
        match run::train(folder, self.config, &phases, start, &data, limits)? {
            End::Complete(journal) => Ok(End::Complete(before.followed_by(journal))),
            end @ End::Stopped(..) => Ok(end),
        }
    }

    /// The phase that every run with these data, models and seed shares.
    pub fn solo(&self) -> anyhow::Result<End> {
        let solo = self.config.solo();
        if Phase::Solo.steps(&solo) == 0 {
            return Ok(End::Complete(Journal::default()));
        }
        let Some(data) = self.both()? else { return Ok(End::Stopped(Phase::Solo, 0)) };
        let limits = Limits { device: self.device, deadline: self.deadline };
        let folder = self.place.solo(self.config)?;
        if let Some(journal) = run::finished(&folder, &solo, &[Phase::Solo])? {
            return Ok(End::Complete(journal));
        }
        let name = format!("solo-{}", solo.hash()?);
        let Some(_turn) = self.turn(&self.place.root.join("runs"), &name)? else {
            return Ok(End::Stopped(Phase::Solo, 0));
        };
        run::train(&folder, &solo, &[Phase::Solo], None, &data, limits)
    }

    /// What several runs need is made by one of them, in any study; the others wait and find it.
    fn turn(&self, above: &Path, name: &str) -> anyhow::Result<Option<Lock>> {
        dataset::create_folder(above)?;
        Lock::wait(&above.join(format!(".{name}.lock")), self.deadline)
    }

    fn both(&self) -> anyhow::Result<Option<Data>> {
        let Some(train) = self.data(Split::Train)? else { return Ok(None) };
        Ok(self.data(Split::Val)?.map(|val| Data { train, val }))
    }

    /// Whether the folder holds anything of this run.
    pub fn begun(folder: &Path) -> bool {
        folder.join(CONFIG).exists()
    }
}
