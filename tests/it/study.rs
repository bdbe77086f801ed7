//! The least study that there can be, in a home of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::binary::mirror_process;

/// Two cells, one task, a handful of steps.
pub(crate) const STUDY: &str = r#"
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
pub(crate) struct Place {
    home: PathBuf,
    pub(crate) file: PathBuf,
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Self::at(folder.path());
        Self { _folder: Some(folder), ..place }
    }

    /// In a folder that exists already.
    pub(crate) fn at(home: &Path) -> Self {
        let file = home.join("least.toml");
        fs::write(&file, STUDY).unwrap();
        Self { home: home.to_owned(), file, _folder: None }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.home.join("study")
    }

    /// Any command, with this home.
    pub(crate) fn mirror(&self, arguments: &[&str]) -> Command {
        let mut command = mirror_process();
        command.env("MIRROR_HOME", &self.home).args(arguments);
        command
    }

    pub(crate) fn sweep(&self, flags: &[&str]) -> Command {
        let mut command = self.mirror(&["sweep"]);
        command.arg(&self.file).arg("--out").arg(self.folder()).args(flags);
        command
    }

    pub(crate) fn run(&self, flags: &[&str]) -> Output {
        self.sweep(flags).output().unwrap()
    }

    /// Runs the study from wherever it is to its end.
    pub(crate) fn finish(&self, flags: &[&str]) {
        let output = self.run(flags);
        assert!(output.status.success(), "{output:?}");
    }

    /// Every file of the study and of what it shares with others, with the hash of its content: datasets,
    /// weights, tables, report, and whatever else lies around but locks, which nobody holds any more.
    pub(crate) fn tree(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.home.clone()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path != self.file && !path.to_str().unwrap().ends_with("lock") {
                    let name = path.strip_prefix(&self.home).unwrap().display().to_string();
                    // The optimiser's library lays its state out in another order in every process; that
                    // a checkpoint is right shows in the weights and tables of who goes on from it.
                    let content = match path.ends_with("checkpoint") {
                        true => "there".to_owned(),
                        false => blake3::hash(&fs::read(path).unwrap()).to_string(),
                    };
                    found.insert(name, content);
                }
            }
        }
        found
    }

    /// Hash, state and reason of each cell, as `--status` has them.
    pub(crate) fn cells(&self) -> Vec<[String; 3]> {
        let output = self.run(&["--status", "--json"]);
        assert!(output.status.success(), "{output:?}");
        let status: Value = serde_json::from_slice(&output.stdout).unwrap();
        let cells = status["cells"].as_array().unwrap().iter();
        let text = |cell: &Value, key: &str| cell[key].as_str().unwrap().to_owned();
        cells.map(|cell| ["cell", "state", "reason"].map(|key| text(cell, key))).collect()
    }

    /// The states of the cells, in the order of the plan.
    pub(crate) fn states(&self) -> Vec<String> {
        self.cells().into_iter().map(|[_, state, _]| state).collect()
    }

    /// Folder of a cell, by its place in the plan.
    pub(crate) fn cell(&self, index: usize) -> PathBuf {
        self.folder().join("cells").join(&self.cells()[index][0])
    }
}

/// One line on stderr that holds these words, and this exit code.
pub(crate) fn refused(output: &Output, code: i32, words: &str) {
    let line = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{line}");
    assert!(line.starts_with("error: ") && line.lines().count() == 1, "{line}");
    assert!(line.contains(words), "{line}");
}

/// What differs between two trees, for a message that can be read.
pub(crate) fn difference(
    a: &BTreeMap<String, String>,
    b: &BTreeMap<String, String>,
) -> Vec<String> {
    let names = a.keys().chain(b.keys()).filter(|name| a.get(*name) != b.get(*name));
    let mut names: Vec<String> = names.cloned().collect();
    names.sort_unstable();
    names.dedup();
    names
}
