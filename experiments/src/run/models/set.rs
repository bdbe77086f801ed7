//! The three models of a run: video encoder, policy and their alignment.

use std::path::Path;

use agents::alignment;
use agents::alignment::{Alignment, losses};
use agents::nn::weights;
use agents::nn::weights::{File, Init, OWN, Saved, identified};
use agents::policy::arp;
use agents::policy::arp::Arp;
use agents::presets::Preset;
use agents::video::viclip::ViClip;
use anyhow::Context as _;
use burn::tensor::Device;

use crate::run::config::Config;

/// The three models of a run.
#[derive(Clone, Debug)]
pub struct Models {
    /// Videos and sentences.
    pub video: ViClip,
    /// The policy.
    pub policy: Arp,
    /// The maps that align them.
    pub alignment: Alignment,
}

impl Models {
    /// With the first weights of the run's seed.
    pub fn new(config: &Config, shape: &Preset, device: &Device) -> anyhow::Result<Self> {
        let init = Init::new(config.seed, device);
        let loss = losses::find(&config.align.loss).context("no such loss")?;
        let tap_e: arp::Tap = config.align.tap_e.parse().map_err(anyhow::Error::msg)?;
        let taps = [config.align.tap_u.width(&shape.video), tap_e.width(&shape.policy)];
        let settings: alignment::Settings = config.alignment();
        Ok(Self {
            video: identified(ViClip::new(&init, &shape.video), VIDEO),
            policy: identified(Arp::new(&init, &shape.policy), POLICY),
            alignment: identified(
                Alignment::new(&init, taps, shape.alignment.latent, &settings, loss),
                ALIGNMENT,
            ),
        })
    }

    /// All weights, named by model and path.
    pub fn saved(&self) -> Vec<Saved> {
        let mut all = weights::collect(&self.video, VIDEO);
        all.extend(weights::collect(&self.policy, POLICY));
        all.extend(weights::collect(&self.alignment, ALIGNMENT));
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
            video: weights::load(self.video, file, VIDEO, OWN)?,
            policy: weights::load(self.policy, file, POLICY, OWN)?,
            alignment: weights::load(self.alignment, file, ALIGNMENT, OWN)?,
        })
    }

    /// The same from bytes that stand inside the file `path`.
    pub fn from_bytes(self, path: &Path, bytes: Vec<u8>) -> anyhow::Result<Self> {
        self.load(&File::from_bytes(path, bytes)?)
    }

    /// The same models with the towers' weights of a file, and their own maps.
    pub fn load_towers(self, file: &File) -> anyhow::Result<Self> {
        Ok(Self {
            video: weights::load(self.video, file, VIDEO, OWN)?,
            policy: weights::load(self.policy, file, POLICY, OWN)?,
            alignment: self.alignment,
        })
    }
}

const VIDEO: &str = "video.";
const POLICY: &str = "policy.";
const ALIGNMENT: &str = "alignment.";
