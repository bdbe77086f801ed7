//! Every video encoder learns, aligns, goes on after a stop, travels, is probed and reported by the same commands.

use std::path::Path;
use std::process::Output;

use agents::video::FAMILIES;
use serde_json::Value;

use crate::binary::mirror;

const STUDY: &str = r#"
name = "encoder"
baseline = false
primary = ["instruction 0.1", "instruction 0.1"]
matrix = [{ pairing = ["instruction"], tau = [0.1] }]
[config.video]
encoder = "frames"
[config.data]
tasks = ["push_buttons"]
train = 2
val = 1
test = 1
[config.train]
batch = 2
solo_steps = 2
warm_steps = 1
joint_steps = 2
warmup = 1
checkpoint = 1
angle = 1
[config.eval]
episodes = 1
"#;

fn run(home: &Path, arguments: &[&str]) -> Output {
    let mut command = mirror();
    command.current_dir(home).env("MIRROR_HOME", home);
    command.args(arguments).output().unwrap()
}

fn json(home: &Path, arguments: &[&str]) -> Value {
    let output = run(home, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn frames_are_trained_evaluated_and_reported_as_viclip_is() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    std::fs::write(home.join("encoder.toml"), STUDY).unwrap();
    let swept = run(home, &["sweep", "encoder.toml", "--out", "study", "--export", "exports"]);
    assert!(swept.status.success(), "{swept:?}");
    let only = |folder: &str| {
        let mut entries = std::fs::read_dir(home.join(folder)).unwrap();
        let entry = entries.next().unwrap().unwrap().path();
        assert!(entries.next().is_none());
        entry.to_str().unwrap().to_owned()
    };
    let (cell, exported) = (only("study/cells"), only("exports"));
    let settings = std::fs::read_to_string(Path::new(&cell).join("config.json")).unwrap();
    assert!(settings.contains(r#""encoder": "frames""#), "{settings}");

    let judged = json(home, &["eval", "--run", &cell]);
    assert_eq!(judged["tasks"][0]["episodes"], 1);
    assert_eq!(json(home, &["eval", "--run", &exported])["run"], judged["run"]);
    let probed = json(home, &["probe", "--run", &cell, "--seeds", "1", "--steps", "2"]);
    assert_eq!(probed["learned"], 2);
    let reported = run(home, &["report", "study"]);
    let text = String::from_utf8(reported.stdout).unwrap();
    assert!(text.contains("\nProbe\n"), "{text}");
}

#[test]
fn an_encoder_that_does_not_exist_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["train", "--set", "video.encoder=slowfast"]);
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{line}");
    let names: Vec<&str> = FAMILIES.iter().map(|family| family.name).collect();
    let expected = format!("`video.encoder` slowfast is none of {}", names.join(", "));
    assert!(line.contains(&expected) && line.lines().count() == 1, "{line}");
}
