//! The policy as a whole: sizes, threads, decisions, learning.

use burn::module::{Module as _, ModuleVisitor, Param, list_param_ids};
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Tensor, activation};
use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;
use rayon::ThreadPoolBuilder;

use super::*;
use crate::count;
use crate::nn::training::clip_global_norm;
use crate::nn::weights::{Init, Noise};
use crate::policy::synthetic::Scene;
use crate::policy::*;
use crate::presets;
use crate::presets::{Layout, TINY, TINY_PLUS};

fn scenes(shape: &presets::Policy, count: usize) -> Vec<Scene> {
    let mut rng = ChaCha8Rng::seed_from_u64(21);
    (0..count).map(|_| Scene::draw(shape, &mut rng)).collect()
}

fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().try_to_vec().unwrap()
}

/// Parameters are lazy: nothing of the published size is allocated here.
#[test]
fn policies_have_the_numbers_of_parameters_that_formulas_and_papers_give() {
    let count = |shape| Arp::new(&Init::new(0, &Device::flex()), shape).num_params();
    for preset in presets::ALL {
        assert_eq!(count(&preset.policy), count::policy(&preset.policy).total, "{}", preset.name);
    }
    // 72.116 M and 74.014 M.
    let plus = &presets::PAPER_B.policy;
    assert_eq!(plus.layout, Layout::ArpPlus);
    let plain = presets::Policy { layout: Layout::Arp, selfs: 4, upsampler: 1.25, ..plus.clone() };
    assert_eq!((count(&plain), count(plus)), (72_115_622, 74_014_374));
    let timed = presets::Policy { time_in_state: true, ..plain.clone() };
    assert_eq!(count(&timed), count(&plain) + 2 * plain.channels);
}

#[test]
fn batches_and_decisions_do_not_depend_on_threads() {
    [&TINY.policy, &TINY_PLUS.policy].into_iter().for_each(threads_change_nothing);
}

