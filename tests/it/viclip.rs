//! The video-text model computes what the same network in PyTorch computes, and reads its files.
//!
//! The reference stands in `tests/fixtures/viclip.py`, written from the published description.

use std::path::{Path, PathBuf};

use agents::nn::text::{Sentences, TextTower};
use agents::nn::weights;
use agents::nn::weights::{CLIP_TEXT, File, Init, OWN, VICLIP};
use agents::presets;
use agents::presets::{Tokens, Tower};
use agents::video::{Clip, Tap, VideoEncoder};
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor};

/// The widths of `tests/fixtures/make_viclip.py`.
fn shape() -> presets::Video {
    presets::Video {
        encoder: "viclip",
        frames: 3,
        size: 16,
        patch: 8,
        video: Tower { width: 16, depth: 2, heads: 4 },
        mask_rate: 0.0,
        drop_path: 0.0,
        text: Tower { width: 24, depth: 2, heads: 3 },
        context: 10,
        vocabulary: 40,
        tokens: Tokens::Words,
        shared: 12,
    }
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn golden() -> File {
    File::open(&fixture("viclip_golden.safetensors")).unwrap()
}

fn model(device: &Device) -> VideoEncoder {
    let file = File::open(&fixture("viclip.pth")).unwrap();
    weights::load(VideoEncoder::new(&Init::new(0, device), &shape()), &file, "", VICLIP).unwrap()
}

fn clips(golden: &File) -> Vec<Clip> {
    let pixels = golden.read("clips").unwrap();
    pixels
        .chunks(3 * 16 * 16 * 3)
        .map(|one| Clip::new(&[3, 16, 16, 3], one.into()).unwrap())
        .collect()
}

fn unmasked(golden: &File) -> Vec<Vec<u32>> {
    let rows = golden.read("kept").unwrap();
    rows.chunks(5).map(|row| row.iter().map(|&index| index as u32).collect()).collect()
}

fn sentences() -> Sentences {
    let texts = [vec![5, 6, 7], vec![8], vec![5, 6, 7], (9..17).collect()];
    Sentences::new(texts, 38, 39, 10)
}

/// Largest difference between a tensor and a tensor of the golden file.
fn off<const D: usize>(found: Tensor<D>, name: &str) -> f32 {
    let golden = golden();
    assert_eq!(found.dims().as_slice(), golden.shape(name).unwrap(), "{name}");
    distance(&found.into_data().try_to_vec().unwrap(), &golden.read(name).unwrap())
}

fn distance(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn towers_agree_with_pytorch() {
    let (model, golden) = (model(&Device::flex()), golden());
    let encoded = model.encode_clips(&clips(&golden), None, None);
    let single: Vec<Clip> = golden
        .read("clips")
        .unwrap()
        .chunks(3 * 16 * 16 * 3)
        .map(|one| Clip::new(&[1, 16, 16, 3], one[..16 * 16 * 3].into()).unwrap())
        .collect();
    let worst = [
        off(encoded.tap(Tap::Class), "class"),
        off(encoded.tap(Tap::Patches), "patches"),
        off(encoded.tap(Tap::Embedding), "video"),
        off(
            model.encode_clips(&clips(&golden), Some(&unmasked(&golden)), None).embedding,
            "video_masked",
        ),
        off(model.encode_clips(&single, None, None).embedding, "video_single"),
        off(model.encode_text(&sentences()), "text"),
    ];
    assert!(worst.iter().all(|&off| off < 2e-6), "{worst:?}");
}

/// CLIP's text model is this tower without the projection.
#[test]
fn the_text_tower_is_loaded_alone() {
    let shape = shape();
    let init = Init::new(0, &Device::flex());
    let tower = TextTower::new(&init, shape.text, shape.context, shape.vocabulary, None);
    let tower = weights::load(tower, &flat_file(), "text_encoder.", CLIP_TEXT).unwrap();
    assert!(off(tower.tokens(&sentences()), "text_tokens") < 2e-6);
}

#[test]
fn the_loss_and_all_its_gradients_agree_with_pytorch() {
    let (model, golden) = (model(&Device::flex().autodiff()), golden());
    let encoded = model.encode_clips(&clips(&golden), Some(&unmasked(&golden)), None);
    let loss = model.loss(&encoded, model.encode_text(&sentences()), &[0, 1, 0, 2]);
    let gradients = loss.backward();
    assert!(off(loss, "loss") < 1e-5);

    // The gradients of the reference, put where its weights would go.
    let slots = VideoEncoder::new(&Init::new(0, &Device::flex()), &shape());
    let expected = weights::load(slots, &golden, "grad.", VICLIP).unwrap();
    let (found, expected) = (gradients_of(&model, &gradients), values_of(&expected));
    assert_eq!(found.len(), weights::named_parameters(&model).len());
    for ((parameter, found), expected) in
        weights::named_parameters(&model).iter().zip(&found).zip(&expected)
    {
        let scale = expected.iter().fold(1.0_f32, |max, x| max.max(x.abs()));
        let off = distance(found, expected) / scale;
        assert!(off < 2e-5, "{}: {off}", parameter.path);
        // A gradient that is zero everywhere would agree with anything forgotten.
        assert!(expected.iter().any(|x| x.abs() > 1e-6), "{}", parameter.path);
    }
}

#[test]
fn both_kinds_of_file_and_our_own_hold_the_same_weights() {
    let device = Device::flex();
    let blank = || VideoEncoder::new(&Init::new(5, &device), &shape());
    let pickle = model(&device);
    let flat = File::open(&fixture("viclip.safetensors")).unwrap();
    let flat = weights::load(blank(), &flat, "", VICLIP).unwrap();
    assert_eq!(values_of(&pickle), values_of(&flat));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.safetensors");
    let save = |model: &VideoEncoder| {
        let mut bytes = Vec::new();
        let mut all = weights::collect(model, "video.");
        all.extend(weights::collect(model, "twin."));
        weights::write(all, &mut bytes).unwrap();
        bytes
    };
    let bytes = save(&pickle);
    std::fs::write(&path, &bytes).unwrap();
    let own = weights::load(blank(), &File::open(&path).unwrap(), "video.", OWN).unwrap();
    assert_eq!(values_of(&pickle), values_of(&own));
    assert_eq!(bytes, save(&own));
    let error = weights::load(blank(), &flat_file(), "", OWN).unwrap_err().to_string();
    assert!(error.contains("surplus") && error.contains("misshapen"), "{error}");
}

fn flat_file() -> File {
    File::open(&fixture("viclip.safetensors")).unwrap()
}

#[test]
fn checkpoints_fit_other_numbers_of_frames_and_patches() {
    let device = Device::flex();
    for (frames, size) in [(2, 16), (5, 16), (3, 24)] {
        let other = presets::Video { frames, size, ..shape() };
        let model = VideoEncoder::new(&Init::new(0, &device), &other);
        let model = weights::load(model, &flat_file(), "", VICLIP).unwrap();
        let clip = clips(&golden())[0].fit(frames, size);
        let embedding: Vec<f32> =
            model.encode_clips(&[clip], None, None).embedding.into_data().try_to_vec().unwrap();
        assert!(embedding.iter().all(|x| x.is_finite()));
    }
}

/// A wrong file gives one line and leaves no panic behind, whatever is wrong with it.
#[test]
fn wrong_files_are_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let model = VideoEncoder::new(&Init::new(0, &Device::flex()), &shape());
        let result = File::open(&path).and_then(|file| weights::load(model, &file, "", VICLIP));
        let line = result.unwrap_err().to_string();
        assert!(line.starts_with(&path.display().to_string()), "{line}");
        assert!(!line.contains('\n') && line.len() < 400, "{line}");
        line
    };
    let good = std::fs::read(fixture("viclip.safetensors")).unwrap();
    let pickle = std::fs::read(fixture("viclip.pth")).unwrap();
    refused("empty", b"");
    refused("text", b"weights, honestly");
    refused("zip", b"PK\x03\x04 and then nothing");
    refused("header only", &good[..200]);
    for part in 1..8 {
        refused("cut.safetensors", &good[..good.len() * part / 8]);
        refused("cut.pth", &pickle[..pickle.len() * part / 8]);
    }
    // Damage at many places of the pickle; some only changes a number, none may panic.
    for place in (0..pickle.len()).step_by(257) {
        let mut bytes = pickle.clone();
        bytes[place] ^= 0x5a;
        let path = folder.path().join("damaged.pth");
        std::fs::write(&path, &bytes).unwrap();
        let model = VideoEncoder::new(&Init::new(0, &Device::flex()), &shape());
        if let Ok(file) = File::open(&path) {
            weights::load(model, &file, "", VICLIP).ok();
        }
    }
    let line = refused("golden", &std::fs::read(fixture("losses_golden.safetensors")).unwrap());
    assert!(line.contains(" missing: vision_encoder.class_embedding, "), "{line}");
    assert!(line.contains("20 surplus: done, hierarchical.grad_done, "), "{line}");
}

