//! Policies as wholes, all families: sizes, threads, decisions, learning.

use burn::module::list_param_ids;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Tensor};
use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;
use rayon::ThreadPoolBuilder;

use super::synthetic::Scene;
use super::*;
use crate::nn::training::clip_global_norm;
use crate::nn::weights::{Init, Noise, named_parameters, parameters};
use crate::presets;
use crate::presets::{Layout, TINY, TINY_PLUS};

/// The smallest preset of every family, and with optional parts where a family has them.
fn shapes() -> Vec<presets::Policy> {
    let shape = |family: &'static Family| {
        let plain = presets::Policy { family: family.name, ..TINY.policy.clone() };
        let extended = presets::Policy { family: family.name, ..TINY_PLUS.policy.clone() };
        [Some(plain), family.extends.then_some(extended)].into_iter().flatten()
    };
    FAMILIES.iter().flat_map(shape).collect()
}

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
    let count = |shape: &presets::Policy| {
        parameters(&PolicyModel::new(&Init::new(0, &Device::flex()), shape))
    };
    for family in FAMILIES {
        for preset in presets::ALL {
            let shape = presets::Policy { family: family.name, ..preset.policy.clone() };
            let name = format!("{} {}", family.name, preset.name);
            assert_eq!(count(&shape), (family.parameters)(&shape), "{name}");
        }
    }
    // 72.116 M and 74.014 M.
    let plus = &presets::PAPER_B.policy;
    assert_eq!(plus.layout, Layout::ArpPlus);
    let plain = presets::Policy { layout: Layout::Arp, selfs: 4, upsampler: 1.25, ..plus.clone() };
    assert_eq!((count(&plain), count(plus)), (72_115_622, 74_014_374));
    let timed = presets::Policy { time_in_state: true, ..plain.clone() };
    assert_eq!(count(&timed), count(&plain) + 2 * plain.channels);
}

/// Saved weights and published ones are found by path: a family's parameters are called the same whether
/// it is one of many or on its own.
#[test]
fn parameters_keep_their_paths_inside_the_enum() {
    let init = Init::new(0, &Device::flex());
    for shape in &shapes() {
        let model = PolicyModel::new(&init, shape);
        let own = match &model {
            PolicyModel::Arp(model) => named_parameters(model),
            PolicyModel::Rvt2(model) => named_parameters(model),
        };
        assert_eq!(named_parameters(&model), own);
        assert!(own.iter().any(|leaf| leaf.path == "mvt1.pos_encoding"), "{}", shape.family);
    }
}

#[test]
fn names_of_families_are_found_and_others_are_not() {
    for family in FAMILIES {
        assert_eq!(find(family.name).map(|found| found.name), Some(family.name));
        assert_eq!(family.losses.len(), LOSSES.len());
    }
    assert!(find("act").is_none());
}

#[test]
fn decisions_alone_are_those_of_a_batch() {
    for shape in &shapes() {
        let scenes = scenes(shape, 3);
        let observations: Vec<_> = scenes.iter().map(|s| s.transition().observation).collect();
        let preprocessor = Preprocessor::new(shape, Workspace::default());
        let policy = PolicyModel::new(&Init::new(3, &Device::flex()), shape);
        let together = policy.decide(&preprocessor, &observations, Tap::E4).unwrap();
        for (observation, expected) in observations.iter().zip(&together) {
            let alone = policy.decide(&preprocessor, core::slice::from_ref(observation), Tap::E4);
            let alone = alone.unwrap().remove(0);
            let (found, wanted) = (alone.action, expected.action);
            assert!(geodesic(found.quaternion, wanted.quaternion) < 1e-3, "{}", shape.family);
            assert_eq!(
                (found.open, found.ignore_collisions),
                (wanted.open, wanted.ignore_collisions)
            );
            let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-3);
            assert!(near(&found.position, &wanted.position), "{}", shape.family);
            assert!(near(&alone.tap, &expected.tap), "{}", shape.family);
            assert_eq!(alone.tap.len(), (family(shape).tap_width)(Tap::E4, shape));
        }
        assert!(policy.decide(&preprocessor, &[], Tap::E4).unwrap().is_empty());
    }
}

