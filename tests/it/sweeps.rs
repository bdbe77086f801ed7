//! Studies: the same files whatever happens on the way.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::binary::mirror_process;
use crate::study::{Place, STUDY, difference, refused};

/// How often a study is killed (default 12, which takes half a minute of processor time). `just kills` does
/// it a hundred times.
const KILLS: u32 = 12;

/// Kills a study at seeded moments, by turns with one and two cells at a time; whenever it comes to its
/// end, what is there must be right already, and the killing goes on with a new one.
///
/// The moments are shares of the time that the machine needs just then, so that a busy one is killed at
/// every stage too.
fn killed_again_and_again(kills: u32) {
    let whole = Place::new();
    let begun = Instant::now();
    whole.finish(&["--jobs", "2"]);
    let mut span = begun.elapsed() / 2;
    let expected = whole.tree();
    assert!(expected.keys().any(|name| name.ends_with("episodes.parquet")), "{expected:?}");
    assert_eq!(whole.states(), ["done", "done"]);

    let mut place = Place::new();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let (mut done, mut finished) = (0, 0);
    while done < kills {
        let jobs = (1 + done % 2).to_string();
        let mut command = place.sweep(&["--jobs", &jobs]);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(span.mul_f64(rng.random_range(0.0..1.0)));
        let ended = process.try_wait().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
        // Nothing waits here: the next sweep may come while the kernel is still ending the workers.
        match ended {
            None => done += 1,
            Some(status) => {
                assert!(status.success(), "after {done} kills: {:?}", place.cells());
                assert_eq!(difference(&place.tree(), &expected), [""; 0], "after {done} kills");
                finished += 1;
                span = span.mul_f64(0.9);
                place = Place::new();
            }
        }
        assert!(finished < 10 * kills, "only {done} of {} runs were killed", done + finished);
    }
    place.finish(&["--jobs", "1"]);
    assert_eq!(difference(&place.tree(), &expected), [""; 0]);
    assert_eq!(place.states(), ["done", "done"]);
}

#[test]
fn a_killed_study_goes_on_to_the_same_files() {
    let kills = std::env::var("MIRROR_KILLS").map_or(KILLS, |number| number.parse().unwrap());
    killed_again_and_again(kills);
}

#[test]
fn a_wrong_study_is_one_line_and_changes_nothing() {
    let place = Place::new();
    let output = place.run(&["--dry-run", "--json"]);
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["cells"].as_array().unwrap().len(), 2);
    refused(&place.run(&["--only", "epsiode 0.1"]), 2, "--only epsiode 0.1: is none of baseline");
    let wrong = |from: &str, to: &str| {
        assert!(STUDY.contains(from));
        fs::write(&place.file, STUDY.replace(from, to)).unwrap();
        let output = place.run(&[]);
        fs::write(&place.file, STUDY).unwrap();
        output
    };
    let line = "no setting is called `train.jiont_steps`; did you mean `train.joint_steps`?";
    refused(&wrong("joint_steps", "jiont_steps"), 2, &format!("least.toml: {line}"));
    refused(&wrong("name =", "nmae ="), 2, "least.toml: unknown field `nmae`");
    refused(&wrong("matrix =", "axis = 3\nmatrix ="), 2, "least.toml: unknown field `axis`");
    refused(&wrong("matrix =", "seeds = []\nmatrix ="), 2, "least.toml: has no cells");
    refused(&wrong("tau = [0.1]", "tau = []\nx = 1"), 2, "least.toml:");
    let none = "baseline = false\nmatrix = [] #";
    refused(&wrong("matrix =", none), 2, "least.toml: has no cells");
    refused(&wrong("\"baseline\"]", "\"nobody\"]"), 2, "`primary` nobody is none of the arms");
    refused(&wrong("train = 2", "train = 0"), 2, "least.toml: `data.train` 0: must be 1 to");
    assert_eq!(place.tree(), BTreeMap::new(), "a refused study leaves nothing");
}

