//! What `mirror models` and `mirror embed` print.

use std::fs;
use std::path::Path;
use std::process::Output;

use agents::nn::weights;
use agents::nn::weights::Init;
use agents::presets::{ALL, TINY};
use agents::video::{Clip, VideoEncoder};
use burn::tensor::Device;
use serde_json::Value;

use crate::binary::mirror;

fn json(output: &Output) -> Value {
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn models_lists_presets_and_published_networks() {
    let listed = json(&mirror().args(["models", "--json"]).output().unwrap());
    let listed = listed.as_array().unwrap();
    let names: Vec<&str> = listed.iter().map(|entry| entry["preset"].as_str().unwrap()).collect();
    let presets: Vec<&str> = ALL.iter().map(|preset| preset.name).collect();
    assert_eq!(
        names,
        [&presets[..], &["ViCLIP-B/16", "ViCLIP-L/14", "RVT-2", "ARP", "ARP+"]].concat()
    );
    for entry in listed {
        let of = |part: &str| entry["parameters"][part].as_u64().unwrap();
        assert_eq!(of("video") + of("policy") + of("alignment"), of("total"));
        assert!(entry["train_gflop_per_pair"].as_f64().unwrap() > 0.1);
    }
    let text = mirror().arg("models").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    for published in ["149.604", "427.590", "72.116", "74.014"] {
        assert!(text.contains(published), "{published}");
    }
}

/// A clip of three bright frames as `.npy`.
fn write_clip(path: &Path) -> Clip {
    let bytes: Vec<u8> = (0..3 * 20 * 30 * 3).map(|i| (i * 7 % 251) as u8).collect();
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 20, 30, 3), }\n";
    let length = (header.len() as u16).to_le_bytes();
    let file = [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), &bytes].concat();
    fs::write(path, file).unwrap();
    Clip::from_bytes(&[3, 20, 30, 3], &bytes).unwrap()
}

/// What stands beside the weights: the vocabulary that they were trained with.
const RECORD: &str = r#"{"format":1,"video_encoder":"viclip","vocabulary":["close","drawer","jar","open","red","the","top"]}"#;

fn write_weights(folder: &Path, model: &VideoEncoder, record: Option<&str>) {
    let mut file = fs::File::create(folder.join("tiny.safetensors")).unwrap();
    let record = record.map(|record| ("mirror", record));
    weights::write_with(weights::collect(model, "video."), record, &mut file).unwrap();
}

fn embed(folder: &Path, texts: &[&str]) -> Output {
    let mut command = mirror();
    command.current_dir(folder).args(["embed", "--preset", "tiny", "--json"]);
    command.args(["--weights", "tiny.safetensors", "--clip", "clip.npy"]);
    texts.iter().for_each(|text| {
        command.args(["--text", text]);
    });
    command.output().unwrap()
}

#[test]
fn embed_prints_what_the_model_computes() {
    let folder = tempfile::tempdir().unwrap();
    let clip = write_clip(&folder.path().join("clip.npy"));
    let model = VideoEncoder::new(&Init::new(9, &Device::flex()), &TINY.video);
    write_weights(folder.path(), &model, Some(RECORD));

    let report = json(&embed(folder.path(), &["open the top drawer", "close the red jar"]));
    let numbers = |value: &Value| -> Vec<f64> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    };
    let video = numbers(&report["video"]);
    let encoded = model.encode_clips(&[clip.fit(8, 64)], None, None);
    let expected =
        agents::nn::contrast::unit(encoded.embedding).into_data().try_to_vec::<f32>().unwrap();
    assert_eq!(video.len(), 64);
    for (found, expected) in video.iter().zip(expected) {
        assert!((found - f64::from(expected)).abs() < 1e-5, "{found} {expected}");
    }
    let texts = report["texts"].as_array().unwrap();
    assert_eq!(texts[1]["text"], "close the red jar");
    for text in texts {
        let embedding = numbers(&text["embedding"]);
        let length: f64 = embedding.iter().map(|x| x * x).sum();
        let cosine: f64 = embedding.iter().zip(&video).map(|(a, b)| a * b).sum();
        assert!((length - 1.0).abs() < 1e-5);
        assert!((cosine - text["cosine"].as_f64().unwrap()).abs() < 1e-5);
    }
}

#[test]
fn embed_refuses_wrong_files_and_words_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |texts: &[&str], code: i32| {
        let output = embed(folder.path(), texts);
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{line}");
        assert!(output.stdout.is_empty() && line.lines().count() == 1, "{line}");
        line.trim().to_owned()
    };
    assert!(refused(&[], 1).starts_with("error: clip.npy: No such file"));
    write_clip(&folder.path().join("clip.npy"));
    assert!(refused(&[], 1).starts_with("error: tiny.safetensors: No such file"));
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/viclip.pth");
    fs::copy(weights, folder.path().join("tiny.safetensors")).unwrap();
    let line = refused(&[], 1);
    assert!(
        line.contains("misshapen: vision_encoder.class_embedding [16] instead of [64]"),
        "{line}"
    );
    fs::write(folder.path().join("clip.npy"), "a film").unwrap();
    assert_eq!(refused(&[], 1), "error: clip.npy: not a .npy file");
    write_clip(&folder.path().join("clip.npy"));
    let model = VideoEncoder::new(&Init::new(9, &Device::flex()), &TINY.video);
    write_weights(folder.path(), &model, Some(RECORD));
    let line = refused(&["open sesame"], 2);
    assert_eq!(line, "error: --text `open sesame`: the model does not know the word `sesame`");

    let beside = "error: tiny.safetensors: the vocabulary beside the weights";
    let with = |record: Option<&str>| {
        write_weights(folder.path(), &model, record);
        refused(&["open the jar"], 1)
    };
    assert_eq!(with(None), format!("{beside} is missing"));
    assert_eq!(
        with(Some(&RECORD.replace(":1,", ":2,"))),
        format!("{beside} has format 2, this program reads 1")
    );
    let damaged = with(Some(&RECORD[..40]));
    assert!(damaged.starts_with(&format!("{beside} is damaged: ")), "{damaged}");
    let twice = with(Some(&RECORD.replace("drawer", "jar")));
    assert_eq!(twice, format!("{beside} is wrong: `jar` stands twice in the vocabulary"));
    let many: Vec<String> = (0..509).map(|i| format!("\"w{i}\"")).collect();
    let many = RECORD.replace("\"close\"", &many.join(","));
    let line = with(Some(&many.replace("\"w0\"", "\"close\"")));
    let room = "the vocabulary has 515 words, the token table has room for 508";
    assert_eq!(line, format!("error: tiny.safetensors: {room}"));
    let other = with(Some(&RECORD.replace("viclip", "slowfast")));
    assert_eq!(other, "error: tiny.safetensors: no video encoder `slowfast`");
    let frames = with(Some(&RECORD.replace("viclip", "frames")));
    assert!(
        frames.contains("surplus: video.vision_encoder.temporal_positional_embedding"),
        "{frames}"
    );
}
