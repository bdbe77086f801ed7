//! Every setting of a run, with its default.

use std::path::Path;

use agents::mirror;
use serde::{Deserialize, Serialize};
use sim::robot::GraspMode;
use sim::task::Rules;
use toml::Table;

use super::overlay::{Setting, lay};
use crate::usage::UsageError;

/// A run: data, models, training, evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Sizes of the networks: a preset's name (default `tiny`).
    pub preset: String,
    /// Seed of initial weights, order of data and augmentation (default 0).
    pub seed: u64,
    /// What is learned from.
    pub data: Data,
    /// How it is learned.
    pub train: Train,
    /// How observations are varied while learning.
    pub augment: Augment,
    /// How seeing and doing are aligned.
    pub align: Align,
    /// How the result is judged.
    pub eval: Eval,
}

/// What is learned from: datasets of `mirror collect`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Tasks by name, or `all` (default).
    pub tasks: Vec<String>,
    /// Demonstrations of each task to learn from (default 100, PerAct's).
    pub train: u32,
    /// Demonstrations of each task that choose the checkpoint (default 25, PerAct's).
    pub val: u32,
    /// Demonstrations of each task whose videos are to be recognised in the end (default 25, PerAct's).
    pub test: u32,
    /// Seed inside the splits (default 0).
    pub seed: u64,
    /// The camera of the videos (default `front`).
    pub camera: String,
    /// Whether known defects of the benchmark are repaired (default `fixed`).
    pub rules: Rules,
    /// How the gripper holds (default `assist`).
    pub grasp: GraspMode,
}

/// Optimisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Train {
    /// Pairs in a step (default 16).
    pub batch: usize,
    /// Steps in which each tower learns alone; every arm of a study shares them (default 250).
    pub solo_steps: u64,
    /// Steps in which only the linear maps learn, towers frozen (default 20).
    pub warm_steps: u64,
    /// Steps in which all learn together, or for the baseline still alone (default 150).
    pub joint_steps: u64,
    /// Peak learning rate of seeing (default 1e-3).
    pub lr_seeing: f64,
    /// Peak learning rate of doing (default 1e-3).
    pub lr_doing: f64,
    /// Learning rates in the joint phase as a share of the peaks (default 0.5).
    pub joint_lr: f64,
    /// Steps of linear warm-up at the beginning of a phase (default 20).
    pub warmup: u64,
    /// Share of the peak that the cosine ends at (default 0.02).
    pub final_lr: f64,
    /// Decoupled weight decay, matrices only (default 0.01).
    pub weight_decay: f64,
    /// Decay of the mean of gradients (default 0.9).
    pub beta1: f64,
    /// Decay of the mean of squared gradients (default 0.98).
    pub beta2: f64,
    /// Largest norm of a tower's gradient; 0 for no limit (default 1.0).
    pub clip: f64,
    /// Decay of the running mean of weights that is evaluated; 0 for none (default 0).
    pub ema: f64,
    /// Weight of the policy's loss, lambda_EE (default 1, the paper's).
    pub weight_doing: f64,
    /// Standard deviation of the heat-map labels, pixels (default 1.0).
    pub sigma: f64,
    /// Steps between checkpoints (default 100).
    pub checkpoint: u64,
    /// Steps between validations; 0 for only at the end of a phase (default 0).
    pub validate: u64,
}

/// Variation of the policy's observations: SE(3) about the action, and noise on colours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augment {
    /// Largest shift along each axis, share of the box (default 0.125, ARP's).
    pub shift: f64,
    /// Largest turn about the vertical, degrees (default 45, ARP's).
    pub yaw: f64,
    /// Share of a phase over which the turn grows to its largest (default 0.1).
    pub ramp: f64,
    /// Largest amplitude of colour noise (default 0.05, ARP's).
    pub colour: f64,
    /// Largest shift of the zoomed view's centre, m (default 0.05, ARP's).
    pub zoom: f64,
}

/// Alignment of the two towers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Align {
    /// Whether the joint phase aligns at all; the baseline does not (default true).
    pub enabled: bool,
    /// What makes a clip and a transition a pair (default by instruction, the paper's).
    pub pairing: mirror::Pairing,
    /// The loss and its options.
    #[serde(flatten)]
    pub loss: mirror::Settings,
    /// Weight of the loss, lambda_align (default 0.5, the paper's).
    pub weight: f64,
    /// Learning rate of the maps (default 1e-4, the paper's).
    pub lr: f64,
}

/// Closed loop and recognition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eval {
    /// Episodes of each task (default 25, PerAct's).
    pub episodes: u32,
    /// Actions after which an episode is given up (default 25, PerAct's).
    pub steps: u32,
}

impl Config {
    /// Defaults, then the file, then single settings.
    ///
    /// # Errors
    /// A usage error that names the file or `--set`, the key, and what is wrong.
    pub fn resolve(file: Option<(&Path, &Table)>, set: &[Setting]) -> anyhow::Result<Self> {
        let mut table = Table::try_from(Self::default())?;
        if let Some((path, over)) = file {
            let named = |line| UsageError(format!("{}: {line}", path.display()));
            lay(&mut table, over).map_err(named)?;
        }
        let named = |line| UsageError(format!("--set: {line}"));
        set.iter().try_for_each(|setting| setting.apply(&mut table)).map_err(named)?;
        let source = file.map_or_else(|| "--set".into(), |(path, _)| path.display().to_string());
        let config: Self = table.try_into().map_err(|e: toml::de::Error| {
            UsageError(format!("{source}: {}", e.message().replace('\n', " ")))
        })?;
        config.check().map_err(|line| UsageError(format!("{source}: {line}")))?;
        Ok(config)
    }

    /// The settings as one text that does not depend on how they were given.
    pub fn to_json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// First 16 hexadecimal digits of the blake3 of the settings: what names a run.
    pub fn hash(&self) -> anyhow::Result<String> {
        Ok(blake3::hash(self.to_json()?.as_bytes()).to_hex()[..16].to_owned())
    }
}
