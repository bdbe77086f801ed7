//! Every setting of a run, with its default.

use std::path::Path;

use agents::alignment;
use agents::alignment::{Hierarchy, Negatives, Outer, Pairing, Projection, StopGradient};
use agents::policy;
use agents::policy::Augmentation;
use agents::presets;
use agents::presets::{Extensions, Language, Preset};
use agents::video;
use serde::{Deserialize, Serialize};
use sim::episode::environment::ACTION_LIMIT;
use sim::episode::split::{BASE_SEEDS, BASES};
use sim::robot::GraspMode;
use sim::task::Rules;
use sim::tasks;
use toml::Table;

use super::overlay::{Setting, lay};
use crate::cli::flags::task;
use crate::cli::usage::UsageError;
use crate::data::cameras::camera;
use crate::data::collect::MOST_EPISODES;

/// Version of the defaults. It changes when the default of a setting changes. A new setting whose default
/// keeps what runs did before needs no new version: old runs keep their names.
pub const FORMAT: u32 = 1;

/// Most layers of a multi-view transformer; the published policies have 8.
const MOST_LAYERS: usize = 64;

/// A run: data, models, training, evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Version of the defaults that the hash leaves out, [`FORMAT`].
    pub format: u32,
    /// Sizes of the networks: a preset's name (default `tiny`).
    pub preset: String,
    /// Whether the policy is told the instruction (default true); else it learns without.
    pub told: bool,
    /// Whether the policy is told which keyframe it is at (default false, as ARP).
    pub time_in_state: bool,
    /// Seed of initial weights, order of data and augmentation (default 0).
    pub seed: u64,
    /// Which policy learns.
    pub policy: Policy,
    /// Which video encoder learns.
    pub video: Video,
    /// What is learned from.
    pub data: Data,
    /// How it is learned.
    pub train: Train,
    /// How observations are varied while learning.
    pub augment: Augmentation,
    /// How video encoder and policy are aligned.
    pub align: Align,
    /// How the result is judged.
    pub eval: Eval,
}

/// The policy's network; its sizes are the preset's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Family of policies: `arp` (default) or `rvt2`.
    pub family: String,
    /// Optional parts of the preset that are left out, by name (default none): see
    /// [`agents::presets::Extensions`].
    pub without: Vec<String>,
    /// Layers of each multi-view transformer, half of them (rounded down) inside each view (default 0: as many
    /// as the preset has).
    pub layers: usize,
}

/// The video encoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Video {
    /// Its family: `viclip` (default), or `frames`, which reads frame by frame and takes the mean.
    pub encoder: String,
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
    /// Checksum of the dataset named by `--data`; empty where the settings describe it.
    pub source: String,
}

/// Optimisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Train {
    /// Which towers learn (default `both`, the paper's); the other keeps its first weights.
    pub towers: Towers,
    /// What moves the weights of both towers (default `adamw`, the paper's).
    pub optimiser: Optimiser,
    /// Learning rate of Muon as a multiple of the tower's; at 1 its steps are a fifth of AdamW's first ones
    /// (default 4).
    pub muon_lr: f64,
    /// Pairs in a step (default 16).
    pub batch: usize,
    /// Steps in which each tower learns alone; every arm of a study shares them (default 250).
    pub solo_steps: u64,
    /// Steps in which only the linear maps learn, towers frozen (default 20).
    pub warm_steps: u64,
    /// Steps in which all learn together, or for the baseline still alone (default 150).
    pub joint_steps: u64,
    /// Peak learning rate of the video encoder (default 1e-3).
    pub lr_video: f64,
    /// Peak learning rate of the policy (default 1e-3).
    pub lr_policy: f64,
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
    pub weight_policy: f64,
    /// Whether training draws among an instruction's paraphrases (default true); judging uses the first.
    pub paraphrases: bool,
    /// Steps between checkpoints (default 100).
    pub checkpoint: u64,
    /// Steps between validations; 0 for only at the end of a phase (default 0).
    pub validate: u64,
    /// Steps between looks at the gradients' angle in the joint phase; 0 for none (default 25).
    pub angle: u64,
}

/// Which of the two towers learn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Towers {
    /// Both.
    #[default]
    Both,
    /// The video encoder alone.
    Video,
    /// The policy alone.
    Policy,
}

impl Towers {
    /// Whether the video encoder learns.
    #[must_use]
    pub fn video(self) -> bool {
        self != Self::Policy
    }

    /// Whether the policy learns.
    #[must_use]
    pub fn policy(self) -> bool {
        self != Self::Video
    }
}

/// What moves the weights of a tower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Optimiser {
    /// AdamW for all of them.
    #[default]
    Adamw,
    /// Muon for the matrices of linear layers, AdamW for the rest.
    Muon,
}