#[test]
fn batches_and_decisions_do_not_depend_on_threads() {
    for shape in &shapes() {
        let scenes = scenes(shape, 5);
        let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
        let observations: Vec<_> = transitions.iter().map(|t| t.observation.clone()).collect();
        let preprocessor = Preprocessor::new(shape, Workspace::default());
        let device = Device::flex();
        let policy = PolicyModel::new(&Init::new(3, &device), shape);
        let run = |threads: usize| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let noise = Noise::new(4, 9);
                let batch = preprocessor
                    .batch(&transitions, &Augmentation::default(), 0.5, &noise)
                    .unwrap();
                let inputs = batch.into_inputs(shape, &device);
                let floats: Vec<_> = inputs.images.iter().map(values).collect();
                let labels: Vec<_> = inputs.labels.iter().map(values).collect();
                let Local { crops, ring } = &inputs.local;
                let local = [crops.as_ref().map(values), ring.as_ref().map(values)];
                let states = inputs.states.each_ref().map(|state| state.as_ref().map(values));
                let prompts = (inputs.prompts.each_ref().map(values), local, states);
                (
                    floats,
                    labels,
                    prompts,
                    policy.decide(&preprocessor, &observations, Tap::E3).unwrap(),
                )
            })
        };
        let one = run(1);
        assert!(one == run(4), "one thread and four disagree");
        for map in one.1.iter().flat_map(|labels| labels.chunks_exact(shape.size * shape.size)) {
            assert!((map.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
        for decision in &one.3 {
            assert_eq!(decision.tap.len(), (family(shape).tap_width)(Tap::E3, shape));
            let maps = decision.explanation.iter().flat_map(|stage| &stage.maps);
            let whole = |map: &HeatMap| (map.values.iter().sum::<f32>() - 1.0).abs() < 1e-4;
            assert!(maps.clone().count() == 2 * VIEWS && maps.clone().all(whole));
            let [coarse, fine] = [0, 1].map(|stage| decision.explanation[stage].peak);
            assert_eq!(fine, decision.action.position);
            // The fine stage looks 12.5 cm to each side.
            assert!((0..3).all(|axis| (coarse[axis] - fine[axis]).abs() <= 0.1251));
        }
    }
}

#[test]
fn what_one_sample_gives_does_not_depend_on_the_others() {
    for shape in &shapes() {
        let scenes = scenes(shape, 3);
        let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
        let preprocessor = Preprocessor::new(shape, Workspace::default());
        let device = Device::flex();
        let policy = PolicyModel::new(&Init::new(3, &device), shape);
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
            assert_eq!(
                (alone.0.len(), alone.1.len()),
                (LOSSES.len(), (family(shape).tap_width)(tap, shape))
            );
        }
    }
}

#[test]
fn blank_policies_hear_nothing_and_others_do() {
    for shape in &shapes() {
        let scenes = scenes(shape, 2);
        let preprocessor = Preprocessor::new(shape, Workspace::default());
        let policy = PolicyModel::new(&Init::new(3, &Device::flex()), shape);
        let taps = |change: fn(&mut Sentence)| {
            let mut observations: Vec<_> =
                scenes.iter().map(|s| s.transition().observation).collect();
            observations.iter_mut().for_each(|o| change(&mut o.sentence));
            let decisions = policy.decide(&preprocessor, &observations, Tap::E2).unwrap();
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
}

#[test]
fn policies_that_are_told_the_time_need_a_fourth_number() {
    assert_eq!([clock(0, 25), clock(12, 25), clock(24, 25)], [1.0, 0.0, -1.0]);
    let shape = presets::Policy { time_in_state: true, ..TINY.policy.clone() };
    let scenes = scenes(&shape, 1);
    let preprocessor = Preprocessor::new(&shape, Workspace::default());
    let policy = PolicyModel::new(&Init::new(3, &Device::flex()), &shape);
    let tap = |time: f32| {
        let mut observation = scenes[0].transition().observation;
        observation.proprio[3] = time;
        policy.decide(&preprocessor, &[observation], Tap::E2).unwrap().remove(0).tap
    };
    assert_ne!(tap(clock(0, 25)), tap(clock(1, 25)));
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
        error(|t| t.observation.hand.quaternion = [0.0; 4]),
        "sample 1: the hand's pose is not finite or has no direction"
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
    for shape in &shapes() {
        let scenes = scenes(shape, 2);
        let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
        let preprocessor = Preprocessor::new(shape, Workspace::default());
        let device = Device::flex();
        let policy = PolicyModel::new(&Init::new(1, &device), shape);
        let losses = |dropout| {
            let noise = Noise::new(0, 0);
            let batch = preprocessor.batch(&transitions, &Augmentation::NONE, 1.0, &noise).unwrap();
            values(
                &policy.train_step(batch.into_inputs(shape, &device), Tap::E3, dropout).losses.each,
            )
        };
        let plain = losses(None);
        let dropped = losses(Some((Noise::new(0, 5), 0.1)));
        assert_eq!(dropped, losses(Some((Noise::new(0, 5), 0.1))));
        assert_ne!(dropped, losses(Some((Noise::new(0, 6), 0.1))));
        assert_ne!(dropped, plain);
        assert_eq!(plain, losses(Some((Noise::new(0, 5), 0.0))));
    }
}

/// The whole chain learns: on four samples every loss falls by at least 30 % of what it can fall
/// within 60 steps; the example `overfit` goes on until every position is hit.
#[test]
fn losses_fall() {
    for shape in &shapes() {
        let device = Device::flex().autodiff();
        let scenes = scenes(shape, 4);
        let transitions: Vec<_> = scenes.iter().map(Scene::transition).collect();
        let preprocessor = Preprocessor::new(shape, Workspace::default());
        let mut policy = PolicyModel::new(&Init::new(1, &device), shape);
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
}
