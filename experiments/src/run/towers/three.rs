//! Seeing, doing and the mirror between them.

use std::path::Path;

use agents::alignment;
use agents::alignment::{Mirror, losses};
use agents::nn::weights;
use agents::nn::weights::{File, Init, OWN, Saved, identified};
use agents::policy::arp;
use agents::policy::arp::Arp;
use agents::presets::Preset;
use agents::video::viclip::Seeing;
use anyhow::Context as _;
use burn::tensor::Device;

use crate::run::config::Config;

/// The three models of a run.
#[derive(Clone, Debug)]
pub struct Towers {
    /// Videos and sentences.
    pub seeing: Seeing,
    /// The policy.
    pub doing: Arp,
    /// The maps that align them.
    pub mirror: Mirror,
}

impl Towers {
    /// With the first weights of the run's seed.
    pub fn new(config: &Config, shape: &Preset, device: &Device) -> anyhow::Result<Self> {
        let init = Init::new(config.seed, device);
        let loss = losses::find(&config.align.loss).context("no such loss")?;
        let tap_e: arp::Tap = config.align.tap_e.parse().map_err(anyhow::Error::msg)?;
        let taps = [config.align.tap_u.width(&shape.seeing), tap_e.width(&shape.doing)];
        let settings: alignment::Settings = config.alignment();
        Ok(Self {
            seeing: identified(Seeing::new(&init, &shape.seeing), SEEING),
            doing: identified(Arp::new(&init, &shape.doing), DOING),
            mirror: identified(
                Mirror::new(&init, taps, shape.mirror.latent, &settings, loss),
                MIRROR,
            ),
        })
    }

    /// All weights, named by model and path.
    pub fn saved(&self) -> Vec<Saved> {
        let mut all = weights::collect(&self.seeing, SEEING);
        all.extend(weights::collect(&self.doing, DOING));
        all.extend(weights::collect(&self.mirror, MIRROR));
        all
    }

    /// All weights as the bytes of a safetensors file.
    pub fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        weights::write(self.saved(), &mut bytes).context("cannot lay out the weights")?;
        Ok(bytes)
    }

    /// The same models with the weights of a file.
    ///
    /// # Errors
    /// Names what is missing, surplus or misshapen.
    pub fn load(self, file: &File) -> anyhow::Result<Self> {
        Ok(Self {
            seeing: weights::load(self.seeing, file, SEEING, OWN)?,
            doing: weights::load(self.doing, file, DOING, OWN)?,
            mirror: weights::load(self.mirror, file, MIRROR, OWN)?,
        })
    }

    /// The same from bytes that stand inside the file `path`.
    pub fn from_bytes(self, path: &Path, bytes: Vec<u8>) -> anyhow::Result<Self> {
        self.load(&File::from_bytes(path, bytes)?)
    }

    /// The same models with the towers' weights of a file, and their own maps.
    pub fn load_towers(self, path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path)?;
        Ok(Self {
            seeing: weights::load(self.seeing, &file, SEEING, OWN)?,
            doing: weights::load(self.doing, &file, DOING, OWN)?,
            mirror: self.mirror,
        })
    }
}

const SEEING: &str = "seeing.";
const DOING: &str = "doing.";
const MIRROR: &str = "mirror.";
