//! The policy at tiny widths against PyTorch: `tests/fixtures/make_arp.py` made the values, in double
//! precision, from modules named as in the published checkpoints.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor, TensorData};
use safetensors::SafeTensors;

use super::*;
use crate::nn::weights::Init;
use crate::policy::observation::rotation::BINS;
use crate::policy::views::axes::VIEWS;
use crate::policy::views::render::CHANNELS;
use crate::policy::{Inputs, Local, PolicyFamily as _, SentenceInput, Tap, TwoStage as _};
use crate::presets;
use crate::presets::{Extensions, Language, Layout};

const TOLERANCE: f32 = 1e-4;

/// The shape that the script builds.
const SHAPE: presets::Policy = presets::Policy {
    family: "arp",
    size: 12,
    patch: 3,
    channels: 4,
    width: 12,
    heads: 2,
    head: 6,
    depth: 2,
    geglu: 2,
    dropout: 0.0,
    language: Language::Frozen {
        tower: presets::Tower { width: 16, depth: 1, heads: 1 },
        context: 5,
    },
    action: 8,
    action_heads: 2,
    cross: 2,
    selfs: 2,
    upsampler: 1.25,
    layout: Layout::Arp,
    time_in_state: false,
    extensions: Extensions::NONE,
};

/// Published name of one of our parameters.
fn published(path: &str) -> String {
    let mut parts: Vec<String> = path.split('.').map(str::to_owned).collect();
    let joined = |parts: &[String]| parts.join(".");
    let shifted = |index: &str, by: usize| (index.parse::<usize>().unwrap() + by).to_string();
    let last = parts.last().unwrap().clone();
    if parts[0] != "policy" {
        return match parts[1].as_str() {
            "layers" => {
                let place = match parts[3].as_str() {
                    "attn_norm" => "0.norm",
                    "to_q" => "0.fn.to_q",
                    "to_kv" => "0.fn.to_kv",
                    "to_out" => "0.fn.to_out",
                    "ff_norm" => "1.norm",
                    "ff_in" => "1.fn.net.0",
                    "ff_out" => "1.fn.net.2",
                    other => panic!("{other}"),
                };
                parts[3] = place.into();
                joined(&parts)
            }
            "patchify" if parts.len() == 3 => format!("{}.patchify.conv2d.{last}", parts[0]),
            "fc_bef_attn" | "fc_aft_attn" => format!("{}.{}.linear.{last}", parts[0], parts[1]),
            _ => path.to_owned(),
        };
    }
    match parts[1].as_str() {
        "chunk_embedder" | "pos_emb" => format!("{path}.weight"),
        "grip_embed" => "policy.token_embedders.6.embed.0.weight".into(),
        "collision_embed" => "policy.token_embedders.7.embed.0.weight".into(),
        "predictors" => format!("policy.token_predictors.{}.linear.{last}", shifted(&parts[2], 3)),
        "upsample" => {
            let layer = (2 * parts[4].parse::<usize>().unwrap()).to_string();
            let stage = shifted(&parts[2], 1);
            format!("policy.token_predictors.{stage}.upsample.{}.{layer}.{last}", parts[3])
        }
        "cross" => path.replace("cross", "blocks").replace("modulation", "adaLN_modulation.1"),
        "selfs" => {
            parts[1] = "blocks".into();
            parts[2] = shifted(&parts[2], SHAPE.cross);
            joined(&parts)
        }
        _ => path.to_owned(),
    }
}

struct Fixture(BTreeMap<String, (Vec<usize>, Vec<f32>)>);

impl Fixture {
    fn load() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/arp.safetensors");
        let bytes = std::fs::read(path).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let tensors = file.tensors().into_iter().map(|(name, view)| {
            let values = view.data().chunks_exact(4);
            let values = values.map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
            (name, (view.shape().to_vec(), values.collect()))
        });
        Self(tensors.collect())
    }

    fn values(&self, name: &str) -> &[f32] {
        &self.0.get(name).unwrap_or_else(|| panic!("no {name}")).1
    }

    fn tensor<const D: usize>(&self, name: &str, shape: [usize; D], device: &Device) -> Tensor<D> {
        Tensor::from_data(TensorData::new(self.values(name).to_vec(), shape), device)
    }

    /// A parameter or gradient in our layout: linear weights are the other way round in PyTorch.
    fn parameter<const D: usize>(&self, kind: &str, path: &str, device: &Device) -> Tensor<D> {
        let (shape, values) = &self.0[&format!("{kind}.{}", published(path))];
        let data = TensorData::new(values.clone(), shape.clone());
        let linear = D == 2 && path.ends_with(".weight");
        let tensor = Tensor::<D>::from_data(data, device);
        if linear { tensor.swap_dims(D - 2, D - 1) } else { tensor }
    }
}

