//! Pairs to learn by heart: scenes without a simulator, each with the film of its action and a sentence of
//! its own, and one model of each kind.

use agents::alignment::{Alignment, Label, Labels, Level, Settings, losses, recall};
use agents::count;
use agents::nn::contrast::Marks;
use agents::nn::training::clip_global_norm;
use agents::nn::weights::{Init, Noise, stream};
use agents::policy::arp::{Arp, Tap};
use agents::policy::synthetic::Scene;
use agents::policy::{Augmentation, Observation, Preprocessor, SampleError, Workspace};
use agents::presets::Preset;
use agents::video::viclip;
use agents::video::viclip::{Clip, Sentences, ViClip, kept};
use burn::module::Module;
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Gradients};

/// Peak learning rate, steps up to it, and its share that is left in the end.
const RATE: f64 = 1e-3;
const WARM_UP: usize = 20;
const LEFT: f64 = 0.02;
/// Weight of the alignment (lambda_align).
const ALIGN: f64 = 0.5;
/// Nothing is varied but the centre of the fine stage: at its first guess the coarse stage is off by up
/// to half a voxel, and a fine stage that never saw that would not correct it.
const VARIED: Augmentation = Augmentation { centre: 0.1, ..Augmentation::NONE };
/// Distance within which a position counts as hit, metres.
const HIT: f32 = 0.01;

/// Pairs and models.
pub(crate) struct Lesson {
    preset: Preset,
    scenes: Vec<Scene>,
    clips: Vec<Clip>,
    sentences: Sentences,
    labels: Labels,
    preprocessor: Preprocessor,
    settings: Settings,
    loss: &'static losses::Loss,
    device: Device,
    video: ViClip,
    policy: Arp,
    alignment: Alignment,
    optimisers: [ModuleOptimizer; 3],
}

/// Losses of a step, in nats.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Losses {
    /// L_AU, clips masked as training masks them.
    pub(crate) video_text: f32,
    /// L_EE.
    pub(crate) policy: f32,
    /// L_align.
    pub(crate) align: f32,
}

/// What the models know of their pairs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Score {
    /// L_AU of whole clips.
    pub(crate) video_text: f32,
    /// Positions within a centimetre, decided from the pictures alone.
    pub(crate) positions: usize,
    /// Recall@1 of both directions, averaged, times the number of pairs.
    pub(crate) recalled: f64,
}

impl Lesson {
    /// `pairs` pairs for models of this preset.
    pub(crate) fn new(preset: &Preset, pairs: usize) -> Self {
        let device = Device::flex().autodiff();
        let mut rng = stream(1, 0, 0, "synthetic");
        let scenes: Vec<_> = (0..pairs).map(|_| Scene::draw(&preset.policy, &mut rng)).collect();
        let (frames, side) = (preset.video.frames, preset.video.size);
        let clips = scenes.iter().map(|scene| scene.clip(frames, side)).collect();
        // Two words each; ids 1 and 2 begin and end a sentence.
        let texts = (0..pairs as i32).map(|i| vec![10 + i, 10 + (i + 1) % 4]);
        let labels = |i| Label { episode: i, instruction: i, task: 0 };
        let labels: Vec<_> = (0..pairs).map(labels).collect();
        let settings = Settings::default();
        let loss = losses::find(&settings.loss).expect("the default is one of the list");
        let init = Init::new(7, &device);
        let latent = preset.alignment.latent;
        let alignment =
            Alignment::new(&init.at("mirror"), count::taps(preset), latent, &settings, loss);
        let adam = || AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(0.01).init();
        Self {
            scenes,
            clips,
            sentences: Sentences::new(texts, 1, 2, preset.video.context),
            labels: Labels { seen: labels.clone(), done: labels, level: Level::Instruction },
            preprocessor: Preprocessor::new(&preset.policy, Workspace::default()),
            settings,
            loss,
            video: ViClip::new(&init.at("video"), &preset.video),
            policy: Arp::new(&init.at("policy"), &preset.policy),
            alignment,
            optimisers: [(); 3].map(|()| adam()),
            preset: preset.clone(),
            device,
        }
    }