/// Alignment of the two towers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Align {
    /// Whether the joint phase aligns at all; the baseline does not (default true).
    pub enabled: bool,
    /// What makes a clip and a transition a pair (default `instruction`, the paper's).
    pub pairing: Pairing,
    /// How an episode is drawn: `instruction` (default) or `episode`.
    pub outer: Outer,
    /// The loss (default `infonce`, the paper's).
    pub loss: String,
    /// What other pairs of the same label are (default `all`, the paper's formula).
    pub negatives: Negatives,
    /// Temperature (default 0.1, the paper's).
    pub tau: f64,
    /// Shape of the two maps (default `linear`, the paper's).
    pub proj: Projection,
    /// Which side is left as it is (default `none`, the paper's).
    pub stop_grad: StopGradient,
    /// Where the video encoder is read: `class` (default), `embedding`, `patches`, or `block1` and so on.
    pub tap_u: video::Tap,
    /// Where the policy is read: `e1` to `e4` (default `e3`).
    pub tap_e: String,
    /// Weight of the loss, lambda_align (default 0.5, the paper's).
    pub weight: f64,
    /// Learning rate of the maps (default 1e-4, the paper's).
    pub lr: f64,
    /// Weights and temperatures of `hierarchical`.
    pub hier: Hierarchy,
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

impl Default for Config {
    fn default() -> Self {
        Self {
            format: FORMAT,
            preset: "tiny".into(),
            told: true,
            time_in_state: false,
            seed: 0,
            policy: Policy {
                family: policy::FAMILIES[0].name.into(),
                without: Vec::new(),
                layers: 0,
            },
            video: Video { encoder: video::FAMILIES[0].name.into() },
            data: Data {
                tasks: vec!["all".into()],
                train: 100,
                val: 25,
                test: 25,
                seed: 0,
                camera: "front".into(),
                rules: Rules::Fixed,
                grasp: GraspMode::Assist,
                source: String::new(),
            },
            train: Train {
                towers: Towers::default(),
                optimiser: Optimiser::default(),
                muon_lr: 4.0,
                batch: 16,
                solo_steps: 250,
                warm_steps: 20,
                joint_steps: 150,
                lr_video: 1e-3,
                lr_policy: 1e-3,
                joint_lr: 0.5,
                warmup: 20,
                final_lr: 0.02,
                weight_decay: 0.01,
                beta1: 0.9,
                beta2: 0.98,
                clip: 1.0,
                ema: 0.0,
                weight_policy: 1.0,
                paraphrases: true,
                checkpoint: 100,
                validate: 0,
                angle: 25,
            },
            augment: Augmentation::default(),
            align: Align {
                enabled: true,
                pairing: Pairing::default(),
                outer: Outer::default(),
                loss: alignment::Settings::default().loss,
                negatives: Negatives::default(),
                tau: 0.1,
                proj: Projection::default(),
                stop_grad: StopGradient::default(),
                tap_u: video::Tap::default(),
                tap_e: policy::Tap::default().name().into(),
                weight: 0.5,
                lr: 1e-4,
                hier: Hierarchy::default(),
            },
            eval: Eval { episodes: 25, steps: ACTION_LIMIT },
        }
    }
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

    /// The settings that the solo phase depends on: runs that share them share its result.
    #[must_use]
    pub fn solo(&self) -> Self {
        let Self { align, eval, train, .. } = Self::default();
        let train = Train {
            warm_steps: train.warm_steps,
            joint_steps: train.joint_steps,
            joint_lr: train.joint_lr,
            angle: train.angle,
            ..self.train.clone()
        };
        let align = Align { enabled: false, outer: self.align.outer, ..align };
        Self { align, eval, train, ..self.clone() }
    }

