//! One step of learning: losses, gradients, updates.

use agents::alignment;
use agents::alignment::{Aligned, cosine, losses};
use agents::nn::training::clip_global_norm;
use agents::nn::weights::Noise;
use agents::policy;
use agents::presets::Preset;
use agents::video::unmasked_patches;
use anyhow::Context as _;
use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Bytes, Device, Tensor};

use super::optimisers::optimisers;
use super::pairs::Batch;
use super::schedule::Phase;
use crate::cli::clock::processor_seconds;
use crate::run::config::Config;
use crate::run::models::{Instructions, Models};
use crate::store::tables::names;

/// The models with their optimisers.
pub(crate) struct Learner {
    /// The models.
    pub models: Models,
    /// Where the time of all steps so far went.
    pub spent: StepTimings,
    optimisers: [ModuleOptimizer; 3],
    shape: Preset,
    config: Config,
    settings: alignment::Settings,
    loss: &'static losses::Loss,
    tap_e: policy::Tap,
    device: Device,
}

/// Processor time of the parts of a step, seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StepTimings {
    /// Up to the losses.
    pub forward: f64,
    /// Gradients, and losses as numbers.
    pub backward: f64,
    /// Clipping and the optimisers.
    pub update: f64,
}

/// Numbers of a step, by name.
pub(crate) type Readings = Vec<(String, f64)>;

/// What a step differentiates.
struct Forward {
    video_text: Option<Tensor<1>>,
    policy: Option<policy::Losses>,
    aligned: Option<Aligned>,
}

impl Forward {
    /// The towers' own losses, by name: what they add to the total.
    fn own(&self, config: &Config) -> Vec<(&'static str, Tensor<1>)> {
        let policy = self.policy.as_ref().map(|policy| policy.total() * config.train.weight_policy);
        let each = [("video", self.video_text.clone()), ("policy", policy)];
        each.into_iter().filter_map(|(name, loss)| Some((name, loss?))).collect()
    }
}

impl Learner {
    /// Fresh optimisers for these models; `device` differentiates.
    pub(crate) fn new(
        models: Models,
        config: &Config,
        shape: &Preset,
        device: &Device,
    ) -> anyhow::Result<Self> {
        let loss = losses::find(&config.align.loss).context("no such loss")?;
        Ok(Self {
            optimisers: optimisers(config, &models),
            models,
            spent: StepTimings::default(),
            shape: shape.clone(),
            config: config.clone(),
            settings: config.alignment(),
            loss,
            tap_e: config.align.tap_e.parse().map_err(anyhow::Error::msg)?,
            device: device.clone(),
        })
    }

    /// Forgets the optimisers' state: a phase with another learning rate begins.
    pub(super) fn restart(&mut self) {
        self.optimisers = optimisers(&self.config, &self.models);
    }

    /// State of the optimisers of video encoder, policy and alignment.
    pub(super) fn state(&self) -> anyhow::Result<[Vec<u8>; 3]> {
        let [a, b, c] = self.optimisers.each_ref().map(ModuleOptimizer::into_bytes);
        let bytes = |state: Result<Bytes, _>| Ok::<_, burn::store::RecordError>(state?.to_vec());
        Ok([bytes(a)?, bytes(b)?, bytes(c)?])
    }

    /// Continues with a state that [`Self::state`] gave.
    pub(super) fn resume(&mut self, state: [Vec<u8>; 3]) -> anyhow::Result<()> {
        let fresh = optimisers(&self.config, &self.models);
        let mut loaded = Vec::with_capacity(3);
        for (optimiser, bytes) in fresh.into_iter().zip(state) {
            loaded.push(optimiser.from_bytes(Bytes::from_bytes_vec(bytes))?);
        }
        self.optimisers = loaded.try_into().ok().context("three optimisers")?;
        Ok(())
    }

    /// Learns from a batch; `angle` asks for the gradients' angle as well.
    ///
    /// # Errors
    /// When a loss is no number any more.
    pub(crate) fn step(
        &mut self,
        batch: Batch,
        instructions: &Instructions,
        phase: Phase,
        step: u64,
        angle: bool,
    ) -> anyhow::Result<Readings> {
        let noise = Noise::new(self.config.seed, phase.position(&self.config, step).key);
        let align = self.config.align.enabled && phase != Phase::Solo;
        let mut readings = Readings::new();
        if align && angle && phase == Phase::Joint {
            readings.extend(self.angles(&batch, instructions, &noise));
        }
        let begun = processor_seconds();
        let forward = self.forward(batch, instructions, phase, align, &noise);
        let own = forward.own(&self.config);
        let alone = sum(own.iter().map(|(_, loss)| loss.clone()))?;
        let aligned = forward.aligned.as_ref();
        let pull = aligned.map(|aligned| aligned.loss.clone() * self.config.align.weight);
        let total = match (&pull, phase) {
            (Some(pull), Phase::Warm) => pull.clone(),
            (Some(pull), _) => alone + pull.clone(),
            (None, _) => alone,
        };
        let passed = processor_seconds();
        self.spent.forward += passed - begun;
        let gradients = total.clone().backward();
        let value = |tensor: Tensor<1>| f64::from(tensor.into_scalar::<f32>());
        let part = |name: &str| format!("{}{name}", names::LOSS_PART);
        readings.push((names::LOSS.into(), value(total)));
        readings.extend(own.into_iter().map(|(name, loss)| (part(name), value(loss))));
        if let Some(pull) = pull {
            readings.push((part("align"), value(pull)));
        }
        if let Some(policy) = forward.policy {
            let each: Vec<f32> = policy.divergences().into_data().iter::<f32>().collect();
            let named = |(name, loss)| (format!("{}{name}", names::DIVERGENCE), f64::from(loss));
            readings.extend(policy.names.iter().zip(each).map(named));
        }
        if let Some(aligned) = forward.aligned {
            readings.push((names::RECALL.into(), aligned.recall));
        }
        if let Some((name, _)) = readings.iter().find(|(_, value)| !value.is_finite()) {
            anyhow::bail!(
                "{name} is no number at {} step {step}: try a lower learning rate",
                phase.name()
            );
        }
        let returned = processor_seconds();
        self.spent.backward += returned - passed;
        self.update(gradients, phase, step, align, &mut readings);
        self.spent.update += processor_seconds() - returned;
        Ok(readings)
    }

