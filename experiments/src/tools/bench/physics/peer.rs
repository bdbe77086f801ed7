//! MuJoCo in a Python process of its own: one line in, one repeat out.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;
use sim::robot::panda::{DOF, Joints};

use super::control::{OPENING, swing};
use super::mjcf::{self, STEP};
use super::workbench::{Repeat, SETTLE, SPANS, bodies};

const SCRIPT: &str = include_str!("../peer/physics.py");

/// A running peer.
pub(super) struct Peer {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    /// Version of the package.
    pub(super) version: String,
    /// Keeps the scene's file while the process may read it.
    _folder: Folder,
}

#[derive(Deserialize)]
struct Hello {
    version: String,
}

/// A temporary folder that goes away with its owner.
struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// The interpreter: `MIRROR_PYTHON`, else `python3` on the path.
fn python() -> std::ffi::OsString {
    std::env::var_os("MIRROR_PYTHON").unwrap_or_else(|| "python3".into())
}

impl Peer {
    /// Starts it; `None` when Python or the package is missing.
    ///
    /// # Errors
    /// When the package is there but the scene cannot be handed over.
    pub(super) fn start() -> anyhow::Result<Option<Self>> {
        let mut probe = Command::new(python());
        probe.args(["-c", "import mujoco, numpy"]).stdin(Stdio::null());
        let found = probe.stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            return Ok(None);
        }
        let path = std::env::temp_dir().join(format!("mirror-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| path.display().to_string())?;
        let folder = Folder(path.clone());
        let write = |name: &str, text: &str| {
            let file = path.join(name);
            std::fs::write(&file, text).with_context(|| file.display().to_string())?;
            anyhow::Ok(file)
        };
        let script = write("physics.py", SCRIPT)?;
        let scene = write("scene.xml", &mjcf::scene())?;
        let plan = write("plan.json", &plan().to_string())?;
        let mut child = Command::new(python())
            .args([script, scene, plan])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start Python")?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().context("Python has no output")?;
        let version = String::new();
        let stdout = BufReader::new(stdout);
        let mut peer = Self { child, stdin, stdout, version, _folder: folder };
        let hello: Hello = serde_json::from_str(&peer.line()?)?;
        peer.version = hello.version;
        Ok(Some(peer))
    }

    /// Runs one repeat.
    ///
    /// # Errors
    /// When the process ends or answers nonsense.
    pub(super) fn repeat(&mut self) -> anyhow::Result<Repeat> {
        let stdin = self.stdin.as_mut().context("the peer is closed")?;
        stdin.write_all(b"go\n").and_then(|()| stdin.flush()).context("the peer stopped")?;
        Ok(serde_json::from_str(&self.line()?)?)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.stdout.read_line(&mut line).context("the peer stopped")?;
        anyhow::ensure!(!line.is_empty(), "the peer stopped");
        Ok(line)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // End of input ends the script.
        self.stdin.take();
        self.child.wait().ok();
    }
}

/// Everything the script needs: the commands of every step.
fn plan() -> serde_json::Value {
    let spans = SPANS.map(|span| (span / STEP).round() as usize);
    let row = |q: Joints, speed: Joints| -> Vec<f64> {
        q.into_iter().chain([OPENING, OPENING]).chain(speed).collect()
    };
    let steps = 1..=spans.iter().sum::<usize>();
    let rows: Vec<Vec<f64>> = steps
        .map(|k| {
            let (q, speed) = swing(k as f64 * STEP);
            row(q, speed)
        })
        .collect();
    let (rest, _) = swing(SPANS.iter().sum());
    let start: Vec<f64> = swing(0.0).0.into_iter().chain([OPENING, OPENING]).collect();
    let names: Vec<String> = bodies().into_iter().map(|body| body.name).collect();
    json!({
        "joints": DOF,
        "start": start,
        "swing": rows,
        "warm": spans[0],
        "timed": spans[1],
        "rest": row(rest, [0.0; DOF]),
        "settle": (SETTLE / STEP).round() as usize,
        "bodies": names,
    })
}