#[test]
fn frames_have_an_order_only_through_the_temporal_table() {
    let device = Device::flex();
    let golden = golden();
    let clip = clips(&golden)[0].clone();
    let backwards: Vec<f32> =
        golden.read("clips").unwrap()[..3 * 768].chunks(768).rev().flatten().copied().collect();
    let backwards = Clip::new(&[3, 16, 16, 3], backwards).unwrap();
    let embed = |model: &VideoEncoder, clip: &Clip| -> Vec<f32> {
        let encoded = model.encode_clips(std::slice::from_ref(clip), None, None);
        encoded.embedding.into_data().try_to_vec().unwrap()
    };
    let trained = model(&device);
    assert!(distance(&embed(&trained, &clip), &embed(&trained, &backwards)) > 1e-2);
    // Fresh tables are zero.
    let fresh = VideoEncoder::new(&Init::new(1, &device), &shape());
    assert!(distance(&embed(&fresh, &clip), &embed(&fresh, &backwards)) < 1e-5);
}

#[test]
fn keeping_every_patch_is_the_same_as_not_masking() {
    let (model, golden) = (model(&Device::flex()), golden());
    let all: Vec<Vec<u32>> = vec![(0..12).collect(); 4];
    let masked = model.encode_clips(&clips(&golden), Some(&all), None);
    assert!(off(masked.embedding, "video") < 2e-6);
}

fn values_of(module: &impl Module) -> Vec<Vec<f32>> {
    struct Values(Vec<Vec<f32>>);
    impl ModuleVisitor for Values {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.push(param.val().into_data().try_to_vec().unwrap());
        }
    }
    let mut values = Values(Vec::new());
    module.visit(&mut values);
    values.0
}

fn gradients_of(module: &impl Module, gradients: &Gradients) -> Vec<Vec<f32>> {
    struct Slopes<'a>(&'a Gradients, Vec<Vec<f32>>);
    impl ModuleVisitor for Slopes<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let slope = param.val().grad(self.0).expect("every parameter has a gradient");
            self.1.push(slope.into_data().try_to_vec().unwrap());
        }
    }
    let mut slopes = Slopes(gradients, Vec::new());
    module.visit(&mut slopes);
    slopes.1
}
