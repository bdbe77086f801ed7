//! Every family of policies goes through the same commands: train and align, evaluate, probe, export,
//! report.

use std::path::Path;
use std::process::Output;

use agents::policy::FAMILIES;
use serde_json::Value;

use crate::binary::mirror;

const RUN: &str = r#"
preset = "tiny"
[data]
tasks = ["push_buttons"]
train = 2
val = 1
test = 2
[train]
batch = 2
solo_steps = 2
warm_steps = 1
joint_steps = 2
warmup = 1
checkpoint = 1
[eval]
episodes = 2
steps = 3
"#;

fn mirror_in(home: &Path, words: &[&str]) -> Output {
    mirror().current_dir(home).env("MIRROR_HOME", home).args(words).output().unwrap()
}

fn json(home: &Path, words: &[&str]) -> Value {
    let output = mirror_in(home, &[words, &["--json"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// ARP is what all other tests use.
#[test]
fn every_other_family_trains_evaluates_and_reports() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    std::fs::write(home.join("run.toml"), RUN).unwrap();
    for family in FAMILIES[1..].iter().map(|family| family.name) {
        let set = format!("policy.family={family}");
        let train = |out: &str| {
            let words = ["train", "--config", "run.toml", "--set", &set, "--out", out];
            json(home, &words)
        };
        let trained = train(family);
        assert_eq!(trained["complete"], true, "{trained}");
        // Again, from another folder: the same weights, whatever was shared on the way.
        let again = format!("{family}-again");
        assert_eq!(train(&again)["run"], trained["run"]);
        let weights = |run: &str| std::fs::read(home.join(run).join("model.safetensors")).unwrap();
        assert!(weights(family) == weights(&again), "{family}");

        let judged = json(home, &["eval", "--run", family, "--films", "1"]);
        assert_eq!(judged["tasks"][0]["episodes"], 2, "{judged}");
        let acted = json(home, &["rollout", "--agent", family, "--episodes", "2"]);
        assert_eq!(acted["tasks"][0]["successes"], judged["tasks"][0]["successes"]);
        let film = ["video", "--agent", family, "--task", "push_buttons", "--out", "film.png"];
        let filmed = json(home, &film);
        assert_eq!(filmed["episodes"][0]["agent"], family, "{filmed}");
        assert!(home.join("film.png").is_file());
        let probed = json(home, &["probe", "--run", family, "--seeds", "1", "--steps", "2"]);
        assert!(!probed["variants"].as_array().unwrap().is_empty());
        let exported = format!("{family}-exported");
        json(home, &["export", "--run", family, "--out", &exported]);
        assert_eq!(json(home, &["eval", "--run", &exported])["run"], judged["run"]);

        let reported = mirror_in(home, &["report", family]);
        let text = String::from_utf8_lossy(&reported.stdout).into_owned();
        assert!(reported.status.success() && text.contains("push_buttons"), "{reported:?}");
    }
}

#[test]
fn a_family_that_does_not_exist_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let output = mirror_in(folder.path(), &["train", "--set", "policy.family=act"]);
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert_eq!(line.trim(), "error: --set: `policy.family` act is none of arp, rvt2");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn parts_that_a_preset_or_a_family_lacks_are_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let parts = "crop, state, yaw, stem, sentence, colour, hand, depth, coarse, combine";
    let cases = [
        ("policy.family=rvt2", "`preset` tiny+: `policy.family` rvt2 lacks its optional parts"),
        ("policy.without=[\"hat\"]", &format!("`policy.without` hat is none of {parts}")),
        ("policy.layers=65", "`policy.layers` 65: must be at most 64"),
    ];
    for (set, expected) in cases {
        let arguments = ["train", "--set", "preset=tiny+", "--set", set];
        let output = mirror_in(folder.path(), &arguments);
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert_eq!(line, format!("error: --set: {expected}\n"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
