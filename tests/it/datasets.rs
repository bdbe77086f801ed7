//! Datasets: the same bytes every time, and nothing lost whatever happens on the way.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::binary::{mirror, mirror_process, say};

const EPISODES: &str = "3";

fn arguments(folder: &Path, workers: u32) -> Vec<String> {
    let folder = folder.to_str().unwrap();
    let workers = workers.to_string();
    ["collect", "--out", folder, "--tasks", "push_buttons", "--episodes", EPISODES, "--size", "64"]
        .into_iter()
        .chain(["--views", "32", "--workers", &workers])
        .map(str::to_owned)
        .collect()
}

fn collect(folder: &Path, workers: u32) -> Output {
    mirror().args(arguments(folder, workers)).output().unwrap()
}

fn verify(folder: &Path, flags: &[&str]) -> Output {
    mirror().arg("verify").arg(folder).args(flags).output().unwrap()
}

/// Every file with the hash of its content, work in progress included.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, blake3::hash(&fs::read(path).unwrap()).to_string());
            }
        }
    }
    found
}

/// Exit 1 and one line on stderr that names the path; returns the line.
fn refused(output: &Output, path: &Path) -> String {
    let line = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{line}");
    assert!(line.starts_with("error: ") && line.lines().count() == 1, "{line}");
    assert!(line.contains(path.to_str().unwrap()), "{line}");
    line
}

/// A finished dataset in a folder of its own.
fn dataset() -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("set");
    let output = collect(&folder, 2);
    assert!(output.status.success(), "{output:?}");
    (parent, folder)
}

/// The problems that `mirror verify` finds: paths and reasons.
fn problems(folder: &Path, flags: &[&str]) -> Vec<(String, String)> {
    let output = verify(folder, &[flags, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    refused(&output, folder);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["ok"], false);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let problems = report["problems"].as_array().unwrap();
    problems.iter().map(|p| (text(&p["path"]), text(&p["reason"]))).collect()
}

#[test]
fn the_same_command_gives_the_same_bytes() {
    let (_parent, folder) = dataset();
    let whole = tree(&folder);
    assert_eq!(whole.len(), 3 + 3 * 3, "{whole:?}");
    for workers in [1, 3] {
        let again = tempfile::tempdir().unwrap();
        assert!(collect(again.path(), workers).status.success());
        assert_eq!(tree(again.path()), whole, "with {workers} workers");
    }
    let times = |folder: &Path| {
        let time = |path: &String| folder.join(path).metadata().unwrap().modified().unwrap();
        whole.keys().map(time).collect::<Vec<_>>()
    };
    let before = times(&folder);
    let output = mirror().args(arguments(&folder, 2)).arg("--json").output().unwrap();
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&summary["complete"], &summary["collected"]), (&true.into(), &0.into()));
    assert_eq!(times(&folder), before, "a finished dataset was touched");
    assert_eq!(tree(&folder), whole);

    let output = verify(&folder, &["--full", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let expected = serde_json::json!({"ok": true, "files": 12, "episodes": 3, "problems": []});
    assert_eq!(report, expected);
}

#[test]
fn a_killed_collector_goes_on_to_the_same_bytes() {
    let (_parent, folder) = dataset();
    let whole = tree(&folder);
    let again = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut kills = 0;
    let mut rounds = 0;
    while kills < 20 {
        rounds += 1;
        assert!(rounds < 200, "only {kills} of {rounds} runs were killed");
        let mut process = mirror_process()
            .args(arguments(again.path(), 1 + rounds % 2))
            .env_remove("MIRROR_HOME")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(rng.random_range(5..700)));
        if process.try_wait().unwrap().is_none() {
            kills += 1;
        }
        process.kill().unwrap();
        process.wait().unwrap();
        if again.path().join("manifest.json").exists() {
            // It came to its end: what is there must be right already, and the killing goes on anew.
            assert!(verify(again.path(), &[]).status.success());
            for entry in fs::read_dir(again.path()).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
                    .unwrap();
            }
        }
    }
    let output = collect(again.path(), 2);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(tree(again.path()), whole);
}