fn threads_change_nothing(shape: &presets::Policy) {
    let scenes = scenes(shape, 5);
    let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
    let observations: Vec<_> = transitions.iter().map(|t| t.observation.clone()).collect();
    let preprocessor = Preprocessor::new(shape, Workspace::default());
    let device = Device::flex();
    let policy = Arp::new(&Init::new(3, &device), shape);
    let run = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let noise = Noise::new(4, 9);
            let batch =
                preprocessor.batch(&transitions, &Augmentation::default(), 0.5, &noise).unwrap();
            let inputs = batch.into_inputs(shape, &device);
            let floats: Vec<_> = inputs.images.iter().map(values).collect();
            let labels: Vec<_> = inputs.labels.iter().map(values).collect();
            let Local { crops, hand, ring } = &inputs.local;
            let local =
                [crops.as_ref().map(values), hand.as_ref().map(values), ring.as_ref().map(values)];
            let prompts = (values(&inputs.prompt), local);
            (floats, labels, prompts, preprocessor.decide(&policy, &observations, Tap::E3).unwrap())
        })
    };
    let one = run(1);
    assert!(one == run(4), "one thread and four disagree");
    for map in one.1.iter().flat_map(|labels| labels.chunks_exact(shape.size * shape.size)) {
        assert!((map.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
    for decision in &one.3 {
        assert_eq!(decision.tap.len(), Tap::E3.width(shape));
        assert!(decision.heat.iter().flatten().all(|m| (m.iter().sum::<f32>() - 1.0).abs() < 1e-4));
        let [coarse, fine] = decision.waypoints;
        assert_eq!(fine, decision.action.position);
        // The fine stage looks 12.5 cm to each side.
        assert!((0..3).all(|axis| (coarse[axis] - fine[axis]).abs() <= 0.1251));
    }
}

#[test]
fn what_one_sample_gives_does_not_depend_on_the_others() {
    [&TINY.policy, &TINY_PLUS.policy].into_iter().for_each(samples_stand_alone);
}

fn samples_stand_alone(shape: &presets::Policy) {
    let scenes = scenes(shape, 3);
    let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
    let preprocessor = Preprocessor::new(shape, Workspace::default());
    let device = Device::flex();
    let policy = Arp::new(&Init::new(3, &device), shape);
    let losses = |count: usize, tap| {
        let noise = Noise::new(4, 9);
        let batch = preprocessor
            .batch(&transitions[..count], &Augmentation::default(), 1.0, &noise)
            .unwrap()
            .into_inputs(shape, &device);
        let trained = policy.train_step(batch, tap, None);
        (values(&trained.losses.each), values(&trained.tap))
    };
    for tap in Tap::ALL {
        let (alone, together) = (losses(1, tap), losses(3, tap));
        let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-4);
        assert!(near(&alone.0, &together.0) && near(&alone.1, &together.1));
        assert_eq!((alone.0.len(), alone.1.len()), (LOSSES.len(), tap.width(shape)));
    }
}

#[test]
fn blank_policies_hear_nothing_and_others_do() {
    let shape = &TINY.policy;
    let scenes = scenes(shape, 2);
    let preprocessor = Preprocessor::new(shape, Workspace::default());
    let policy = Arp::new(&Init::new(3, &Device::flex()), shape);
    let taps = |change: fn(&mut Sentence)| {
        let mut observations: Vec<_> = scenes.iter().map(|s| s.transition().observation).collect();
        observations.iter_mut().for_each(|o| change(&mut o.sentence));
        let decisions = preprocessor.decide(&policy, &observations, Tap::E2).unwrap();
        decisions.into_iter().flat_map(|decision| decision.tap).collect::<Vec<_>>()
    };
    let heard = taps(|_| ());
    let other = taps(|sentence| {
        if let Sentence::Words(ids) = sentence {
            ids.iter_mut().for_each(|id| *id = (*id + 1) % 512);
        }
    });
    let blank = taps(|sentence| *sentence = Sentence::Blank);
    assert!(heard != other && heard != blank);
}

#[test]
fn policies_that_are_told_the_time_need_a_fourth_number() {
    assert_eq!([clock(0), clock(12), clock(24)], [1.0, 0.0, -1.0]);
    let shape = presets::Policy { time_in_state: true, ..TINY.policy.clone() };
    let scenes = scenes(&shape, 1);
    let preprocessor = Preprocessor::new(&shape, Workspace::default());
    let policy = Arp::new(&Init::new(3, &Device::flex()), &shape);
    let tap = |time: f32| {
        let mut observation = scenes[0].transition().observation;
        observation.proprio[3] = time;
        preprocessor.decide(&policy, &[observation], Tap::E2).unwrap().remove(0).tap
    };
    assert_ne!(tap(clock(0)), tap(clock(1)));
}

#[test]
fn every_optional_part_learns_and_changes_what_is_decided() {
    let device = Device::flex().autodiff();
    let parts = [
        presets::Extensions { crop: true, ..presets::Extensions::NONE },
        presets::Extensions { hand: true, ..presets::Extensions::NONE },
        presets::Extensions { yaw: true, ..presets::Extensions::NONE },
        presets::Extensions { skip: true, ..presets::Extensions::NONE },
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
    let plain = losses(presets::Extensions::NONE);
    let [crop, hand, yaw, skip, _all] = parts.map(losses);
    let changed =
        |other: &[f32], loss: usize| (0..2).any(|s| other[s * 7 + loss] != plain[s * 7 + loss]);
    // Heat maps change with the skip alone, the angle about z with everything but the skip, and the
    // angle about x, which comes before it, not with the ring.
    assert_eq!([&crop, &hand, &yaw, &skip].map(|l| changed(l, 1)), [false, false, false, true]);
    assert_eq!([&crop, &hand, &yaw, &skip].map(|l| changed(l, 4)), [true, true, true, false]);
    assert_eq!([&crop, &hand, &yaw, &skip].map(|l| changed(l, 2)), [true, true, false, false]);
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
        let optional = ["crop", "hand", "yaw", "skip"].iter().any(|part| path.contains(part));
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
    let conditioning = policy.conditioning(inputs.proprio.clone(), inputs.sentence.clone(), None);
    let [coarse, fine] = [0, 1].map(|stage| {
        policy.view_features(stage, inputs.images[stage].clone(), &conditioning, None)
    });
    let (tokens, angles, tap) =
        policy.decide([&coarse, &fine], inputs.prompt.clone(), &inputs.local, Tap::E4);
    inputs.shown = tokens;
    let labels = inputs.angles.clone();
    let trained = policy.train_step(inputs, Tap::E4, None);
    let near = |a: Vec<f32>, b: Vec<f32>| a.iter().zip(&b).all(|(x, y)| (x - y).abs() < 1e-4);
    assert!(near(values(&tap), values(&trained.tap)));
    let logits = activation::log_softmax(angles.reshape([3, 3, BINS]), 2);
    let expected = (logits * labels).sum_dim(2).neg().reshape([3, 3]);
    assert!(near(values(&expected), values(&trained.losses.each.narrow(1, 2, 3))));
}

#[test]
fn policies_that_feel_their_hand_decide_by_it_and_others_do_not() {
    let tap = |shape: &presets::Policy, hand: [f32; 4]| {
        let scenes = scenes(shape, 1);
        let preprocessor = Preprocessor::new(shape, Workspace::default());
        let policy = Arp::new(&Init::new(3, &Device::flex()), shape);
        let mut observation = scenes[0].transition().observation;
        observation.hand = hand;
        preprocessor.decide(&policy, &[observation], Tap::E4).unwrap().remove(0).tap
    };
    let [down, turned] = [[1.0, 0.0, 0.0, 0.0], [0.8, 0.6, 0.0, 0.0]];
    assert_eq!(tap(&TINY.policy, down), tap(&TINY.policy, turned));
    assert_ne!(tap(&TINY_PLUS.policy, down), tap(&TINY_PLUS.policy, turned));
}

#[test]
fn unusable_samples_are_named() {
    let shape = &TINY.policy;
    let scenes = scenes(shape, 2);
    let preprocessor = Preprocessor::new(shape, Workspace::default());
    let error = |change: fn(&mut Transition)| {
        let mut transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
        change(&mut transitions[1]);
        let noise = Noise::new(0, 0);
        let batch = preprocessor.batch(&transitions, &Augmentation::NONE, 1.0, &noise);
        batch.unwrap_err().to_string()
    };
    assert_eq!(
        error(|t| t.observation.proprio = vec![0.0; 7]),
        "sample 1: proprioception needs 3 finite numbers"
    );
    assert_eq!(
        error(|t| t.observation.hand = [0.0; 4]),
        "sample 1: the hand's rotation is not finite or has no direction"
    );
    assert_eq!(
        error(|t| t.action.position[2] = f32::NAN),
        "sample 1: the action is not finite or has no direction"
    );
    assert_eq!(
        error(|t| t.observation.views[0].depth = &[]),
        "sample 1: depth has 0 values where 128x128 pixels need 16384"
    );
}

#[test]
fn dropout_comes_from_the_step_and_nothing_else() {
    let shape = &TINY.policy;
    let scenes = scenes(shape, 2);
    let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
    let preprocessor = Preprocessor::new(shape, Workspace::default());
    let device = Device::flex();
    let policy = Arp::new(&Init::new(1, &device), shape);
    let losses = |dropout| {
        let noise = Noise::new(0, 0);
        let batch = preprocessor.batch(&transitions, &Augmentation::NONE, 1.0, &noise).unwrap();
        values(&policy.train_step(batch.into_inputs(shape, &device), Tap::E3, dropout).losses.each)
    };
    let plain = losses(None);
    let dropped = losses(Some((Noise::new(0, 5), 0.1)));
    assert_eq!(dropped, losses(Some((Noise::new(0, 5), 0.1))));
    assert_ne!(dropped, losses(Some((Noise::new(0, 6), 0.1))));
    assert_ne!(dropped, plain);
    assert_eq!(plain, losses(Some((Noise::new(0, 5), 0.0))));
}

/// The whole chain learns: on four samples every loss falls by at least 30 % of what it can fall
/// within 60 steps; the example `overfit` goes on until every position is hit.
#[test]
fn losses_fall() {
    [&TINY.policy, &TINY_PLUS.policy].into_iter().for_each(learns);
}

fn learns(shape: &presets::Policy) {
    let device = Device::flex().autodiff();
    let scenes = scenes(shape, 4);
    let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
    let preprocessor = Preprocessor::new(shape, Workspace::default());
    let mut policy = Arp::new(&Init::new(1, &device), shape);
    let mut optimiser = AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(0.01).init();
    let mut history = Vec::new();
    for step in 0..60 {
        let noise = Noise::new(0, step);
        let batch = preprocessor.batch(&transitions, &Augmentation::NONE, 1.0, &noise).unwrap();
        let trained = policy.train_step(batch.into_inputs(shape, &device), Tap::E3, None);
        history.push(values(&trained.losses.divergences()));
        let gradients = GradientsParams::from_grads(trained.losses.total().backward(), &policy);
        assert_eq!(gradients.len(), list_param_ids(&policy).len());
        let (gradients, norm) = clip_global_norm(&policy, gradients, 1.0);
        assert!(norm.is_finite());
        policy = optimiser.step(1e-3, policy, gradients);
    }
    let mean = |rows: &[Vec<f32>], loss: usize| {
        rows.iter().map(|row| row[loss]).sum::<f32>() / rows.len() as f32
    };
    for (index, name) in LOSSES.iter().enumerate() {
        let (first, last) = (mean(&history[..4], index), mean(&history[56..], index));
        assert!(last < 0.7 * first, "{name}: {first} to {last}");
    }
}
