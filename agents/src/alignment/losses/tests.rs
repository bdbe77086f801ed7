use burn::tensor::{Device, Shape, Tensor, TensorData};
use rand::RngExt as _;

use super::*;
use crate::alignment::labels::{Label, Labels, Level};
use crate::alignment::settings::{Negatives, Settings};
use crate::nn::contrast::cosines;
use crate::nn::weights::stream;

/// Pairs whose two members share one label.
fn labels(of: &[usize]) -> Labels {
    let label = |(episode, &instruction): (usize, &usize)| Label { episode, instruction, task: 0 };
    let both: Vec<Label> = of.iter().enumerate().map(label).collect();
    Labels { seen: both.clone(), done: both, level: Level::Instruction }
}

fn features(values: &[f32], width: usize) -> Tensor<2> {
    let shape = Shape::from([values.len() / width, width]);
    Tensor::from_data(TensorData::new(values.to_vec(), shape), &Device::flex().autodiff())
}

fn random(count: usize, purpose: &str) -> Vec<f32> {
    let mut rng = stream(3, 1, 4, purpose);
    (0..count).map(|_| rng.random_range(-1.0..1.0)).collect()
}

fn settings(negatives: Negatives, tau: f64) -> Settings {
    Settings { negatives, tau, ..Settings::default() }
}

fn tensor(name: &str, similarity: Tensor<2>, labels: &Labels, settings: &Settings) -> Tensor<1> {
    let loss = find(name).unwrap();
    let learned = loss.learned.map(|values| Tensor::from_data(values, &similarity.device()));
    (loss.value)(&Case { similarity, labels, settings, learned })
}

fn value(name: &str, similarity: Tensor<2>, labels: &Labels, settings: &Settings) -> f32 {
    tensor(name, similarity, labels, settings).into_scalar()
}

#[test]
fn identical_features_cost_log_batch() {
    let same = features(&[0.3; 24], 4);
    for negatives in [Negatives::All, Negatives::MultiPositive] {
        let settings = settings(negatives, 0.1);
        let labels = labels(&[0, 1, 2, 3, 4, 5]);
        let found = value("infonce", cosines(same.clone(), same.clone()), &labels, &settings);
        assert!((found - 6.0_f32.ln()).abs() < 1e-5, "{found}");
    }
}

#[test]
fn identical_negatives_cost_log_of_their_number_at_the_optimum() {
    // Two groups of three pairs; groups are opposite, members identical.
    let values: Vec<f32> = [[1.0, 0.0]; 3].into_iter().chain([[-1.0, 0.0]; 3]).flatten().collect();
    let labels = labels(&[0, 0, 0, 1, 1, 1]);
    let cost = |negatives| {
        let both = features(&values, 2);
        value("infonce", cosines(both.clone(), both), &labels, &settings(negatives, 0.05))
    };
    assert!((cost(Negatives::All) - 3.0_f32.ln()).abs() < 1e-5);
    // As positives they cost the same, but there is nothing left to gain; masked they cost nothing.
    assert!((cost(Negatives::MultiPositive) - 3.0_f32.ln()).abs() < 1e-5);
    assert!(cost(Negatives::MaskSameLabel).abs() < 1e-5);
}

#[test]
fn exchanging_the_models_changes_nothing() {
    let (u, e) = (features(&random(40, "u"), 5), features(&random(40, "e"), 5));
    let labels = labels(&[0, 1, 1, 2, 3, 3, 3, 4]);
    for loss in ALL {
        let settings = settings(Negatives::MaskSameLabel, 0.1);
        let there = value(loss.name, cosines(u.clone(), e.clone()), &labels, &settings);
        let back = value(loss.name, cosines(e.clone(), u.clone()), &labels, &settings);
        assert!((there - back).abs() < 1e-5 * there.abs(), "{}: {there} {back}", loss.name);
    }
}

#[test]
fn supcon_with_unique_labels_is_infonce() {
    let similarity = cosines(features(&random(40, "u"), 5), features(&random(40, "e"), 5));
    let labels = labels(&[0, 1, 2, 3, 4, 5, 6, 7]);
    let settings = settings(Negatives::All, 0.1);
    let infonce = value("infonce", similarity.clone(), &labels, &settings);
    assert_eq!(value("supcon", similarity, &labels, &settings), infonce);
}

#[test]
fn gradients_agree_with_finite_differences() {
    let (u, e) = (random(20, "u"), features(&random(20, "e"), 5));
    let labels = labels(&[0, 1, 1, 2]);
    for loss in ALL {
        for negatives in [Negatives::All, Negatives::MaskSameLabel, Negatives::MultiPositive] {
            let settings = settings(negatives, 0.3);
            let cost = |u: &[f32]| {
                value(loss.name, cosines(features(u, 5), e.clone()), &labels, &settings)
            };
            let leaf = features(&u, 5).require_grad();
            let result = tensor(loss.name, cosines(leaf.clone(), e.clone()), &labels, &settings);
            let slope = leaf.grad(&result.backward()).unwrap().into_data();
            let slope: Vec<f32> = slope.try_to_vec().unwrap();
            let largest = slope.iter().fold(0.0_f32, |max, x| max.max(x.abs()));
            for i in [0, 7, 13, 19] {
                let moved = |step: f32| {
                    let mut u = u.clone();
                    u[i] += step;
                    cost(&u)
                };
                let expected = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                let off = (slope[i] - expected).abs();
                assert!(off < 0.02 * largest + 1e-3, "{} {}: {expected}", loss.name, slope[i]);
            }
        }
    }
}

/// What the loss does to each similarity.
fn pull(name: &str, labels: &Labels, settings: &Settings) -> Vec<f32> {
    let size = labels.seen.len();
    let similarity = features(&random(size * size, "s"), size).require_grad();
    let gradients = tensor(name, similarity.clone(), labels, settings).backward();
    similarity.grad(&gradients).unwrap().into_data().try_to_vec().unwrap()
}

#[test]
fn siglip_pulls_the_same_label_and_pushes_others() {
    let labels = labels(&[0, 1, 1]);
    let pull = pull("siglip", &labels, &Settings::default());
    let signs: Vec<bool> = pull.iter().map(|&slope| slope < 0.0).collect();
    let [yes, no] = [true, false];
    assert_eq!(signs, [yes, no, no, no, yes, yes, no, yes, yes]);
}

#[test]
fn masked_pairs_are_neither_pulled_nor_pushed() {
    let labels = labels(&[0, 1, 1]);
    let pull = pull("infonce", &labels, &settings(Negatives::MaskSameLabel, 0.1));
    assert_eq!((pull[5], pull[7]), (0.0, 0.0));
    assert!(pull.iter().enumerate().all(|(i, &slope)| [5, 7].contains(&i) || slope != 0.0));
}

#[test]
fn levels_without_company_do_not_count() {
    let mut labels = labels(&[0, 1, 2]);
    // Paired by instruction: no clip meets its own episode.
    labels.done.iter_mut().for_each(|label| label.episode += 10);
    let similarity = cosines(features(&random(9, "u"), 3), features(&random(9, "e"), 3));
    let with = |weights| {
        let hier = super::super::settings::Hierarchy { weights, ..Default::default() };
        let settings = Settings { hier, ..Settings::default() };
        value("hierarchical", similarity.clone(), &labels, &settings)
    };
    assert_eq!(with([1.0, 0.5, 0.25]), with([0.0, 0.5, 0.25]));
    assert!(with([1.0, 0.5, 0.25]).is_finite());
}

#[test]
fn the_default_is_the_first_of_the_list() {
    assert_eq!(Settings::default().loss, ALL[0].name);
}
