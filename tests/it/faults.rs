//! Runs and studies on full and read-only disks, and with damaged files: one clear line, and nothing lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::binary::say;
use crate::study::{Place, difference, refused};

/// A small disk of its own, where this user may mount one.
struct Disk {
    path: PathBuf,
    _parent: tempfile::TempDir,
}

impl Disk {
    fn mount(size: &str) -> Option<Self> {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("disk");
        fs::create_dir(&path).unwrap();
        let disk = Self { path, _parent: parent };
        disk.options(&format!("size={size}")).then_some(disk)
    }

    /// Mounts it, or changes how it is mounted.
    fn options(&self, options: &str) -> bool {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&self.path);
        command.output().is_ok_and(|output| output.status.success())
    }

    fn remount(&self, options: &str) {
        assert!(self.options(&format!("remount,{options}")));
    }

    /// Fills it to the last byte; the file that does.
    fn fill(&self) -> PathBuf {
        let path = self.path.join("ballast");
        let mut source = fs::File::open("/dev/zero").unwrap();
        let full = std::io::copy(&mut source, &mut fs::File::create(&path).unwrap()).unwrap_err();
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg("--lazy").arg(&self.path).status().ok();
    }
}

/// Files that were begun and are still there.
fn strays(place: &Place) -> Vec<String> {
    place.tree().into_keys().filter(|name| name.ends_with(".part")).collect()
}

const FULL: &str = "No space left on device";

#[test]
fn full_and_read_only_disks_cost_one_line_and_nothing_else() {
    let Some(disk) = Disk::mount("3m") else {
        say("SKIPPED: this user may not mount a small disk");
        return;
    };
    let whole = Place::new();
    whole.finish(&["--jobs", "2"]);
    let place = Place::at(&disk.path);

    // While training: the datasets fit, the first checkpoint does not.
    refused(&place.run(&["--jobs", "1"]), 1, FULL);
    assert!(disk.path.join("data").exists(), "the disk was full before training began");
    assert_eq!(strays(&place), [""; 0]);
    disk.remount("size=512m");
    place.finish(&["--jobs", "1", "--retry-failed"]);
    assert_eq!(difference(&place.tree(), &whole.tree()), [""; 0]);

    // While a trained cell writes its tables.
    let cell = place.cell(1);
    fs::remove_file(cell.join("done.json")).unwrap();
    fs::remove_dir_all(cell.join("tables")).unwrap();
    fs::remove_dir_all(cell.join("eval")).unwrap();
    fs::remove_dir_all(place.folder().join("report")).unwrap();
    let ballast = disk.fill();
    refused(&place.run(&["--jobs", "1"]), 1, FULL);
    fs::remove_file(ballast).unwrap();
    assert_eq!(strays(&place), [""; 0]);
    place.finish(&["--jobs", "1", "--retry-failed"]);
    assert_eq!(difference(&place.tree(), &whole.tree()), [""; 0]);

    // While the report is written: the old one stays whole, file by file.
    let ballast = disk.fill();
    let folder = place.folder();
    let report = || place.mirror(&["report", folder.to_str().unwrap()]).output().unwrap();
    refused(&report(), 1, FULL);
    fs::remove_file(ballast).unwrap();
    assert_eq!(difference(&place.tree(), &whole.tree()), [""; 0]);

    // Read-only: what reads works, what writes says why not.
    disk.remount("ro");
    let read_only = "Read-only file system";
    assert_eq!(place.states(), ["done", "done"]);
    refused(&place.run(&[]), 1, read_only);
    refused(&report(), 1, read_only);
    let run = place.cell(0);
    let run = run.to_str().unwrap();
    refused(&place.mirror(&["eval", "--run", run]).output().unwrap(), 1, read_only);
    let new = disk.path.join("run");
    let train = ["train", "--out", new.to_str().unwrap(), "--set", "data.tasks=push_buttons"];
    refused(&place.mirror(&train).output().unwrap(), 1, read_only);
    disk.remount("rw");
    assert_eq!(difference(&place.tree(), &whole.tree()), [""; 0]);
}

/// Runs `judge` with a file flipped in the middle, cut in half, and emptied; then puts it back.
fn damaged(path: &Path, judge: &dyn Fn(&str)) {
    let whole = fs::read(path).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x10;
    for (name, bytes) in
        [("flipped", &flipped[..]), ("cut", &whole[..whole.len() / 2]), ("empty", &[])]
    {
        fs::write(path, bytes).unwrap();
        judge(name);
    }
    fs::write(path, whole).unwrap();
}

