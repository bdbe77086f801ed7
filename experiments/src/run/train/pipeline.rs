//! What a run stands on: datasets and the solo phase, each made once and shared by all runs that need
//! the same.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use burn::tensor::Device;
use sim::episode::split::Split;

use super::metrics::{EventFiles, Journal};
use super::run;
use super::run::{End, Limits, TrainingData};
use super::schedule::Phase;
use crate::cli::flags::Renderer;
use crate::data::collect::collect;
use crate::run::config::Config;
use crate::store::dataset::{DatasetConfig, DatasetManifest, FORMAT, MANIFEST, WORK};
use crate::store::file;
use crate::store::home_folder;
use crate::store::home_folder::HomeFolder;
use crate::store::lock::Lock;
use crate::store::run_folder::RunFolder;

/// Width and height of the videos that come with a dataset made for training, pixels.
const FILM: u32 = 128;

/// A run from its datasets to its weights.
pub struct Pipeline<'a> {
    config: &'a Config,
    home: &'a HomeFolder,
    /// A dataset to learn from that lies elsewhere.
    given: Option<&'a Path>,
    device: &'a Device,
    deadline: Option<Instant>,
    /// Folder for TensorBoard's event files.
    tensorboard: Option<PathBuf>,
}

/// The settings with the identity of the dataset named by `--data`, and of its tasks.
pub(super) fn with_dataset(mut config: Config, given: Option<&Path>) -> anyhow::Result<Config> {
    let Some(folder) = given else { return Ok(config) };
    let manifest =
        DatasetManifest::load(folder).with_context(|| format!("--data {}", folder.display()))?;
    config.data.source = manifest.blake3.clone();
    config.data.tasks = manifest.config.tasks.clone();
    config.data.train = manifest.config.episodes;
    Ok(config)
}

impl<'a> Pipeline<'a> {
    /// Of the run with these settings. What runs share lies in `home`; `given` is the dataset named by
    /// `--data`.
    pub fn new(
        config: &'a Config,
        home: &'a HomeFolder,
        given: Option<&'a Path>,
        device: &'a Device,
        deadline: Option<Instant>,
    ) -> Self {
        Self { config, home, given, device, deadline, tensorboard: None }
    }

    /// Also writes TensorBoard's event files of all phases into a folder.
    #[must_use]
    pub fn with_tensorboard(self, folder: PathBuf) -> Self {
        Self { tensorboard: Some(folder), ..self }
    }

    /// The dataset of a split, collected if it is not there; `None` when time was up.
    pub fn dataset(&self, split: Split) -> anyhow::Result<Option<PathBuf>> {
        if let (Split::Train, Some(given)) = (split, self.given) {
            return Ok(Some(given.to_owned()));
        }
        let wanted = self.dataset_config(split);
        let folder = self.home.dataset(&wanted.folder_name()?);
        // With its folder of work still there, it was killed while it tidied up.
        if !folder.join(MANIFEST).exists() || folder.join(WORK).exists() {
            let Some(_turn) = self.turn(&folder)? else { return Ok(None) };
            let left =
                self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if !collect(&wanted, &folder, left)?.complete {
                return Ok(None);
            }
        }
        Ok(Some(folder))
    }

    fn dataset_config(&self, split: Split) -> DatasetConfig {
        let data = &self.config.data;
        DatasetConfig {
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
        }
    }

    /// The whole run in `folder`.
    pub fn train(&self, folder: &RunFolder) -> anyhow::Result<End> {
        // Before anything is made for it; from here on the folder says which run it is.
        run::claim(folder, self.config)?;
        let before = match self.solo()? {
            End::Complete(journal) => journal,
            end @ End::Stopped(..) => return Ok(end),
        };
        self.show(&before)?;
        let Some(data) = self.both()? else { return Ok(End::Stopped(Phase::Joint, 0)) };
        let run = self.config.solo().hash()?;
        let solo = self.home.solo(&run);
        let start = (Phase::Solo.steps(self.config) > 0).then_some((&solo, run.as_str()));
        let phases = [Phase::Warm, Phase::Joint];
        match run::train(folder, self.config, &phases, start, &data, self.limits())? {
            End::Complete(journal) => {
                let journal = before.followed_by(journal);
                self.show(&journal)?;
                Ok(End::Complete(journal))
            }
            end @ End::Stopped(..) => Ok(end),
        }
    }

    fn limits(&self) -> Limits<'_> {
        let tensorboard = self.tensorboard.as_deref();
        Limits { device: self.device, deadline: self.deadline, tensorboard }
    }

    /// Phases that were over before, and those that others trained, are shown as well.
    fn show(&self, journal: &Journal) -> anyhow::Result<()> {
        self.tensorboard
            .as_deref()
            .map_or(Ok(()), |folder| EventFiles::open(folder, journal).map(drop))
    }

    /// The phase that every run with these data, models and seed shares.
    pub fn solo(&self) -> anyhow::Result<End> {
        let solo = self.config.solo();
        if Phase::Solo.steps(&solo) == 0 {
            return Ok(End::Complete(Journal::default()));
        }
        let Some(data) = self.both()? else { return Ok(End::Stopped(Phase::Solo, 0)) };
        let folder = self.home.solo(&solo.hash()?);
        if let Some(journal) = run::finished(&folder, &solo, &[Phase::Solo])? {
            return Ok(End::Complete(journal));
        }
        let Some(_turn) = self.turn(folder.path())? else {
            return Ok(End::Stopped(Phase::Solo, 0));
        };
        run::train(&folder, &solo, &[Phase::Solo], None, &data, self.limits())
    }

    /// What several runs need is made by one of them, in any study; the others wait and find it.
    fn turn(&self, folder: &Path) -> anyhow::Result<Option<Lock>> {
        folder.parent().map_or(Ok(()), file::create_folder)?;
        Lock::wait(&home_folder::turn(folder), self.deadline)
    }

    fn both(&self) -> anyhow::Result<Option<TrainingData>> {
        let Some(train) = self.dataset(Split::Train)? else { return Ok(None) };
        Ok(self.dataset(Split::Val)?.map(|val| TrainingData { train, val }))
    }
}
