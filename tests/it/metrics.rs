//! What a run says while it trains: `metrics.jsonl`, TensorBoard's event files, and `mirror status`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::binary::mirror_process;
use crate::study::{self, refused};

const RUN: &str = r#"
[data]
tasks = ["push_buttons"]
train = 2
val = 1
[train]
optimiser = "muon"
ema = 0.9
batch = 2
solo_steps = 3
warm_steps = 1
joint_steps = 4
warmup = 1
checkpoint = 2
validate = 2
angle = 2
"#;

/// A home, and the run in it.
struct Place {
    home: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("run.toml"), RUN).unwrap();
        Self { home }
    }

    fn run(&self) -> PathBuf {
        self.home.path().join("run")
    }

    fn mirror(&self, arguments: &[&str]) -> Command {
        let mut command = mirror_process();
        command.current_dir(&self.home).env("MIRROR_HOME", self.home.path()).args(arguments);
        command
    }

    fn train(&self, flags: &[&str]) -> Command {
        let words = ["train", "--config", "run.toml", "--out", "run", "--tensorboard"];
        self.mirror(&[&words, flags].concat())
    }

    fn finish(&self) {
        let output = self.train(&[]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    }

    /// Ends training by force once a file has so many lines.
    fn kill(&self, file: impl Fn() -> Option<PathBuf>, lines: usize) {
        let mut command = self.train(&[]);
        let mut process = command.stdout(Stdio::null()).spawn().unwrap();
        let count = || Some(read(&file()?)?.iter().filter(|byte| **byte == b'\n').count());
        while count().is_none_or(|count| count < lines) {
            assert!(process.try_wait().unwrap().is_none(), "it ended before it was killed");
            std::thread::sleep(Duration::from_millis(1));
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// The folder of the phase that runs share, once it is there.
    fn solo(&self) -> Option<PathBuf> {
        let entries = fs::read_dir(self.home.path().join("runs")).ok()?.flatten();
        entries.map(|entry| entry.path()).find(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("solo-"))
        })
    }

    fn status(&self) -> Value {
        let output = self.mirror(&["status", "run", "--json"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Everything that was measured, and the weights, by path.
    fn measured(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let names = ["solo", "warm", "joint"];
        let events = names.map(|phase| format!("tensorboard/{phase}/events.out.tfevents.0.mirror"));
        let mut paths = vec![self.solo().unwrap().join("metrics.jsonl")];
        let others = [
            "metrics.jsonl",
            "model.safetensors",
            "tables/training.parquet",
            "tables/validation.parquet",
        ];
        let names = events.iter().map(String::as_str).chain(others);
        paths.extend(names.map(|name| self.run().join(name)));
        let home = self.home.path();
        let relative = |path: &Path| path.strip_prefix(home).unwrap().to_owned();
        paths.iter().map(|path| (relative(path), fs::read(path).unwrap())).collect()
    }
}

fn read(path: &Path) -> Option<Vec<u8>> {
    fs::read(path).ok()
}

fn append(path: &Path, text: &[u8]) {
    fs::OpenOptions::new().append(true).open(path).unwrap().write_all(text).unwrap();
}

#[test]
fn a_killed_run_measures_what_an_undisturbed_one_does() {
    let whole = Place::new();
    whole.finish();
    let expected = whole.measured();
    let lines = fs::read_to_string(whole.run().join("metrics.jsonl")).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let steps = |phase: &str| {
        let of_phase = |line: &&Value| line["phase"] == phase && line["readings"]["loss"].is_f64();
        lines.iter().filter(of_phase).map(|line| line["step"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((steps("warm"), steps("joint")), (vec![0], vec![0, 1, 2, 3]));
    let validations = lines.iter().filter(|line| line["validation"].is_array());
    let validations: Vec<&Value> = validations.map(|line| &line["step"]).collect();
    assert_eq!(validations, [&json!(2), &json!(4)]);
    let status = whole.status();
    assert_eq!((&status["state"], &status["process"]), (&json!("complete"), &Value::Null));
    assert_eq!(status["position"], json!({"phase": "joint", "step": 4, "steps": 4}));
    assert!(status["readings"]["loss/policy"].is_f64(), "{status}");
    assert_eq!(status["validation"]["tasks"][0]["task"], "push_buttons");
    assert!(status["pairs_per_second"].is_null(), "{status}");

    let place = Place::new();
    let stopped = place.train(&["--max-minutes", "0.000001"]).output().unwrap();
    assert!(stopped.status.success(), "{stopped:?}");
    assert_eq!(place.status()["state"], "not_begun");
    // While the models learn alone; the file then ends in the middle of a line.
    place.kill(|| Some(place.solo()?.join("metrics.jsonl")), 1);
    append(&place.solo().unwrap().join("metrics.jsonl"), b"{\"phase\":\"solo\",\"st");
    let status = place.status();
    assert_eq!(
        (&status["state"], &status["position"]["phase"]),
        (&json!("stopped"), &json!("solo"))
    );
    // Together, behind the checkpoint after the second step.
    place.kill(|| Some(place.run().join("metrics.jsonl")), 5);
    append(&place.run().join("metrics.jsonl"), b"{\"phase\":\"joint\",\"step\":9}\n{");
    append(&place.run().join("tensorboard/joint/events.out.tfevents.0.mirror"), b"half a record");
    // Whoever holds the lock trains.
    let held = fs::File::create(place.run().join("lock")).unwrap();
    held.lock().unwrap();
    let status = place.status();
    assert_eq!((&status["state"], &status["process"]), (&json!("running"), &Value::Null));
    drop(held);
    assert_eq!(place.status()["state"], "stopped");
    place.finish();
    assert!(place.measured() == expected);
    // Once more changes nothing, and event files can be made at any time.
    fs::remove_dir_all(place.run().join("tensorboard")).unwrap();
    place.finish();
    assert!(place.measured() == expected);
}

/// Only the tower that learns moves, is measured and is judged.
#[test]
fn a_run_of_one_tower_measures_that_one() {
    let place = Place::new();
    let alone = ["solo_steps", "warm_steps"].map(|phase| format!("train.{phase}=0"));
    for (tower, other) in [("policy", "video"), ("video", "policy")] {
        let only = format!("train.towers={tower}");
        let refusal = place.train(&["--set", &only]).output().unwrap();
        refused(&refusal, 2, "error: run.toml: `train.towers`: `align.enabled` needs both towers");
        let flags = ["--set", &only, "--set", "align.enabled=false"];
        let flags = [&flags[..], &["--set", &alone[0], "--set", &alone[1]]].concat();
        let output = place.train(&flags).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        let shown = |word: &str| said.lines().any(|line| line.contains(&format!(" {word} ")));
        let named = ["keyframes", "videos"].map(shown);
        assert_eq!(named, [tower == "policy", tower == "video"], "{said}");
        let lines = fs::read_to_string(place.run().join("metrics.jsonl")).unwrap();
        let has = |tower: &str| lines.contains(&format!("\"loss/{tower}\""));
        assert!(has(tower) && !has(other), "{lines}");
        let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
        let counts = &last["validation"][0];
        assert_eq!(counts["transitions"] == 0, tower == "video", "{counts}");
        assert_eq!(counts["clips"] == 0, tower == "policy", "{counts}");
        fs::remove_dir_all(place.run()).unwrap();
    }
}

#[test]
fn what_cannot_be_read_is_one_line() {
    let place = Place::new();
    let status = |folder: &str| place.mirror(&["status", folder]).output().unwrap();
    refused(&status("nowhere"), 1, "error: cannot read nowhere: No such file or directory");
    refused(&status("run.toml"), 1, "error: cannot read run.toml: Not a directory");
    fs::create_dir(place.home.path().join("empty")).unwrap();
    let neither = "error: empty: neither a study (plan.json) nor a run (config.json)";
    refused(&status("empty"), 1, neither);

    place.finish();
    let expected = place.measured();
    let path = place.run().join("metrics.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    let train = || -> Output { place.train(&[]).output().unwrap() };
    let not_recorded = "run/metrics.jsonl: damaged: not what the checkpoint recorded; delete";
    fs::write(&path, whole.replacen("\"step\":0", "\"step\":x", 1)).unwrap();
    refused(&status("run"), 1, "error: run/metrics.jsonl: line 1 is damaged");
    refused(&train(), 1, not_recorded);
    // Cut in the middle of a line it can still be read, but not gone on from.
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(place.status()["state"], "complete");
    refused(&train(), 1, not_recorded);
    fs::remove_file(&path).unwrap();
    refused(&train(), 1, "cannot read run/metrics.jsonl: No such file or directory");
    fs::write(place.run().join("config.json"), "{}").unwrap();
    refused(&status("run"), 1, "error: run/config.json: no `format`");
    fs::remove_dir_all(place.run()).unwrap();
    place.finish();
    assert!(place.measured() == expected);
}

#[test]
fn a_study_has_the_same_status_by_its_file_and_by_its_folder() {
    let place = study::Place::new();
    place.finish(&["--only", "baseline", "--jobs", "1"]);
    let by_file = place.run(&["--status"]);
    let folder = place.folder();
    let by_folder = place.mirror(&["status", folder.to_str().unwrap()]).output().unwrap();
    assert!(by_file.status.success() && by_file.stdout == by_folder.stdout, "{by_folder:?}");
    let text = String::from_utf8(by_folder.stdout).unwrap();
    assert!(text.contains("waiting  solo step 3 of 3"), "{text}");
}
