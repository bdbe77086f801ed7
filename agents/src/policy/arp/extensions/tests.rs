//! The optional parts as wholes: what they learn, and what they change.

use burn::module::{Module as _, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, activation};
use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;

use crate::nn::weights::{Fill, Init, Noise};
use crate::policy::arp::Arp;
use crate::policy::multi_view::StateEncoder;
use crate::policy::observation::state::STATE;
use crate::policy::synthetic::Scene;
use crate::policy::{
    ActionTokens, Augmentation, BINS, HandPose, LOSSES, PolicyFamily as _, Preprocessor, Tap,
    TwoStage as _, Workspace,
};
use crate::presets;
use crate::presets::{TINY, TINY_PLUS};

fn scenes(shape: &presets::Policy, count: usize) -> Vec<Scene> {
    let mut rng = ChaCha8Rng::seed_from_u64(21);
    (0..count).map(|_| Scene::draw(shape, &mut rng)).collect()
}

fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().try_to_vec().unwrap()
}

#[test]
fn every_optional_part_learns_and_changes_what_is_decided() {
    let device = Device::flex().autodiff();
    let none = presets::Extensions::NONE;
    let parts = [
        presets::Extensions { crop: true, ..none },
        presets::Extensions { state: true, ..none },
        presets::Extensions { yaw: true, ..none },
        presets::Extensions { stem: true, ..none },
        presets::Extensions { state: true, sentence: true, ..none },
        presets::Extensions { coarse: true, ..none },
        presets::Extensions::ALL,
    ];
    let losses = |extensions| {
        let shape = &presets::Policy { extensions, ..TINY.policy.clone() };
        let scenes = scenes(shape, 2);
        let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
        let preprocessor = Preprocessor::new(shape, Workspace::default());
        let policy = Arp::new(&Init::new(3, &device), shape);
        let noise = Noise::new(4, 9);
        let batch =
            preprocessor.batch(&transitions, &Augmentation::default(), 1.0, &noise).unwrap();
        let trained = policy.train_step(batch.into_inputs(shape, &device), Tap::E3, None);
        let gradients = GradientsParams::from_grads(trained.losses.total().backward(), &policy);
        policy.visit(&mut Moved { gradients: &gradients, path: Vec::new() });
        values(&trained.losses.each)
    };
    let plain = losses(none);
    let [crop, state, yaw, stem, sentence, coarse, _all] = parts.map(losses);
    let changed = |other: &[f32], loss: usize| {
        (0..2).any(|s| other[s * LOSSES.len() + loss] != plain[s * LOSSES.len() + loss])
    };
    // Heat maps change with state and stem, the angle about z with everything, and the angle about x, which
    // comes before it, not with the ring.
    let parts = [&crop, &state, &yaw, &stem, &coarse];
    assert_eq!(parts.map(|l| changed(l, 1)), [false, true, false, true, false]);
    assert_eq!(parts.map(|l| changed(l, 4)), [true; 5]);
    assert_eq!(parts.map(|l| changed(l, 2)), [true, true, false, true, true]);
    assert!(sentence.iter().zip(&state).any(|(a, b)| a != b));
}

/// Checks that every parameter has a gradient that is not zero everywhere.
struct Moved<'a> {
    gradients: &'a GradientsParams,
    path: Vec<String>,
}

impl ModuleVisitor for Moved<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let path = self.path.join(".");
        let gradient: Tensor<D> =
            self.gradients.get(param.id).unwrap_or_else(|| panic!("none for {path}"));
        let parts = ["crop", "state", "yaw", "stem", "skip", "film", "colours", "coarse_prompt"];
        let optional = parts.iter().any(|part| path.contains(part));
        let most: f32 = gradient.abs().max().into_scalar();
        assert!(most.is_finite() && (most > 0.0 || !optional), "{path}: {most}");
    }
}