/// The first cell fails; the other one is run to its end, and only the failed one is run again.
#[test]
fn a_failing_cell_stops_no_other_and_is_retried_alone() {
    let place = Place::new();
    place.finish(&["--only", "baseline", "--jobs", "1"]);
    assert_eq!(place.states(), ["done", "waiting"]);
    // As if the baseline had been begun and its checkpoint damaged since.
    let baseline = place.cell(0);
    fs::remove_file(baseline.join("done.json")).unwrap();
    let checkpoint = baseline.join("checkpoint");
    let whole = fs::read(&checkpoint).unwrap();
    fs::write(&checkpoint, &whole[..whole.len() / 2]).unwrap();
    for _ in 0..2 {
        // Without being asked to, a failed cell is not run again.
        refused(&place.run(&["--jobs", "1"]), 1, "checkpoint: damaged; delete it to begin");
        assert_eq!(place.states(), ["failed", "done"]);
        let [_, _, reason] = &place.cells()[0];
        assert!(reason.contains("checkpoint: damaged; delete it to begin"), "{reason}");
    }
    let other = place.cell(1);
    let time = || other.join("done.json").metadata().unwrap().modified().unwrap();
    let before = time();
    fs::remove_file(checkpoint).unwrap();
    place.finish(&["--jobs", "1", "--retry-failed"]);
    assert_eq!(place.states(), ["done", "done"]);
    assert_eq!(time(), before, "a finished cell was run again");
    let whole = Place::new();
    whole.finish(&["--jobs", "2"]);
    assert_eq!(difference(&place.tree(), &whole.tree()), [""; 0]);
}

#[test]
fn the_second_of_two_sweeps_is_refused_and_status_disturbs_nobody() {
    let place = Place::new();
    let lock = place.folder().join("lock");
    let mut first = place.sweep(&["--jobs", "2"]);
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !lock.exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    // A process that holds the lock for good: the sweep itself may be over before the other gives up.
    let mut seen = Vec::new();
    while first.try_wait().unwrap().is_none() {
        seen.extend(place.states());
    }
    assert!(first.wait().unwrap().success());
    assert!(seen.len() >= 2, "a status takes longer than the study");
    assert!(seen.iter().all(|state| ["waiting", "begun", "done"].contains(&state.as_str())));
    assert_eq!(place.states(), ["done", "done"]);

    let held = fs::File::create(&lock).unwrap();
    held.lock().unwrap();
    let before = place.tree();
    refused(&place.run(&[]), 1, "lock is held: another process is working in this folder");
    assert_eq!(place.tree(), before);
}

#[test]
fn every_study_that_comes_with_the_program_has_the_papers_arms() {
    let folder = crate::binary::root().join("experiments/studies");
    let mut studies = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let plan = dry_run(&file, &[]);
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

/// What `results/smoke` took on two cores when it was made, by the times of its files: 8 min 40 s, 145 MB; and
/// the smallest effect that its report then gave.
#[test]
fn the_forecast_of_the_smoke_study_is_near_what_it_took() {
    let root = crate::binary::root();
    let plan = dry_run(&root.join("experiments/studies/smoke.toml"), &["--jobs", "2"]);
    let number = |key: &str| plan[key].as_f64().unwrap();
    for (key, taken) in [("minutes", 8.67), ("disk_mb", 145.0)] {
        let ratio = number(key) / taken;
        assert!((1.0 / 1.5..1.5).contains(&ratio), "{key}: {} for {taken}", number(key));
    }
    let made = fs::read_to_string(root.join("results/smoke/comparisons.csv")).unwrap();
    let detectable = |line: &str| line.rsplit(',').next().unwrap().parse::<f64>().unwrap();
    let success = made.lines().find(|line| line.starts_with("instruction 0.1,baseline,success"));
    let gap = number("minimum_detectable_effect") - detectable(success.unwrap());
    assert!(gap.abs() < 0.005, "{gap}");
}

fn dry_run(file: &Path, flags: &[&str]) -> Value {
    let home = tempfile::tempdir().unwrap();
    let mut command = mirror_process();
    command.env("MIRROR_HOME", home.path()).arg("sweep").arg(file);
    let output = command.args(["--dry-run", "--json"]).args(flags).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "a dry run writes nothing");
    serde_json::from_slice(&output.stdout).unwrap()
}
