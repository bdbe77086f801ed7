//! Studies: the same tables whatever happens on the way, and one clear line for whatever is wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::binary::mirror_process;

const STUDY: &str = r#"
name = "least"
primary = ["instruction 0.1", "baseline"]
matrix = [{ pairing = ["instruction"], tau = [0.1] }]
[config.data]
tasks = ["push_buttons"]
train = 2
val = 1
test = 1
[config.train]
batch = 2
solo_steps = 3
warm_steps = 1
joint_steps = 3
warmup = 1
checkpoint = 1
angle = 2
[config.eval]
episodes = 1
"#;

/// A home, and the file of a study in it.
struct Place {
    home: tempfile::TempDir,
    file: PathBuf,
}

impl Place {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("least.toml");
        fs::write(&file, STUDY).unwrap();
        Self { home, file }
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("study")
    }

    fn command(&self, flags: &[&str]) -> Command {
        let mut command = mirror_process();
        command.env("MIRROR_HOME", self.home.path()).arg("sweep").arg(&self.file);
        command.arg("--out").arg(self.folder()).args(flags);
        command
    }

    fn run(&self, flags: &[&str]) -> Output {
        self.command(flags).output().unwrap()
    }

    /// Whether any process was started for this home and has not ended.
    fn busy(&self) -> bool {
        let home = self.home.path().to_str().unwrap();
        fs::read_dir("/proc").unwrap().any(|entry| {
            let command = fs::read(entry.unwrap().path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&command).contains(home)
        })
    }

    /// Every table, report and weight with the hash of its content.
    fn results(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
                if path.is_dir() {
                    folders.push(path);
                } else if ["parquet", "csv", "svg", "json", "safetensors"]
                    .contains(&ending.as_str())
                {
                    let name = path.strip_prefix(self.folder()).unwrap().display().to_string();
                    found.insert(name, blake3::hash(&fs::read(path).unwrap()).to_string());
                }
            }
        }
        found
    }
}

fn refused(output: &Output, code: i32, words: &str) {
    let line = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{line}");
    assert!(line.starts_with("error: ") && line.lines().count() == 1, "{line}");
    assert!(line.contains(words), "{line}");
}

fn cells(place: &Place) -> Vec<(String, String)> {
    let output = place.run(&["--status", "--json"]);
    let status: Value = serde_json::from_slice(&output.stdout).unwrap();
    let cells = status["cells"].as_array().unwrap().iter();
    let text = |cell: &Value, key: &str| cell[key].as_str().unwrap().to_owned();
    cells.map(|cell| (text(cell, "cell"), text(cell, "state"))).collect()
}

#[test]
fn a_killed_study_goes_on_to_the_same_tables() {
    let whole = Place::new();
    let output = whole.run(&["--jobs", "2"]);
    assert!(output.status.success(), "{output:?}");
    let expected = whole.results();
    assert!(expected.keys().any(|name| name.ends_with("episodes.parquet")), "{expected:?}");
    assert!(cells(&whole).iter().all(|(_, state)| state == "done"));

    let killed = Place::new();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for kill in 0..15 {
        let jobs = (1 + kill % 2).to_string();
        let mut process = killed
            .command(&["--jobs", &jobs])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(rng.random_range(5..1500)));
        process.kill().unwrap();
        process.wait().unwrap();
        // The kernel ends the workers with their sweep; until it has, their locks are held.
        while killed.busy() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    let output = killed.run(&["--jobs", "1"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(killed.results(), expected);
}

#[test]
fn whatever_is_wrong_with_a_study_is_one_line_and_changes_nothing() {
    let place = Place::new();
    let output = place.run(&["--dry-run", "--json"]);
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["cells"].as_array().unwrap().len(), 2);
    assert!(!place.folder().exists(), "a dry run writes nothing");
    refused(&place.run(&["--only", "epsiode 0.1"]), 2, "--only epsiode 0.1: is none of baseline");

    let output = place.run(&["--only", "baseline", "--jobs", "1"]);
    assert!(output.status.success(), "{output:?}");
    let states = cells(&place);
    assert_eq!((states[0].1.as_str(), states[1].1.as_str()), ("done", "waiting"));
    let before = place.results();

    fs::write(&place.file, STUDY.replace("joint_steps = 3", "joint_steps = 4")).unwrap();
    refused(&place.run(&[]), 1, "plan.json: the folder holds another study");
    fs::write(&place.file, STUDY.replace("joint_steps", "jiont_steps")).unwrap();
    refused(
        &place.run(&[]),
        2,
        "least.toml: no setting is called `train.jiont_steps`; did you mean `train.joint_steps`?",
    );
    fs::write(&place.file, STUDY).unwrap();
    assert_eq!(place.results(), before);

    // A damaged checkpoint fails its cell, not the study.
    let second = place.folder().join("cells").join(&states[1].0);
    fs::write(second.join("checkpoint"), b"not a checkpoint").unwrap();
    refused(&place.run(&["--jobs", "1"]), 1, "1 of 2 cells failed");
    let failed: Value =
        serde_json::from_slice(&fs::read(second.join("failed.json")).unwrap()).unwrap();
    assert!(failed["reason"].as_str().unwrap().contains("checkpoint: damaged"), "{failed}");
    fs::remove_file(second.join("checkpoint")).unwrap();
    let output = place.run(&["--jobs", "1", "--retry-failed"]);
    assert!(output.status.success(), "{output:?}");
    assert!(cells(&place).iter().all(|(_, state)| state == "done"));

    // A table that was changed afterwards is found before anything else is done.
    let table = second.join("tables/episodes.parquet");
    let mut bytes = fs::read(&table).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&table, bytes).unwrap();
    refused(&place.run(&[]), 1, "episodes.parquet: damaged");
}

fn lock_of(folder: &Path) -> PathBuf {
    folder.join("lock")
}

#[test]
fn the_second_of_two_sweeps_is_refused() {
    let place = Place::new();
    let mut first = place.command(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !lock_of(&place.folder()).exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    refused(&place.run(&[]), 1, "lock is held");
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn every_study_that_comes_with_the_program_has_the_papers_arms() {
    let folder = crate::binary::root().join("experiments/studies");
    let mut studies = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let home = tempfile::tempdir().unwrap();
        let mut command = mirror_process();
        command.env("MIRROR_HOME", home.path()).arg("sweep").arg(&file);
        let output = command.args(["--dry-run", "--json"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut arms: Vec<&str> = plan["cells"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cell| cell["arm"].as_str().unwrap())
            .collect();
        arms.dedup();
        arms.sort_unstable();
        arms.dedup();
        let expected = [
            "baseline",
            "episode 0.1",
            "instruction 0.02",
            "instruction 0.1",
            "instruction 0.2",
            "task 0.1",
        ];
        assert_eq!(arms, expected, "{}", file.display());
        studies += 1;
    }
    assert!(studies >= 3, "only {studies}");
}
