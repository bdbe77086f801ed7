//! What models compute on a graphics processor is what they compute on the CPU.
//!
//! Built without the feature `gpu`, or without a graphics processor, these tests say on stderr that they are skipped; with
//! `MIRROR_REQUIRE_ADAPTER=1` they fail instead.

use agents::alignment::{Alignment, Label, Labels, Level, Settings, losses};
use agents::nn::device;
use agents::nn::training::clip_global_norm;
use agents::nn::weights;
use agents::nn::weights::{Init, Noise};
use agents::policy::arp::{Arp, Tap};
use agents::policy::synthetic::Scene;
use agents::policy::{Augmentation, Observation, Preprocessor, Workspace};
use agents::presets::{MINI, Preset, TINY};
use agents::video::viclip;
use agents::video::viclip::{Clip, Tokenizer, ViClip, Words, kept};
use burn::module::{Module, ModuleVisitor, Param};
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Gradients, Tensor};
use rand::RngExt as _;

use crate::binary::say;

/// Largest difference, as a share of the length of the numbers compared.
const NEAR: f64 = 1e-3;
/// Samples in a batch.
const SAMPLES: usize = 4;
/// What is said of their clips.
const SAID: [&str; SAMPLES] = [
    "open the drawer",
    "turn the left tap",
    "take the steak off the grill",
    "take the steak off it",
];

/// The graphics processor, unless there is none and that is allowed.
fn processor(test: &str) -> Option<Device> {
    match device::vulkan() {
        Ok(device) => Some(device),
        Err(error) => {
            let required = std::env::var("MIRROR_REQUIRE_ADAPTER").is_ok_and(|set| set == "1");
            assert!(!required, "MIRROR_REQUIRE_ADAPTER: {error}");
            say(&format!("SKIPPED {test}: {error}"));
            None
        }
    }
}

/// Numbers that a device computed, by name.
type Numbers = Vec<(String, Vec<f32>)>;

/// A training step of all three models, up to the gradients.
fn step(preset: &Preset, device: &Device) -> Numbers {
    let device = device.clone().autodiff();
    let init = Init::new(5, &device);
    let noise = Noise::new(1, 2);
    let mut rng = weights::stream(3, 0, 0, "parity");
    let settings = Settings::default();
    let loss = losses::find(&settings.loss).unwrap();
    let tap = Tap::default();
    let widths = [viclip::Tap::Class.width(&preset.video), tap.width(&preset.policy)];
    let see = ViClip::new(&init, &preset.video);
    let act = Arp::new(&init, &preset.policy);
    let align = Alignment::new(&init, widths, preset.alignment.latent, &settings, loss);

    let (frames, side) = (preset.video.frames, preset.video.size);
    let mut clip = || {
        let bytes: Vec<u8> = (0..frames * side * side * 3).map(|_| rng.random()).collect();
        Clip::from_bytes(&[frames, side, side, 3], &bytes).unwrap()
    };
    let clips: Vec<Clip> = (0..SAMPLES).map(|_| clip()).collect();
    let context = preset.video.context;
    let words = Words::new(SAID, preset.video.vocabulary, context).unwrap();
    let sentences = Tokenizer::Words(words).encode(&SAID, context);
    let scenes: Vec<Scene> = (0..SAMPLES).map(|_| Scene::draw(&preset.policy, &mut rng)).collect();
    let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
    let preprocessor = Preprocessor::new(&preset.policy, Workspace::default());
    let batch = preprocessor.batch(&transitions, &Augmentation::default(), 1.0, &noise).unwrap();

    let masked = kept(&preset.video, SAMPLES, &noise);
    let seen = see.see(&clips, masked.as_deref(), Some(&noise));
    let video_text = see.loss(&seen, see.read(&sentences), &[0, 1, 2, 2]);
    let dropout = Some((noise, preset.policy.dropout));
    let done = act.train_step(batch.into_inputs(&preset.policy, &device), tap, dropout);
    let label = |i| Label { episode: i, instruction: i, task: 0 };
    let both: Vec<Label> = (0..SAMPLES).map(label).collect();
    let labels = Labels { seen: both.clone(), done: both, level: Level::Instruction };
    let aligned =
        align.forward(seen.tap(viclip::Tap::Class), done.tap.clone(), &labels, &settings, loss);

    let total = video_text.clone() + done.losses.total() + aligned.loss.clone();
    let mut found = vec![
        numbers("clip embeddings", seen.embedding),
        numbers("tap of policy", done.tap),
        numbers("loss of video", video_text),
        numbers("losses of policy", done.losses.divergences()),
        numbers("loss of alignment", aligned.loss),
    ];
    let gradients = total.backward();
    found.push(("gradients of video".into(), flat(&see, &gradients)));
    found.push(("gradients of policy".into(), flat(&act, &gradients)));
    found.push(("gradients of the maps".into(), flat(&align, &gradients)));

    // An update and a decision, so that nothing of a run was never tried here.
    let mut optimiser: ModuleOptimizer = AdamWConfig::new().with_epsilon(1e-8).init();
    let own = GradientsParams::from_grads(gradients, &act);
    let (own, norm) = clip_global_norm(&act, own, 1.0);
    found.push(("norm of policy".into(), vec![norm as f32]));
    let act = optimiser.step(1e-3, act, own).valid();
    let observed: Vec<Observation> =
        transitions.iter().map(|transition| transition.observation.clone()).collect();
    let decided = preprocessor.decide(&act, &observed, tap).unwrap();
    assert!(decided.iter().all(|one| one.action.position.iter().all(|x| x.is_finite())));
    found
}