#[test]
fn damage_is_found_and_named() {
    let (_parent, folder) = dataset();
    let state = "states/push_buttons-train-00001.zst";
    let video = "videos/front/push_buttons-train-00002.mp4";
    let with = |path: &str, damage: &dyn Fn(&Path)| {
        let path = folder.join(path);
        let content = fs::read(&path).unwrap();
        damage(&path);
        let found = problems(&folder, &[]);
        fs::write(path, content).unwrap();
        found
    };
    let one = |path: &str, reason: &str| vec![(path.to_owned(), reason.to_owned())];

    let size = folder.join(state).metadata().unwrap().len();
    let found = with(state, &|path| {
        fs::File::options().write(true).open(path).unwrap().set_len(size / 2).unwrap();
    });
    assert_eq!(found, one(state, &format!("has {} bytes, not {size}", size / 2)));
    let found = with(video, &|path| fs::remove_file(path).unwrap());
    assert_eq!(found, one(video, "No such file or directory (os error 2)"));
    let found = with("episodes.parquet", &|path| fs::write(path, b"PAR1 and nothing").unwrap());
    assert_eq!(found.len(), 1, "{found:?}");
    let found = with("manifest.json", &|path| fs::remove_file(path).unwrap());
    assert!(found[0].0 == "manifest.json" && found[0].1.contains("unfinished"), "{found:?}");
    let found = with("manifest.json", &|path| fs::write(path, b"{}").unwrap());
    assert!(found[0].0 == "manifest.json", "{found:?}");
    let strange = folder.join("videos/front/holiday.mp4");
    fs::write(&strange, b"?").unwrap();
    assert_eq!(problems(&folder, &[]), one("videos/front/holiday.mp4", "is not in the manifest"));
    fs::remove_file(strange).unwrap();
    assert!(verify(&folder, &[]).status.success());
    assert!(verify(&folder.join("nowhere"), &[]).status.code() == Some(1));
}

/// A manifest's text with its own checksum set right.
fn sealed(text: &str) -> String {
    let (head, rest) = text.rsplit_once("\"blake3\": \"").unwrap();
    let (head, tail) = (format!("{head}\"blake3\": \""), &rest[64..]);
    let sum = blake3::hash(format!("{head}{tail}").as_bytes());
    format!("{head}{sum}{tail}")
}

/// A table, log or video put in another's place, with a manifest that agrees.
#[test]
fn a_foreign_file_with_a_matching_checksum_is_found() {
    let (_parent, folder) = dataset();
    let swap = |from: &str, to: &str| {
        let (old, new) = (fs::read(folder.join(to)).unwrap(), fs::read(folder.join(from)).unwrap());
        let path = folder.join("manifest.json");
        let manifest = fs::read_to_string(&path).unwrap();
        let entry = |content: &[u8]| {
            let sum = blake3::hash(content);
            format!("\"bytes\": {},\n      \"blake3\": \"{sum}\"", content.len())
        };
        fs::write(&path, sealed(&manifest.replace(&entry(&old), &entry(&new)))).unwrap();
        fs::write(folder.join(to), new).unwrap();
        let found = problems(&folder, &["--full"]);
        fs::write(folder.join(to), old).unwrap();
        fs::write(path, manifest).unwrap();
        found
    };
    let [a, b] = [0, 1].map(|i| format!("states/push_buttons-train-0000{i}.zst"));
    assert_eq!(swap(&a, &b), [(b, "does not belong to its row of the table".into())]);
    let [a, b] = [0, 1].map(|i| format!("videos/front/push_buttons-train-0000{i}.mp4"));
    assert_eq!(swap(&a, &b)[0].0, b);
    let [c, d] = [0, 1].map(|i| format!("frames/push_buttons-train-0000{i}.views"));
    let found = swap(&c, &d);
    assert!(found.len() == 1 && found[0].0 == d, "{found:?}");
    let found = swap(&a, &d);
    assert!(found.len() == 1 && found[0].0 == d, "{found:?}");
    assert!(found[0].1.starts_with("no pictures of keyframes"), "{found:?}");
    let found = swap(&a, "episodes.parquet");
    assert_eq!(found[0].0, "episodes.parquet", "{found:?}");
}

#[test]
fn a_flipped_byte_anywhere_is_found() {
    let (_parent, folder) = dataset();
    let files: Vec<String> = tree(&folder).into_keys().collect();
    let mut runner = TestRunner::new(Cases { failure_persistence: None, ..Cases::with_cases(60) });
    let place = (prop::sample::select(files), any::<prop::sample::Index>(), 1..=255_u8);
    runner
        .run(&place, |(file, index, flip)| {
            let path = folder.join(&file);
            let content = fs::read(&path).unwrap();
            let mut damaged = content.clone();
            damaged[index.index(content.len())] ^= flip;
            fs::write(&path, damaged).unwrap();
            let output = verify(&folder, &[]);
            fs::write(&path, content).unwrap();
            prop_assert_eq!(output.status.code(), Some(1), "{}: {:?}", file, output);
            let line = String::from_utf8(output.stderr).unwrap();
            prop_assert!(line.lines().count() == 1 && line.contains("set"), "{}", line);
            Ok(())
        })
        .unwrap();
}