    /// The tasks, in the tables' order.
    #[must_use]
    pub fn tasks(&self) -> Vec<&'static str> {
        let data = &self.data;
        let wanted = |name: &&str| data.tasks == ["all"] || data.tasks.iter().any(|t| t == name);
        tasks::ALL.iter().map(|task| task.name).filter(wanted).collect()
    }

    /// Name of the arm in tables: the pairing and its temperature, or `baseline`.
    #[must_use]
    pub fn arm(&self) -> String {
        if self.align.enabled {
            format!("{} {}", self.pairing(), self.align.tau)
        } else {
            "baseline".into()
        }
    }

    /// The pairing's name in tables; `none` in the baseline.
    #[must_use]
    pub fn pairing(&self) -> &'static str {
        match self.align.pairing {
            _ if !self.align.enabled => "none",
            Pairing::Episode => "episode",
            Pairing::Instruction => "instruction",
            Pairing::Task => "task",
        }
    }

    /// The preset with this run's choices.
    ///
    /// # Errors
    /// Names a preset that does not exist, or cannot be trained.
    pub fn shape(&self) -> Result<Preset, String> {
        let found = presets::find(&self.preset).ok_or_else(|| {
            let names: Vec<&str> = presets::ALL.iter().map(|preset| preset.name).collect();
            format!("`preset` {} is none of {}", self.preset, names.join(", "))
        })?;
        if self.told && matches!(found.policy.language, Language::Frozen { .. }) {
            return Err(format!(
                "`preset` {}: its policy reads CLIP's frozen features; train it with told = false",
                self.preset
            ));
        }
        let family = policy::find(&self.policy.family).ok_or_else(|| {
            let names: Vec<&str> = policy::FAMILIES.iter().map(|family| family.name).collect();
            format!("`policy.family` {} is none of {}", self.policy.family, names.join(", "))
        })?;
        let mut shape = found.clone();
        for name in &self.policy.without {
            let left = shape.policy.extensions.without(name);
            shape.policy.extensions = left.ok_or_else(|| {
                let names = Extensions::names().join(", ");
                format!("`policy.without` {name} is none of {names}")
            })?;
        }
        if !family.extends && shape.policy.extensions != Extensions::NONE {
            return Err(format!(
                "`preset` {}: `policy.family` {} lacks its optional parts",
                self.preset, family.name
            ));
        }
        let encoder = video::find(&self.video.encoder).ok_or_else(|| {
            let names: Vec<&str> = video::FAMILIES.iter().map(|family| family.name).collect();
            format!("`video.encoder` {} is none of {}", self.video.encoder, names.join(", "))
        })?;
        if self.policy.layers > 0 {
            shape.policy.depth = self.policy.layers;
        }
        shape.policy.family = family.name;
        shape.video.encoder = encoder.name;
        shape.policy.time_in_state = self.time_in_state;
        Ok(shape)
    }

    /// The alignment's settings as the loss reads them.
    #[must_use]
    pub fn alignment(&self) -> alignment::Settings {
        let Align { loss, negatives, tau, proj, stop_grad, hier, .. } = self.align.clone();
        alignment::Settings { loss, negatives, tau, proj, stop_grad, hier }
    }

    /// What no type can say.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.format != FORMAT {
            return Err(format!("`format` {}: this program reads {FORMAT}", self.format));
        }
        self.shape()?;
        if self.policy.layers > MOST_LAYERS {
            let layers = self.policy.layers;
            return Err(format!("`policy.layers` {layers}: must be at most {MOST_LAYERS}"));
        }
        camera(&self.data.camera).map_err(|error| format!("`data.camera`: {error}"))?;
        let counts = [("train", self.data.train), ("val", self.data.val), ("test", self.data.test)];
        let bad = counts.into_iter().find(|(_, count)| !(1..=MOST_EPISODES).contains(count));
        if let Some((key, count)) = bad {
            return Err(format!("`data.{key}` {count}: must be 1 to {MOST_EPISODES}"));
        }
        if self.data.seed >= BASES {
            return Err(format!("`data.seed` {}: must be below {BASES}", self.data.seed));
        }
        if u64::from(self.eval.episodes) > BASE_SEEDS {
            return Err(format!(
                "`eval.episodes` {}: must be at most {BASE_SEEDS}",
                self.eval.episodes
            ));
        }
        if self.data.tasks != ["all"] {
            self.data.tasks.iter().try_for_each(|name| task(name).map(drop))?;
        }
        if alignment::losses::find(&self.align.loss).is_none() {
            let names: Vec<&str> = alignment::losses::ALL.iter().map(|loss| loss.name).collect();
            return Err(format!(
                "`align.loss` {} is none of {}",
                self.align.loss,
                names.join(", ")
            ));
        }
        let video = &self.shape()?.video;
        self.align.tap_u.check(video).map_err(|e| format!("`align.tap_u` {e}"))?;
        self.align.tap_e.parse::<policy::Tap>().map_err(|e| format!("`align.tap_e`: {e}"))?;
        if self.align.enabled && self.train.towers != Towers::Both {
            return Err("`train.towers`: `align.enabled` needs both towers".into());
        }
        let positive = [
            ("train.batch", self.train.batch as f64),
            ("train.muon_lr", self.train.muon_lr),
            ("train.lr_video", self.train.lr_video),
            ("train.lr_policy", self.train.lr_policy),
            ("train.joint_lr", self.train.joint_lr),
            ("train.checkpoint", self.train.checkpoint as f64),
            ("align.tau", self.align.tau),
            ("align.lr", self.align.lr),
            ("eval.steps", f64::from(self.eval.steps)),
        ];
        let bad = positive.into_iter().find(|(_, value)| !(value.is_finite() && *value > 0.0));
        if let Some((key, value)) = bad {
            return Err(format!("`{key}` {value}: must be above 0"));
        }
        let shares = [
            ("train.final_lr", self.train.final_lr),
            ("train.beta1", self.train.beta1),
            ("train.beta2", self.train.beta2),
            ("train.ema", self.train.ema),
        ];
        let bad = shares.into_iter().find(|(_, value)| !(0.0..1.0).contains(value));
        bad.map_or(Ok(()), |(key, value)| Err(format!("`{key}` {value}: must be in 0 to below 1")))
    }
}