fn numbers<const D: usize>(name: &str, tensor: Tensor<D>) -> (String, Vec<f32>) {
    (name.into(), tensor.into_data().iter::<f32>().collect())
}

/// Every gradient of a module, end to end.
fn flat(module: &impl Module, gradients: &Gradients) -> Vec<f32> {
    let mut walk = Flat { gradients, values: Vec::new() };
    module.visit(&mut walk);
    walk.values
}

struct Flat<'a> {
    gradients: &'a Gradients,
    values: Vec<f32>,
}

impl ModuleVisitor for Flat<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = param.val().grad(self.gradients) {
            self.values.extend(gradient.into_data().iter::<f32>());
        }
    }
}

/// Length of the difference as a share of the length of what is expected.
fn apart(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let length = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
    let pairs = found.iter().zip(expected);
    let difference = length(&mut pairs.map(|(a, b)| f64::from(*a) - f64::from(*b)));
    difference / length(&mut expected.iter().copied().map(f64::from)).max(1e-12)
}

fn agree(test: &str, preset: &Preset) {
    let Some(processor) = processor(test) else { return };
    let (found, expected) = (step(preset, &processor), step(preset, &device::cpu()));
    for ((name, found), (_, expected)) in found.iter().zip(&expected) {
        assert!(expected.iter().any(|x| *x != 0.0), "{name}: nothing to compare");
        let apart = apart(found, expected);
        say(&format!("{test}: {name}: {apart:.1e}"));
        assert!(apart < NEAR, "{}, {name}: {apart:.2e} apart", preset.name);
    }
}

#[test]
fn tiny_is_the_same_on_a_graphics_processor() {
    agree("tiny", &TINY);
}

#[test]
fn mini_is_the_same_on_a_graphics_processor() {
    agree("mini", &MINI);
}

/// What the comparison compares is there, and would show a difference.
#[test]
fn the_comparison_can_fail() {
    let step = step(&TINY, &device::cpu());
    for (name, values) in &step {
        assert!(values.iter().any(|x| *x != 0.0), "{name}");
        let off: Vec<f32> = values.iter().map(|x| x * 1.002).collect();
        assert!(apart(&off, values) > NEAR, "{name}");
    }
}