/// Walks over parameters: first filling them, later comparing their gradients.
struct Walk<'a> {
    fixture: &'a Fixture,
    path: Vec<String>,
    gradients: Option<GradientsParams>,
    seen: usize,
    worst: (f32, String),
}

impl Walk<'_> {
    fn name(&self) -> String {
        let name = self.path.join(".");
        name.replace(".gamma", ".weight").replace(".beta", ".bias")
    }
}

impl ModuleMapper for Walk<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        self.seen += 1;
        let name = self.name();
        param.map(|old| {
            let new = self.fixture.parameter::<D>("model", &name, &old.device());
            assert_eq!(old.dims(), new.dims(), "{name}");
            if old.is_require_grad() { new.require_grad() } else { new }
        })
    }
}

impl ModuleVisitor for Walk<'_> {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let name = self.name();
        let gradients = self.gradients.as_ref().unwrap();
        let gradient: Tensor<D> =
            gradients.get(param.id).unwrap_or_else(|| panic!("none for {name}"));
        let expected = self.fixture.parameter::<D>("grad", &name, &gradient.device());
        let error: f32 = (gradient - expected).abs().max().into_scalar();
        self.seen += 1;
        if error >= self.worst.0 {
            self.worst = (error, name);
        }
    }
}

fn walk(fixture: &Fixture, gradients: Option<GradientsParams>) -> Walk<'_> {
    Walk { fixture, path: Vec::new(), gradients, seen: 0, worst: (0.0, String::new()) }
}

/// Pictures `[2, 3, 10, 12, 12]` or heat maps in PyTorch's order of pixels, patch by patch.
fn patches(values: &[f32], channels: usize) -> Vec<f32> {
    let (side, p) = (SHAPE.size, SHAPE.patch);
    let grid = side / p;
    let mut out = Vec::with_capacity(values.len());
    for view in values.chunks_exact(channels * side * side) {
        for cell in 0..grid * grid {
            for channel in view.chunks_exact(side * side) {
                for pixel in 0..p * p {
                    let row = cell / grid * p + pixel / p;
                    out.push(channel[row * side + cell % grid * p + pixel % p]);
                }
            }
        }
    }
    out
}

fn inputs(fixture: &Fixture, device: &Device) -> Inputs {
    let (b, area, fine) = (2, SHAPE.grid() * SHAPE.grid(), SHAPE.patch * SHAPE.patch);
    let from = |values: Vec<f32>, shape: &[usize]| TensorData::new(values, shape.to_vec());
    let image = |stage: usize| {
        let values = patches(fixture.values(&format!("in.images.{stage}")), CHANNELS);
        Tensor::from_data(from(values, &[b, VIEWS * area, CHANNELS * fine]), device)
    };
    let label = |stage: usize| {
        let values = patches(fixture.values(&format!("in.labels.{stage}")), 1);
        Tensor::from_data(from(values, &[b * VIEWS, area * fine]), device)
    };
    let ids = |name: &str| fixture.tensor::<2>(name, [b, 5], device).int();
    Inputs {
        images: [image(0), image(1)],
        labels: [label(0), label(1)],
        floor: Tensor::zeros([b, 5], device),
        // The published policy reads the fine map only.
        prompts: [(); 2].map(|()| fixture.tensor("in.prompt", [b * VIEWS, 1, area], device)),
        local: Local::default(),
        states: [None, None],
        proprio: fixture.tensor("in.proprio", [b, 3], device),
        sentence: SentenceInput::Features(fixture.tensor("in.words", [b, 5, 16], device)),
        // The published loss: all on one bin.
        angles: ids("in.tokens").narrow(1, 0, 3).one_hot::<3>(BINS).float(),
        bits: ids("in.tokens").narrow(1, 3, 2),
        shown: ids("in.shown"),
    }
}