/// Token by token and all at once give the same angles where pictures, waypoint and tokens are the same.
#[test]
fn learning_and_deciding_read_the_same_about_the_same_waypoint() {
    let shape = &TINY_PLUS.policy;
    let device = Device::flex();
    let scenes = scenes(shape, 3);
    let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
    let preprocessor = Preprocessor::new(shape, Workspace::default());
    let policy = Arp::new(&Init::new(3, &device), shape);
    let noise = Noise::new(0, 0);
    let batch = preprocessor.batch(&transitions, &Augmentation::NONE, 1.0, &noise).unwrap();
    let mut inputs = batch.into_inputs(shape, &device);
    let (proprio, sentence) = (inputs.proprio.clone(), inputs.sentence.clone());
    let conditioning = policy.conditioning(proprio, sentence, inputs.states.clone(), None);
    let [coarse, fine] = [0, 1].map(|stage| {
        policy.view_features(stage, inputs.images[stage].clone(), &conditioning, None)
    });
    let ActionTokens { classes, angles, tap } = policy.action_tokens(
        [&coarse, &fine],
        inputs.prompts.clone(),
        &inputs.local,
        &conditioning,
        Tap::E4,
    );
    inputs.shown = classes;
    let labels = inputs.angles.clone();
    let trained = policy.train_step(inputs, Tap::E4, None);
    let near = |a: Vec<f32>, b: Vec<f32>| a.iter().zip(&b).all(|(x, y)| (x - y).abs() < 1e-4);
    assert!(near(values(&tap), values(&trained.tap)));
    let logits = activation::log_softmax(angles.reshape([3, 3, BINS]), 2);
    let expected = (logits * labels).sum_dim(2).neg().reshape([3, 3]);
    assert!(near(values(&expected), values(&trained.losses.each.narrow(1, 2, 3))));
}

#[test]
fn policies_that_read_the_state_decide_by_it_and_others_do_not() {
    let down = HandPose { position: [0.2, 0.0, 1.2], quaternion: [1.0, 0.0, 0.0, 0.0] };
    let tap = |shape: &presets::Policy, hand: HandPose, keyframe: Option<usize>| {
        let scenes = scenes(shape, 1);
        let preprocessor = Preprocessor::new(shape, Workspace::default());
        let policy = Arp::new(&Init::new(3, &Device::flex()), shape);
        let mut observation = scenes[0].transition().observation;
        (observation.hand, observation.keyframe) = (hand, keyframe);
        policy.decide(&preprocessor, &[observation], Tap::E4).unwrap().remove(0).tap
    };
    let turned = HandPose { quaternion: [0.8, 0.6, 0.0, 0.0], ..down };
    let lower = HandPose { position: [0.2, 0.0, 1.1], ..down };
    for (hand, keyframe) in [(turned, None), (lower, None), (down, Some(2))] {
        assert_eq!(tap(&TINY.policy, down, None), tap(&TINY.policy, hand, keyframe));
        assert_ne!(tap(&TINY_PLUS.policy, down, None), tap(&TINY_PLUS.policy, hand, keyframe));
    }
}

#[test]
fn every_part_can_be_left_out_alone() {
    let device = Device::flex();
    let decided = |extensions| {
        let shape = &presets::Policy { extensions, ..TINY_PLUS.policy.clone() };
        let policy = Arp::new(&Init::new(3, &device), shape);
        assert_eq!(policy.num_params(), Arp::parameters(shape), "{extensions:?}");
        let scenes = scenes(shape, 2);
        let observations: Vec<_> = scenes.iter().map(|s| s.transition().observation).collect();
        let preprocessor = Preprocessor::new(shape, Workspace::default());
        policy.decide(&preprocessor, &observations, Tap::E4).unwrap()
    };
    let whole = decided(presets::Extensions::ALL);
    for name in presets::Extensions::names() {
        let extensions = presets::Extensions::ALL.without(name).unwrap();
        assert!(decided(extensions) != whole, "without {name}");
    }
    assert_eq!(presets::Extensions::ALL.without("hat"), None);
}

#[test]
fn pooled_words_depend_on_words_and_state_but_not_on_the_batch() {
    let device = Device::flex();
    let shape = &TINY_PLUS.policy;
    let words = shape.language.width();
    let encoder = StateEncoder::new(&Init::new(7, &device), shape, 8);
    let init = Init::new(8, &device);
    let sentence = init.param("words", [1, 5, words], Fill::Normal(1.0)).val();
    let states = init.param("states", [2, STATE], Fill::Normal(1.0)).val();
    // The last numbers are the pooled words.
    let pooled = |state: Tensor<2>, sentence: &Tensor<3>| {
        let hidden = encoder.hidden(state, sentence.clone());
        let first = hidden.dims()[2] - words;
        values(&hidden.narrow(2, first, words))
    };
    let alone = |i: usize| pooled(states.clone().narrow(0, i, 1), &sentence);
    let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-5);
    let both = pooled(states.clone(), &sentence.clone().repeat_dim(0, 2));
    assert!(near(&both, &[alone(0), alone(1)].concat()));
    assert!(!near(&alone(0), &alone(1)), "gates do not depend on the state");
    // The order of words is told by their features only.
    let state = states.clone().narrow(0, 0, 1);
    assert!(near(&alone(0), &pooled(state.clone(), &sentence.clone().flip([1]))));
    assert!(!near(&alone(0), &pooled(state, &(sentence.clone() + 0.5))));
}
