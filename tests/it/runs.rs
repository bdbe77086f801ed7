//! A trained run, used: as an agent, exported, probed, reported.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::binary::mirror;

const STUDY: &str = r#"
name = "used"
baseline = false
primary = ["instruction 0.1", "instruction 0.1"]
matrix = [{ pairing = ["instruction"], tau = [0.1] }]
[config.data]
tasks = ["push_buttons"]
train = 4
val = 1
test = 3
[config.train]
batch = 2
solo_steps = 2
warm_steps = 1
joint_steps = 2
warmup = 1
[config.eval]
episodes = 2
"#;

struct Place(tempfile::TempDir);

impl Place {
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = mirror();
        command.current_dir(self.0.path()).env("MIRROR_HOME", self.0.path());
        command.args(arguments).output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn refused(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{line}");
        assert!(output.stdout.is_empty() && line.lines().count() == 1, "{line}");
        line.trim().to_owned()
    }
}

fn only(folder: &Path) -> PathBuf {
    let mut entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let first = entries.next().unwrap();
    assert!(entries.next().is_none());
    first
}

#[test]
fn a_run_acts_travels_and_is_probed() {
    let place = Place(tempfile::tempdir().unwrap());
    let home = place.0.path();
    std::fs::write(home.join("used.toml"), STUDY).unwrap();
    let swept = place.run(&["sweep", "used.toml", "--out", "study", "--export", "exports"]);
    assert!(swept.status.success(), "{swept:?}");
    let run = only(&home.join("study/cells"));
    let exported = only(&home.join("exports"));
    assert_eq!(run.file_name(), exported.file_name());
    let [run, exported] = [&run, &exported].map(|path| path.to_str().unwrap());

    // The same loop under either command, and on the same weights either way.
    let judged = place.json(&["eval", "--run", run]);
    let acted = place.json(&["rollout", "--agent", run, "--episodes", "2", "--out", "rows.csv"]);
    assert_eq!(acted["agent"], format!("run {}", judged["run"].as_str().unwrap()));
    for key in ["task", "episodes", "successes", "low", "high", "reasons"] {
        assert_eq!(acted["tasks"][0][key], judged["tasks"][0][key], "{key}");
    }
    let rows = std::fs::read_to_string(home.join("rows.csv")).unwrap();
    assert_eq!(rows.lines().count(), 3);
    let travelled = place.json(&["eval", "--run", exported]);
    assert_eq!(travelled["run"], judged["run"]);
    assert_eq!(travelled["tasks"][0]["episodes"], 2);

    let probed = place.json(&["probe", "--run", run, "--seeds", "2", "--steps", "5"]);
    let variants: Vec<&str> = probed["variants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["name"].as_str().unwrap())
        .collect();
    let expected =
        ["keyframes", "one keyframe", "shuffled pairs", "random towers", "the run's own maps"];
    assert_eq!(variants, expected);
    assert_eq!((probed["learned"].as_u64(), probed["tested"].as_u64()), (Some(4), Some(3)));
    assert_eq!(probed["chance"]["chance_index"], 1.0 / 3.0);
    let reported = place.run(&["report", "study"]);
    let text = String::from_utf8(reported.stdout).unwrap();
    assert!(text.contains("\nProbe\n") && text.contains("shuffled pairs"), "{text}");
    let page = std::fs::read_to_string(home.join("study/report/report.md")).unwrap();
    assert!(page.contains("## Probe"), "{page}");
}

#[test]
fn what_cannot_be_used_is_one_line() {
    let place = Place(tempfile::tempdir().unwrap());
    let line = place.refused(&["rollout", "--agent", "nobody"], 2);
    assert!(
        line.contains("none of expert, replay, oracle, random, idle, nor the folder of a run"),
        "{line}"
    );
    let line = place.refused(&["eval", "--run", "x", "--renderer", "bevy"], 2);
    assert!(line.contains("--renderer bevy: this program was built without the feature"), "{line}");
    let line = place.refused(&["export", "--run", "nowhere", "--out", "out"], 1);
    assert!(line.starts_with("error: nowhere/config.json: "), "{line}");
    assert!(!place.0.path().join("out").exists());
    let line = place.refused(&["probe", "--run", "nowhere"], 1);
    assert!(line.starts_with("error: nowhere/config.json: "), "{line}");
}

/// What is kept in git of earlier runs stays of use: the small policy can be loaded, and is whole.
#[test]
fn the_policy_in_git_can_be_used() {
    let place = Place(tempfile::tempdir().unwrap());
    let policy = crate::binary::root().join("results/policy");
    let out = place.0.path().join("out");
    let words = ["export", "--run", policy.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let exported = place.json(&words);
    assert!(exported["parameters"].as_u64().unwrap() > 500_000, "{exported}");
}

/// Builds without Vulkan say how to build with it; builds with it refuse software adapters.
#[test]
fn a_graphics_processor_that_is_not_there_is_one_line() {
    let place = Place(tempfile::tempdir().unwrap());
    let asked = place.run(&["train", "--device", "vulkan", "--set", "train.batch=0"]);
    let line = String::from_utf8(asked.stderr).unwrap();
    assert!(!asked.status.success() && line.lines().count() == 1, "{line}");
    let built = String::from_utf8(place.run(&["doctor"]).stdout).unwrap();
    let built =
        built.lines().any(|line| line.trim_start().starts_with("features") && line.contains("gpu"));
    if built {
        return;
    }
    assert_eq!(asked.status.code(), Some(2));
    assert!(line.starts_with("error: --device vulkan: this program was built without"), "{line}");
    assert!(line.contains("cargo build --features gpu"), "{line}");
}
