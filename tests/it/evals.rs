//! What `mirror eval` finds does not depend on threads, and a dataset's own scenes can be played.

use std::path::Path;

use serde_json::Value;

use crate::binary::mirror;

const RUN: &str = r#"
preset = "tiny"

[data]
tasks = ["push_buttons", "open_drawer"]
train = 2
val = 1
test = 1

[train]
batch = 4
solo_steps = 0
warm_steps = 0
joint_steps = 3
warmup = 1

[align]
enabled = false

[eval]
episodes = 4
"#;

fn json(home: &Path, words: &[&str]) -> Value {
    let output = mirror().env("MIRROR_HOME", home).args(words).arg("--json").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn tables_are_the_same_for_any_number_of_workers_and_datasets_bring_their_scenes() {
    let folder = tempfile::tempdir().unwrap();
    let (home, config) = (folder.path().join("home"), folder.path().join("run.toml"));
    std::fs::write(&config, RUN).unwrap();
    let run = folder.path().join("run");
    let run = run.to_str().unwrap();
    json(&home, &["train", "--config", config.to_str().unwrap(), "--out", run]);

    let eval = |workers: &str| json(&home, &["eval", "--run", run, "--workers", workers]);
    let one = eval("1");
    assert_eq!(one["tasks"].as_array().unwrap().len(), 2);
    for row in one["tasks"].as_array().unwrap() {
        assert_eq!((&row["episodes"], &row["clips"]), (&4.into(), &1.into()));
        assert!(row["keyframes"]["transitions"].as_u64().unwrap() >= 2, "{row}");
    }
    for workers in ["2", "4"] {
        assert_eq!(eval(workers), one, "{workers} workers");
    }

    // Its report has the evaluation, without being told where it is.
    let reported = json(&home, &["report", run]);
    let episodes = std::fs::read_to_string(Path::new(run).join("report/episodes.csv")).unwrap();
    assert_eq!(episodes.lines().count(), 1 + 2 * 4);
    assert_eq!(reported["cells"][0]["episodes"], 8);
    assert!(reported["cells"][0]["success"].is_number(), "{reported}");

    let mut made = std::fs::read_dir(home.join("data")).unwrap().map(|entry| entry.unwrap().path());
    let train = made.find(|path| path.to_string_lossy().contains("/train-2-")).unwrap();
    let own = json(&home, &["eval", "--run", run, "--data", train.to_str().unwrap()]);
    assert!(own["path"].as_str().unwrap().contains("/eval/data-"), "{own}");
    for row in own["tasks"].as_array().unwrap() {
        assert_eq!((&row["episodes"], &row["clips"]), (&2.into(), &2.into()));
    }
}

/// Whoever asks for the same demonstrations gets the same folder.
#[test]
fn what_was_collected_is_what_training_learns_from() {
    let folder = tempfile::tempdir().unwrap();
    let (home, config) = (folder.path().join("home"), folder.path().join("run.toml"));
    std::fs::write(&config, RUN).unwrap();
    let tasks = ["--tasks", "open_drawer,push_buttons"];
    for (split, episodes) in [("train", "2"), ("val", "1")] {
        let flags = ["collect", "--split", split, "--episodes", episodes];
        let made = json(&home, &[&flags[..], &tasks].concat());
        assert_eq!(made["collected"].as_u64(), Some(2 * episodes.parse::<u64>().unwrap()));
    }
    let datasets = || {
        let entries = std::fs::read_dir(home.join("data")).unwrap();
        let mut found: Vec<_> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .map(|path| (path.join("manifest.json").metadata().unwrap().modified().unwrap(), path))
            .collect();
        found.sort();
        found
    };
    let before = datasets();
    assert_eq!(before.len(), 2);
    json(&home, &["train", "--config", config.to_str().unwrap()]);
    assert_eq!(datasets(), before, "demonstrations were collected again");
    // And the other way round.
    let again = json(&home, &[&["collect", "--episodes", "2"][..], &tasks].concat());
    assert_eq!((&again["complete"], &again["collected"]), (&true.into(), &0.into()));
    // What cannot be filmed is refused before anything is collected.
    let words = ["train", "--set", "data.camera=rear"];
    let home = folder.path().join("other");
    let output = mirror().env("MIRROR_HOME", &home).args(words).output().unwrap();
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert!(line.contains("`data.camera`: `rear` is none of left_shoulder"), "{line}");
    assert!(!home.exists());
}