fn close(what: &str, ours: Tensor<2>, theirs: &[f32]) {
    let ours: Vec<f32> = ours.into_data().try_to_vec().unwrap();
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let error = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(error < TOLERANCE, "{what}: {error}");
}

#[test]
fn losses_taps_and_every_gradient_agree_with_pytorch() {
    let (fixture, device) = (Fixture::load(), Device::flex().autodiff());
    let mut filling = walk(&fixture, None);
    let policy = Arp::new(&Init::new(0, &device), &SHAPE).map(&mut filling);
    let stored = fixture.0.keys().filter(|name| name.starts_with("model.")).count();
    assert_eq!(filling.seen, stored, "every published tensor has one of ours");

    for tap in Tap::ALL {
        let trained = policy.train_step(inputs(&fixture, &device), tap, None);
        close(tap.name(), trained.tap, fixture.values(&format!("out.tap.{tap}")));
    }
    let trained = policy.train_step(inputs(&fixture, &device), Tap::E3, None);
    close("losses", trained.losses.each.clone(), fixture.values("out.losses"));
    let gradients = GradientsParams::from_grads(trained.losses.total().backward(), &policy);
    let mut comparing = walk(&fixture, Some(gradients));
    policy.visit(&mut comparing);
    assert_eq!(comparing.seen, stored);
    assert!(comparing.worst.0 < TOLERANCE, "{:?}", comparing.worst);
}

#[test]
fn heat_maps_agree_with_pytorch() {
    let (fixture, device) = (Fixture::load(), Device::flex());
    let policy = Arp::new(&Init::new(0, &device), &SHAPE).map(&mut walk(&fixture, None));
    let Inputs { images, proprio, sentence, .. } = inputs(&fixture, &device);
    let conditioning = policy.conditioning(proprio, sentence, [None, None], None);
    for (stage, images) in images.into_iter().enumerate() {
        let seen = policy.view_features(stage, images, &conditioning, None);
        let logits = policy.policy.heat(&seen, stage, None);
        close("heat", logits, &patches(fixture.values(&format!("out.heat.{stage}")), 1));
    }
}

/// One pass over interleaved streams gives what separate passes give, whatever the chunks are.
#[test]
fn interleaving_equals_one_pass_per_chunk() {
    let device = Device::flex();
    let init = Init::new(5, &device);
    let actor = ActionTransformer::new(&init, &SHAPE);
    let prompts =
        init.param("prompts", [3, 6, SHAPE.action], crate::nn::weights::Fill::Normal(1.0));
    let shown = [[3, 71, 12, 1, 0], [0, 8, 40, 0, 1], [22, 5, 60, 1, 1]];
    let shown = Tensor::<2, Int>::from_data(TensorData::from(shown), &device);
    let kinds = Kind::DISCRETE;
    let pairs = |starts: [usize; 5]| -> Vec<_> { kinds.into_iter().zip(starts).collect() };
    for starts in [[1, 1, 1, 1, 1], [1, 0, 1, 0, 1], [1, 1, 0, 1, 0]] {
        let plan = Plan::chunked(6, &pairs(starts));
        let at_once = actor.interleaved(&plan, prompts.val(), None, shown.clone(), None);
        let (slowly, _) = actor.chunk_by_chunk(&plan, prompts.val(), None, Some(shown.clone()));
        for (fast, slow) in at_once.logits.iter().zip(&slowly.logits) {
            let error: f32 = (fast.clone() - slow.clone()).abs().max().into_scalar();
            assert!(error < 1e-5, "{starts:?}: {error}");
        }
    }
    // What is shown for the rotation changes nothing about the gripper.
    let other = [[9, 1, 2, 1, 0], [7, 7, 7, 0, 1], [1, 1, 1, 1, 1]];
    let other = Tensor::<2, Int>::from_data(TensorData::from(other), &device);
    let plan = Plan::arp(6);
    let [a, b] = [shown, other].map(|ids| actor.interleaved(&plan, prompts.val(), None, ids, None));
    let change =
        |i: usize| -> f32 { (a.logits[i].clone() - b.logits[i].clone()).abs().max().into_scalar() };
    assert!(change(0) == 0.0 && change(1) > 0.0 && change(2) > 0.0);
    assert!(change(3) == 0.0 && change(4) == 0.0);
}
