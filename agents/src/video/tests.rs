use std::collections::BTreeSet;

use burn::module::{ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor};

use super::{Clip, FAMILIES, Tap, VideoEncoder, find, unmasked_patches};
use crate::nn::text::Sentences;
use crate::nn::weights::{Init, Noise, named_parameters};
use crate::presets;
use crate::presets::TINY;
use burn::module::Module as _;

fn shape(encoder: &'static str) -> presets::Video {
    presets::Video { encoder, drop_path: 0.1, ..TINY.video }
}

/// A clip whose frames and pixels differ; frame `i` is the `order[i]`-th.
fn clip(shape: &presets::Video, seed: usize, order: &[usize]) -> Clip {
    let each = shape.size * shape.size * 3;
    let frame = |&frame: &usize| {
        (0..each).map(move |i| ((i * (7 + frame) + 31 * frame * seed + seed) % 97) as f32 / 96.0)
    };
    Clip::new(&[order.len(), shape.size, shape.size, 3], order.iter().flat_map(frame).collect())
        .unwrap()
}

fn embedding(model: &VideoEncoder, clip: Clip) -> Vec<f32> {
    model.encode_clips(&[clip], None, None).embedding.into_data().try_to_vec().unwrap()
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Whether a gradient other than zero reaches each parameter.
struct Reached<'a> {
    gradients: &'a Gradients,
    reached: Vec<bool>,
}

impl ModuleVisitor for Reached<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let slope = param.val().grad(self.gradients);
        let largest = slope.map(|slope| slope.abs().max().into_scalar::<f32>());
        self.reached.push(largest.is_some_and(|largest| largest > 0.0));
    }
}

#[test]
fn gradients_reach_every_parameter_with_and_without_a_mask() {
    let device = Device::flex().autodiff();
    for family in FAMILIES {
        let shape = shape(family.name);
        let model = VideoEncoder::new(&Init::new(3, &device), &shape);
        let order: Vec<usize> = (0..shape.frames).collect();
        let clips: Vec<Clip> = (0..4).map(|seed| clip(&shape, seed, &order)).collect();
        let texts = [vec![3, 4], vec![5], vec![6, 7, 8], vec![9]];
        let sentences = Sentences::new(texts, 510, 511, shape.context);
        let noise = Noise::new(1, 2);
        for masked in [None, unmasked_patches(&shape, 4, &noise)] {
            let encoded = model.encode_clips(&clips, masked.as_deref(), Some(&noise));
            let loss = model.loss(&encoded, model.encode_text(&sentences), &[0, 1, 2, 3]);
            let gradients = loss.backward();
            let mut walk = Reached { gradients: &gradients, reached: Vec::new() };
            model.visit(&mut walk);
            let all = named_parameters(&model);
            assert_eq!(all.len(), walk.reached.len());
            for (parameter, reached) in all.iter().zip(walk.reached) {
                assert!(reached, "{}: {}", family.name, parameter.path);
            }
        }
    }
}

#[test]
fn the_order_of_frames_means_nothing_to_the_mean_over_time() {
    let shape = shape("frames");
    let model = VideoEncoder::new(&Init::new(3, &Device::flex()), &shape);
    let forwards = embedding(&model, clip(&shape, 1, &[0, 1, 2, 3, 4, 5, 6, 7]));
    let mixed = embedding(&model, clip(&shape, 1, &[5, 2, 7, 0, 3, 6, 1, 4]));
    assert!(distance(&forwards, &mixed) < 1e-5, "{}", distance(&forwards, &mixed));
    let other = embedding(&model, clip(&shape, 1, &[0, 1, 2, 3, 4, 5, 6, 6]));
    assert!(distance(&forwards, &other) > 1e-4);
    // A clip of one frame is that frame; of the same frame over and over as well.
    let one = embedding(&model, clip(&shape, 1, &[2]));
    assert!(distance(&one, &embedding(&model, clip(&shape, 1, &[2; 8]))) < 1e-5);
}

#[test]
fn every_frame_keeps_equally_many_patches_and_its_own() {
    let shape = shape("frames");
    let (frames, places) = (shape.frames, shape.grid() * shape.grid());
    let masked = unmasked_patches(&shape, 3, &Noise::new(4, 5)).unwrap();
    for clip in &masked {
        assert_eq!(clip.len(), shape.patches() / 2);
        for (row, &patch) in clip.iter().enumerate() {
            assert_eq!(patch as usize % frames, row % frames);
        }
        let different: BTreeSet<u32> = clip.iter().copied().collect();
        assert_eq!(different.len(), clip.len());
        let of = |frame: usize| -> Vec<u32> {
            clip.iter().skip(frame).step_by(frames).map(|patch| patch / frames as u32).collect()
        };
        assert!(of(0).is_sorted() && of(0) != of(1));
    }
    // A mask that keeps all is none.
    let model = VideoEncoder::new(&Init::new(3, &Device::flex()), &shape);
    let clip = clip(&shape, 2, &(0..frames).collect::<Vec<_>>());
    let all: Vec<u32> = (0..(places * frames) as u32).collect();
    let masked = model.encode_clips(std::slice::from_ref(&clip), Some(&[all]), None);
    let masked: Vec<f32> = masked.tap(Tap::Embedding).into_data().try_to_vec().unwrap();
    assert!(distance(&masked, &embedding(&model, clip)) < 1e-6);
}

#[test]
fn families_have_names_of_their_own() {
    for family in FAMILIES {
        assert_eq!(find(family.name).map(|found| found.name), Some(family.name));
    }
    assert!(find("slowfast").is_none());
    assert_eq!(FAMILIES[0].name, TINY.video.encoder);
}