#[test]
fn damaged_files_are_named_and_nothing_changes() {
    let place = Place::new();
    place.finish(&["--jobs", "2"]);
    let whole = place.tree();
    let folder = place.folder();
    let cell = place.cell(0);
    let run = cell.to_str().unwrap();
    let mirror = |arguments: &[&str]| place.mirror(arguments).output().unwrap();

    // Tables: half-written or changed since, in the study and in the report.
    damaged(&cell.join("tables/training.parquet"), &|_| {
        refused(
            &place.run(&[]),
            1,
            "training.parquet: damaged: not what done.json recorded; delete",
        );
        let line = "training.parquet: damaged: not what done.json recorded";
        refused(&mirror(&["report", folder.to_str().unwrap()]), 1, line);
    });
    // Records and plans.
    for name in ["done.json", "../../plan.json"] {
        let last = name.rsplit('/').next().unwrap();
        damaged(&cell.join(name), &|how| {
            let output = place.run(&[]);
            // A flipped letter may sit in a checksum: then it is the file that seems damaged.
            refused(&output, 1, if how == "flipped" { "" } else { last });
        });
    }
    // Weights, as evaluation reads them.
    damaged(&cell.join("model.safetensors"), &|_| {
        let line = "model.safetensors: damaged: not what manifest.json recorded";
        refused(&mirror(&["eval", "--run", run]), 1, line);
    });
    damaged(&cell.join("manifest.json"), &|how| {
        // A flipped letter may sit in a checksum: then it is the weights that seem damaged.
        let name = if how == "flipped" { "" } else { "manifest.json" };
        refused(&mirror(&["eval", "--run", run]), 1, name);
    });
    assert!(!cell.join("eval/test-0").exists(), "a refused evaluation left a folder");
    // Settings of another run, and of none.
    let config = cell.join("config.json");
    damaged(&config, &|how| {
        if how != "flipped" {
            refused(&mirror(&["eval", "--run", run]), 1, "config.json");
        }
    });
    let text = fs::read_to_string(&config).unwrap();
    let other = text.replace("\"joint_steps\": 3", "\"joint_steps\": 4");
    assert_ne!(text, other);
    let record = cell.join("done.json");
    let done = fs::read(&record).unwrap();
    fs::write(&config, &other).unwrap();
    fs::remove_file(&record).unwrap();
    refused(&place.run(&["--jobs", "1"]), 1, "1 of 2 cells failed");
    assert!(place.cells()[0][2].contains("config.json: holds other settings than cell"));
    let train = ["train", "--out", run, "--set", "data.tasks=push_buttons"];
    refused(&mirror(&train), 1, "config.json: the folder holds a run with other settings");
    fs::write(&config, text).unwrap();
    fs::write(&record, done).unwrap();
    fs::remove_file(cell.join("failed.json")).unwrap();
    place.finish(&[]);
    // A study that was changed does not go on in the old folder.
    let study = fs::read_to_string(&place.file).unwrap();
    fs::write(&place.file, study.replace("joint_steps = 3", "joint_steps = 4")).unwrap();
    refused(&place.run(&[]), 1, "plan.json: the folder holds another study");
    fs::write(&place.file, study).unwrap();
    assert_eq!(difference(&place.tree(), &whole), [""; 0]);

    // A checkpoint of a run that is not over.
    fs::remove_file(&record).unwrap();
    fs::remove_file(cell.join("model.safetensors")).unwrap();
    damaged(&cell.join("checkpoint"), &|_| {
        refused(&place.run(&["--jobs", "1", "--retry-failed"]), 1, "1 of 2 cells failed");
        assert!(place.cells()[0][2].contains("checkpoint: damaged; delete it to begin"));
    });
    place.finish(&["--jobs", "1", "--retry-failed"]);
    assert_eq!(difference(&place.tree(), &whole), [""; 0]);
}

/// The evaluation of a run by hand: the same numbers as the study's, films of what failed, and a file for
/// LeRobot's scripts.
#[test]
fn an_evaluation_writes_its_tables_and_films() {
    let place = Place::new();
    place.finish(&["--only", "instruction 0.1", "--jobs", "1"]);
    let cell = place.cell(1);
    let run = cell.to_str().unwrap();
    let eval = |flags: &[&str]| {
        let arguments =
            [&["--json", "eval", "--run", run, "--tasks", "push_buttons"], flags].concat();
        let output = place.mirror(&arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    // Three episodes of a policy that has learned for six steps: none succeeds.
    let report = eval(&["--episodes", "3", "--films", "2"]);
    let films: Vec<&str> =
        report["films"].as_array().unwrap().iter().map(|film| film.as_str().unwrap()).collect();
    assert_eq!(report["tasks"][0]["successes"], 0, "{report}");
    assert_eq!(films.len(), 2, "{report}");
    let folder = cell.join("eval/test-0");
    assert_eq!(report["path"].as_str().unwrap(), folder.to_str().unwrap());
    for film in &films {
        let bytes = fs::read(folder.join(film)).unwrap();
        assert_eq!(&bytes[4..8], b"ftyp", "{film}");
    }
    let info = fs::read(folder.join("eval_info.json")).unwrap();
    let info: Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(info["overall"]["video_paths"], report["films"]);
    assert_eq!(info["overall"]["n_episodes"], 3);
    assert!(info["overall"]["eval_s"].as_f64().unwrap() > 0.0);
    assert_eq!(info["per_episode"][0]["video_path"], films[0]);
    // Other wishes in the same folder: what is not named any more is gone.
    let report = eval(&["--episodes", "3", "--films", "1"]);
    assert_eq!(report["films"].as_array().unwrap().len(), 1);
    assert_eq!(fs::read_dir(folder.join("videos")).unwrap().count(), 1);
    // The study judged the first of these episodes too, and its file tells no time.
    let study = fs::read(cell.join("eval/study/eval_info.json")).unwrap();
    let study: Value = serde_json::from_slice(&study).unwrap();
    assert_eq!(study["per_episode"][0]["reason"], info["per_episode"][0]["reason"]);
    assert_eq!(study["overall"]["eval_s"], Value::Null);
    // It is still whole after that.
    assert_eq!(place.states(), ["waiting", "done"]);
    // Alignment was read task by task; the study's tables passed the checks of its report.
    let csv = fs::read_to_string(place.folder().join("report/training.csv")).unwrap();
    assert!(csv.contains(",recall/push_buttons,") && csv.contains(",closeness/push_buttons,"));
}
