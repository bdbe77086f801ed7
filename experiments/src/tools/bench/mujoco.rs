//! MuJoCo beside this program, on the same scenes, where it is installed.

use std::env;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::python::{Python, Script};

const SCRIPT: &str = include_str!("python/mujoco.py");
/// Ways to draw without a display, best first; `MUJOCO_GL` overrides them.
const WAYS: [&str; 2] = ["egl", "osmesa"];

/// MuJoCo with its scenes, ready to be timed.
pub(super) struct Mujoco {
    /// Version, and where it draws also the name of the OpenGL renderer.
    pub(super) name: String,
    script: Script,
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
    /// Ready to step a scene.
    ///
    /// # Errors
    /// In words, why there is no comparison.
    pub(super) fn physics(work: &Value) -> Result<Self, String> {
        let python = Python::with("mujoco")?;
        let (script, Greeting { version, .. }) = launch(&python, &[], &json!({"physics": work}))?;
        Ok(Self { name: format!("MuJoCo {version}"), script })
    }

    /// Ready to draw scenes.
    ///
    /// # Errors
    /// In words, why there is no comparison.
    pub(super) fn renderer(size: [u32; 2], scenes: &[Value]) -> Result<Self, String> {
        let python = Python::with("mujoco")?;
        let work = json!({"render": {"size": size, "scenes": scenes}});
        let set = env::var("MUJOCO_GL").ok().filter(|way| !way.is_empty());
        let ways = set.map_or(WAYS.map(String::from).to_vec(), |way| vec![way]);
        let mut reason = String::new();
        for way in ways {
            match launch(&python, &[("MUJOCO_GL", &way)], &work) {
                Ok((script, Greeting { version, gl, .. })) => {
                    return Ok(Self { name: format!("MuJoCo {version} on {gl} ({way})"), script });
                }
                Err(error) => reason = format!("{reason}; MUJOCO_GL={way}: {error}"),
            }
        }
        Err(format!("MuJoCo cannot draw{reason}"))
    }

    /// One repetition.
    ///
    /// # Errors
    /// In words, when the process ends or answers something else.
    pub(super) fn repeat<T: DeserializeOwned>(&mut self) -> Result<T, String> {
        self.script.ask("again")
    }
}

fn launch(
    python: &Python,
    set: &[(&str, &str)],
    work: &Value,
) -> Result<(Script, Greeting), String> {
    let mut script = python.start(SCRIPT, set)?;
    let mut greeting: Greeting = script.ask(&work.to_string())?;
    match greeting.error.take() {
        Some(error) => Err(error),
        None => Ok((script, greeting)),
    }
}