    /// One step of `steps` on all pairs.
    pub(crate) fn step(&mut self, step: usize, steps: usize) -> Result<Losses, SampleError> {
        let noise = Noise::new(1, step as u64);
        let transitions: Vec<_> = self.scenes.iter().map(Scene::transition).collect();
        let batch = self.preprocessor.batch(&transitions, &VARIED, 1.0, &noise)?;
        let inputs = batch.into_inputs(&self.preset.policy, &self.device);
        let masked = kept(&self.preset.video, self.clips.len(), &noise);
        let seen = self.video.see(&self.clips, masked.as_deref(), Some(&noise));
        let ids: Vec<usize> = (0..self.clips.len()).collect();
        let video_text = self.video.loss(&seen, self.video.read(&self.sentences), &ids);
        let done = self.policy.train_step(inputs, Tap::E3, None);
        let tap = seen.tap(viclip::Tap::Class);
        let aligned =
            self.alignment.forward(tap, done.tap, &self.labels, &self.settings, self.loss);
        let acted = done.losses.total();
        let total = video_text.clone() + acted.clone() + aligned.loss.clone() * ALIGN;
        let mut gradients = total.backward();
        let rate = rate(step, steps);
        let [video, policy, alignment] = &mut self.optimisers;
        self.video = update(self.video.clone(), video, &mut gradients, rate);
        self.video = self.video.clone().clamp_temperature();
        self.policy = update(self.policy.clone(), policy, &mut gradients, rate);
        self.alignment = update(self.alignment.clone(), alignment, &mut gradients, rate);
        Ok(Losses {
            video_text: video_text.into_scalar(),
            policy: acted.into_scalar(),
            align: aligned.loss.into_scalar(),
        })
    }

    /// Judges the models as they are used: whole clips, and actions decided from pictures.
    pub(crate) fn judge(&self) -> Result<Score, SampleError> {
        let (video, policy, alignment) =
            (self.video.valid(), self.policy.valid(), self.alignment.valid());
        let transitions: Vec<_> = self.scenes.iter().map(Scene::transition).collect();
        let observations: Vec<Observation> =
            transitions.iter().map(|transition| transition.observation.clone()).collect();
        let seen = video.see(&self.clips, None, None);
        let ids: Vec<usize> = (0..self.clips.len()).collect();
        let video_text = video.loss(&seen, video.read(&self.sentences), &ids).into_scalar();
        let decisions = self.preprocessor.decide(&policy, &observations, Tap::E3)?;
        let near = decisions.iter().zip(&transitions).filter(|(decision, transition)| {
            let (found, wanted) = (decision.action.position, transition.action.position);
            let square: f32 = (0..3).map(|axis| (found[axis] - wanted[axis]).powi(2)).sum();
            square.sqrt() < HIT
        });
        let positions = near.count();
        let taps = decisions.iter().flat_map(|decision| decision.tap.iter().copied()).collect();
        let width = decisions.first().map_or(0, |decision| decision.tap.len());
        let data = burn::tensor::TensorData::new(taps, [decisions.len(), width]);
        let done = burn::tensor::Tensor::from_data(data, &self.device.clone().inner());
        let tap = alignment.map_seen(seen.tap(viclip::Tap::Class));
        let similarity = agents::nn::contrast::cosines(tap, alignment.map_done(done));
        let right = Marks::new(similarity.dims(), |row, column| row == column);
        let recalled = recall(&similarity, &right) * decisions.len() as f64;
        Ok(Score { video_text, positions, recalled })
    }
}

fn update<M: Module>(
    model: M,
    optimiser: &mut ModuleOptimizer,
    gradients: &mut Gradients,
    rate: f64,
) -> M {
    let own = GradientsParams::from_module(gradients, &model);
    let (own, _) = clip_global_norm(&model, own, 1.0);
    optimiser.step(rate, model, own)
}

/// Warm-up, then half a cosine.
fn rate(step: usize, steps: usize) -> f64 {
    let warm = ((step + 1) as f64 / WARM_UP as f64).min(1.0);
    let cosine = 0.5 * (1.0 + (std::f64::consts::PI * step as f64 / steps as f64).cos());
    RATE * warm * (LEFT + (1.0 - LEFT) * cosine)
}
