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

    let mut made = std::fs::read_dir(home.join("data")).unwrap().map(|entry| entry.unwrap().path());
    let train = made.find(|path| path.to_string_lossy().contains("/train-2-")).unwrap();
    let own = json(&home, &["eval", "--run", run, "--data", train.to_str().unwrap()]);
    for row in own["tasks"].as_array().unwrap() {
        assert_eq!((&row["episodes"], &row["clips"]), (&2.into(), &2.into()));
    }
}
