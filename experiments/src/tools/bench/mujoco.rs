//! MuJoCo's renderer on the same scenes, in a child process, where it is installed.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

/// Names the Python that can import `mujoco`.
pub(super) const VARIABLE: &str = "MIRROR_PYTHON";
const SCRIPT: &str = include_str!("mujoco.py");
/// Ways to draw without a display, best first; `MUJOCO_GL` overrides them.
const WAYS: [&str; 2] = ["egl", "osmesa"];

/// MuJoCo, ready to draw.
pub(super) struct Mujoco {
    /// Version of MuJoCo and name of the OpenGL renderer.
    pub(super) name: String,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
struct Greeting {
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    gl: String,
    #[serde(default)]
    version: String,
}

impl Mujoco {
    /// Starts MuJoCo with the scenes; the error says in a line why there is no comparison.
    pub(super) fn start(size: [u32; 2], scenes: &[Value]) -> Result<Self, String> {
        let python = env::var(VARIABLE).ok().filter(|name| !name.is_empty());
        let python = python.unwrap_or_else(|| "python3".into());
        let import = Command::new(&python)
            .args(["-B", "-c", "import mujoco"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        match import {
            Ok(status) if status.success() => {}
            Ok(_) => {
                return Err(format!("`{python}` cannot import mujoco; {VARIABLE} names another"));
            }
            Err(error) => return Err(format!("`{python}`: {error}; {VARIABLE} names another")),
        }
        let work = json!({"size": size, "scenes": scenes}).to_string();
        let set = env::var("MUJOCO_GL").ok().filter(|way| !way.is_empty());
        let ways = set.map_or(WAYS.map(String::from).to_vec(), |way| vec![way]);
        let mut reason = String::new();
        for way in ways {
            match Self::launch(&python, &way, &work) {
                Ok(started) => return Ok(started),
                Err(error) => reason = format!("{reason}; MUJOCO_GL={way}: {error}"),
            }
        }
        Err(format!("MuJoCo cannot draw{reason}"))
    }

    fn launch(python: &str, way: &str, work: &str) -> Result<Self, String> {
        let mut child = Command::new(python)
            .args(["-B", "-c", SCRIPT])
            .env("MUJOCO_GL", way)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let Some((input, output)) = pipes else { return Err("no pipes".into()) };
        let output = BufReader::new(output);
        let mut started = Self { name: String::new(), child, input, output };
        let answer = started.ask(work)?;
        let greeting: Greeting =
            serde_json::from_str(&answer).map_err(|_| "it answered nonsense".to_owned())?;
        if let Some(error) = greeting.error {
            return Err(error);
        }
        started.name = format!("MuJoCo {} on {} ({way})", greeting.version, greeting.gl);
        Ok(started)
    }

    /// One repetition: seconds per scene, over all its moments and cameras.
    pub(super) fn repeat(&mut self) -> Result<Vec<f64>, String> {
        let answer = self.ask("again")?;
        serde_json::from_str(&answer).map_err(|_| "MuJoCo answered nonsense".to_owned())
    }

    fn ask(&mut self, line: &str) -> Result<String, String> {
        let gone = |_| "MuJoCo stopped without a word".to_owned();
        writeln!(self.input, "{line}").and_then(|()| self.input.flush()).map_err(gone)?;
        let mut answer = String::new();
        match self.output.read_line(&mut answer).map_err(gone)? {
            0 => Err("MuJoCo stopped without a word".into()),
            _ => Ok(answer),
        }
    }
}

impl Drop for Mujoco {
    fn drop(&mut self) {
        // Nothing is left to do about a child that cannot be killed.
        self.child.kill().and_then(|()| self.child.wait()).ok();
    }
}