#[test]
fn another_configuration_is_refused() {
    let (_parent, folder) = dataset();
    let whole = tree(&folder);
    let mut other = arguments(&folder, 2);
    other.extend(["--seed".into(), "4".into()]);
    let output = mirror().args(other).output().unwrap();
    let line = refused(&output, &folder);
    assert!(line.contains("holds another dataset: seed 0 there, 4 here"), "{line}");
    assert_eq!(tree(&folder), whole);
    let fewer = arguments(&folder, 2);
    let fewer = fewer.iter().filter(|word| !["--views", "32"].contains(&word.as_str()));
    let line = refused(&mirror().args(fewer).output().unwrap(), &folder);
    assert!(line.contains("holds another dataset: views 32 there, null here"), "{line}");

    let parent = tempfile::tempdir().unwrap();
    fs::write(parent.path().join("thesis.tex"), "mine").unwrap();
    let line = refused(&collect(parent.path(), 1), parent.path());
    assert!(line.contains("neither empty nor a dataset"), "{line}");
    assert_eq!(tree(parent.path()).len(), 1);
}

#[test]
fn the_second_of_two_collectors_is_refused() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("set");
    fs::create_dir_all(folder.join(".work")).unwrap();
    let lock = folder.join(".work/lock");
    fs::write(&lock, "12").unwrap();
    let held = fs::File::open(&lock).unwrap();
    held.try_lock().unwrap();
    let line = refused(&collect(&folder, 1), &lock);
    assert!(line.contains("process 12 is working in this folder"), "{line}");
    drop(held);
    // A lock that nobody holds is what a killed collector leaves.
    let output = collect(&folder, 1);
    assert!(output.status.success(), "{output:?}");
    assert!(!folder.join(".work").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();
    refused(&collect(&file.join("set"), 1), &file);
    refused(&collect(&file, 1), &file);
}

#[test]
fn a_full_disk_costs_one_line_and_nothing_else() {
    let parent = tempfile::tempdir().unwrap();
    let disk = parent.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = |size: &str, flags: &str| {
        let options = format!("size={size}{flags}");
        std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&disk)
            .output()
            .is_ok_and(|output| output.status.success())
    };
    if !mount("64k", "") {
        say("SKIPPED: this user may not mount a small disk");
        return;
    }
    let folder = disk.join("set");
    let full = collect(&folder, 2);
    let parts = tree(&disk).into_keys().filter(|name| name.ends_with(".part")).count();
    let grown = mount("64m", ",remount");
    let whole = grown.then(|| collect(&folder, 2));
    let verified = grown.then(|| verify(&folder, &[]));
    let unmounted = std::process::Command::new("umount").arg(&disk).status();
    let line = refused(&full, &folder);
    assert!(line.contains("No space left on device"), "{line}");
    assert_eq!(parts, 0, "temporary files stayed");
    assert!(unmounted.is_ok_and(|status| status.success()));
    assert!(grown && whole.unwrap().status.success() && verified.unwrap().status.success());
}

#[test]
fn videos_are_accepted_by_ffprobe() {
    let (_parent, folder) = dataset();
    let video = folder.join("videos/front/push_buttons-train-00000.mp4");
    let output = std::process::Command::new("ffprobe")
        .args(["-v", "error", "-count_frames", "-show_streams", "-of", "json"])
        .arg(&video)
        .output();
    let Ok(output) = output else {
        say("SKIPPED: ffprobe is not installed");
        return;
    };
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let stream = &found["streams"][0];
    for (name, value) in
        [("codec_name", "h264"), ("avg_frame_rate", "20/1"), ("pix_fmt", "yuv420p")]
    {
        assert_eq!(stream[name], value, "{stream}");
    }
    assert_eq!((&stream["width"], &stream["height"]), (&64.into(), &64.into()));
    assert_eq!(stream["nb_read_frames"], stream["nb_frames"]);
}

#[test]
fn wrong_wishes_are_usage_errors() {
    for (flag, value, words) in [
        ("--tasks", "push_butons", "no task is called `push_butons`"),
        ("--camera", "rear", "`rear` is none of left_shoulder"),
        ("--size", "127", "must be even"),
        ("--views", "0", "--views 0: must be 1 to"),
        ("--episodes", "0", "must be 1 to"),
        ("--split", "all", "possible values: train, val, test"),
        ("--max-minutes", "-1", "--max-minutes"),
    ] {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("set");
        let value = format!("{flag}={value}");
        let output = mirror().arg("collect").arg("--out").arg(&folder).arg(value).output().unwrap();
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(line.lines().count() == 1 && line.contains(words), "{line}");
        assert!(!folder.exists());
    }
}

#[test]
fn a_run_out_of_time_goes_on_later() {
    let parent = tempfile::tempdir().unwrap();
    let mut command = mirror();
    command.args(arguments(parent.path(), 1)).args(["--max-minutes", "0", "--json"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&summary["complete"], &summary["episodes"]), (&false.into(), &0.into()));
    assert!(problems(parent.path(), &[])[0].1.contains("unfinished"));
    assert!(collect(parent.path(), 2).status.success());
    assert!(verify(parent.path(), &[]).status.success());
}