    /// Cosines between what the alignment and what each tower's own loss do to the tower.
    fn angles(&self, batch: &Batch, instructions: &Instructions, noise: &Noise) -> Readings {
        // A graph can be differentiated once, so each loss gets a forward pass of its own. The towers'
        // losses share no parameter and go together.
        let forward = || self.forward(batch.clone(), instructions, Phase::Joint, true, noise);
        let Some(aligned) = forward().aligned else { return Readings::new() };
        let pull = aligned.loss.backward();
        let Forward { video_text, policy, .. } = forward();
        let own = video_text.into_iter().chain(policy.map(|policy| policy.total()));
        let Ok(own) = sum(own) else { return Readings::new() };
        let own = own.backward();
        let Models { video, policy, .. } = &self.models;
        let found =
            [("video", cosine(video, &pull, &own)), ("policy", cosine(policy, &pull, &own))];
        let named =
            |(name, angle): (&str, Option<f64>)| Some((format!("{}{name}", names::COSINE), angle?));
        found.into_iter().filter_map(named).collect()
    }

    fn forward(
        &self,
        batch: Batch,
        instructions: &Instructions,
        phase: Phase,
        align: bool,
        noise: &Noise,
    ) -> Forward {
        let Models { video, policy, alignment, .. } = &self.models;
        // Frozen towers are seen as they will be used: whole clips, no dropout.
        let frozen = phase == Phase::Warm;
        let draw = || unmasked_patches(&self.shape.video, batch.clips.len(), noise);
        let unmasked = if frozen { None } else { draw() };
        let noised = (!frozen).then_some(noise);
        let encoded = self.config.train.towers.video().then(|| {
            let encoded = video.encode_clips(&batch.clips, unmasked.as_deref(), noised);
            let texts = video.encode_text(&instructions.tokenize(&batch.texts));
            let loss = video.loss(&encoded, texts, &batch.ids);
            (encoded, loss)
        });
        let dropout = (!frozen).then_some((*noise, self.shape.policy.dropout));
        let done = batch.policy.map(|batch| {
            let inputs = batch.into_inputs(&self.shape.policy, &self.device);
            policy.train_step(inputs, self.tap_e, dropout)
        });
        let both = encoded.as_ref().zip(done.as_ref()).filter(|_| align);
        let aligned = both.map(|((encoded, _), done)| {
            let still = |tap: Tensor<2>| if frozen { tap.detach() } else { tap };
            let (u, e) = (encoded.tap(self.config.align.tap_u), done.tap.clone());
            alignment.forward(still(u), still(e), &batch.labels, &self.settings, self.loss)
        });
        Forward {
            video_text: encoded.map(|(_, loss)| loss),
            policy: done.map(|done| done.losses),
            aligned,
        }
    }

    fn update(
        &mut self,
        mut gradients: burn::tensor::Gradients,
        phase: Phase,
        step: u64,
        align: bool,
        readings: &mut Readings,
    ) {
        let rate = phase.rate(&self.config, step);
        let train = &self.config.train;
        let [video, policy, alignment] = &mut self.optimisers;
        let models = self.models.clone();
        if phase != Phase::Warm && train.towers.video() {
            let lr = train.lr_video * rate;
            let (next, norm) = one(models.video, video, &mut gradients, lr, train.clip);
            self.models.video = next.clamp_temperature();
            readings.push(("norm/video".into(), norm));
        }
        if phase != Phase::Warm && train.towers.policy() {
            let lr = train.lr_policy * rate;
            let (next, norm) = one(models.policy, policy, &mut gradients, lr, train.clip);
            self.models.policy = next;
            readings.push(("norm/policy".into(), norm));
        }
        if phase != Phase::Warm {
            readings.push((names::LEARNING_RATE.into(), train.lr_policy * rate));
        }
        if align {
            let lr = self.config.align.lr;
            self.models.alignment = one(models.alignment, alignment, &mut gradients, lr, 0.0).0;
        }
    }
}

/// The sum of losses, at least one.
fn sum(losses: impl Iterator<Item = Tensor<1>>) -> anyhow::Result<Tensor<1>> {
    losses.reduce(|sum, loss| sum + loss).context("no tower learns")
}

/// Updates one model; also gives the norm of its gradient before clipping.
fn one<M: Module>(
    model: M,
    optimiser: &mut ModuleOptimizer,
    gradients: &mut burn::tensor::Gradients,
    lr: f64,
    clip: f64,
) -> (M, f64) {
    let own = GradientsParams::from_module(gradients, &model);
    let limit = if clip > 0.0 { clip } else { f64::INFINITY };
    let (own, norm) = clip_global_norm(&model, own, limit);
    (optimiser.step(lr, model, own), norm)
}
