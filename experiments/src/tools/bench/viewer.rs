//! How long a frame of the viewer takes, and what it draws: a window of its own, driven by a script.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde::Deserialize;

use super::report::{Bench, Metric};

/// What is watched: the expert, while its episode plays.
const EPISODE: [&str; 6] = ["--task", "push_buttons", "--variation", "3", "--seed", "4"];
/// Frames that are timed, after as many that meet everything for the first time.
const FRAMES: u32 = 60;

/// What the viewer says of itself.
#[derive(Deserialize)]
struct State {
    adapter: String,
    frame_ms: f64,
    frames: u32,
    draws: u32,
    meshes: u32,
    materials: u32,
}

/// Opens a window of the usual size, 1280x720, and closes it again.
pub(super) fn run() -> anyhow::Result<Bench> {
    let folder = std::env::temp_dir().join(format!("mirror-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let state = watch(&folder);
    std::fs::remove_dir_all(&folder).ok();
    let State { adapter, frame_ms, frames, draws, meshes, materials } = state?;
    let metrics = vec![
        Metric::new("frame_time", frame_ms, "ms"),
        Metric::new("draw_calls", f64::from(draws), "draws/frame"),
        Metric::new("meshes", f64::from(meshes), "meshes"),
        Metric::new("materials", f64::from(materials), "materials"),
    ];
    let mut bench = Bench::new("viewer", metrics);
    bench.notes.push(format!(
        "on {adapter}, 1280x720, by the clock; the median of {frames} frames while push_buttons is played"
    ));
    Ok(bench)
}

fn watch(folder: &Path) -> anyhow::Result<State> {
    let (script, warm, state) = (folder.join("script"), folder.join("warm"), folder.join("state"));
    let text = format!(
        "begun\nframes {FRAMES}\nstate {}\nframes {FRAMES}\nstate {}\nquit\n",
        warm.display(),
        state.display()
    );
    std::fs::write(&script, text).with_context(|| script.display().to_string())?;
    let output = Command::new(std::env::current_exe()?)
        .arg("watch")
        .args(EPISODE)
        .arg("--script")
        .arg(&script)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .context("no viewer")?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        let line = told.lines().rfind(|line| line.starts_with("error: "));
        anyhow::bail!("{}", line.map_or("the viewer stopped", |line| &line["error: ".len()..]));
    }
    let text = std::fs::read_to_string(&state).context("the viewer said nothing of itself")?;
    serde_json::from_str(&text).context("what the viewer says of itself")
}
