//! Programs beside this one that make something possible.

use std::env;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::check::Check;
use crate::cli::home;

/// A program that does not answer by then is as good as missing.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a pipe holds on Linux, bytes.
const PIPE: usize = 1 << 16;
/// Asks for the version of the package without importing it, which would take a second.
const MUJOCO: &str = "import importlib.metadata as m; print('mujoco', m.version('mujoco'))";

struct Program {
    name: &'static str,
    /// The file to look for.
    file: &'static str,
    arguments: &'static [&'static str],
    purpose: &'static str,
    remedy: &'static str,
}

/// All optional: nothing in the list is needed to run `mirror` itself.
const PROGRAMS: [Program; 5] = [
    Program {
        name: "just",
        file: "just",
        arguments: &["--version"],
        purpose: "recipes: just test",
        remedy: "./run installs it",
    },
    Program {
        name: "nextest",
        file: "cargo-nextest",
        arguments: &["nextest", "--version"],
        purpose: "faster tests (cargo test is used without it)",
        remedy: "cargo install cargo-nextest --locked",
    },
    Program {
        name: "ffmpeg",
        file: "ffmpeg",
        arguments: &["-version"],
        purpose: "converting videos by hand",
        remedy: "apt-get install ffmpeg",
    },
    Program {
        name: "ffprobe",
        file: "ffprobe",
        arguments: &["-version"],
        purpose: "inspecting videos by hand",
        remedy: "apt-get install ffmpeg",
    },
    Program {
        name: "mujoco",
        file: "python3",
        arguments: &["-B", "-c", MUJOCO],
        purpose: "comparing speed with MuJoCo",
        remedy: "python3 -m pip install mujoco",
    },
];

/// One check per program.
pub(super) fn checks() -> Vec<Check> {
    let folders = folders();
    PROGRAMS.iter().map(|program| program.check(&folders)).collect()
}

impl Program {
    fn check(&self, folders: &[PathBuf]) -> Check {
        let Self { name, file, purpose, remedy, .. } = *self;
        let Some(path) = find(file, folders) else {
            return Check::missing(name, purpose, format!("no {file} on PATH"), remedy);
        };
        let place = path.display();
        match first_line(&path, self.arguments) {
            Ok(version) => Check::ok(name, purpose, format!("{version} ({place})")),
            Err(reason) => Check::missing(name, purpose, format!("{place}: {reason}"), remedy),
        }
    }
}

/// `PATH`, then where `./run` and cargo install.
fn folders() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    if let Ok(home) = home::home() {
        folders.extend(["tools/bin", "tools/just/bin"].map(|place| home.join(place)));
    }
    folders.extend(env::home_dir().map(|home| home.join(".cargo/bin")));
    folders
}

fn find(file: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let executable = |path: &Path| {
        path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
    };
    folders.iter().map(|folder| folder.join(file)).find(|path| executable(path))
}

/// The first line that a program prints, or why there is none.
fn first_line(program: &Path, arguments: &[&str]) -> Result<String, String> {
    let (status, text) = answer(program, arguments, PATIENCE)?;
    if !status.success() {
        return Err("does not work, or lacks the package".into());
    }
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err("printed nothing".into()),
    }
}

/// How a program ended and what it printed, up to a pipe's fill; or why there is no answer.
pub(super) fn answer(
    program: &Path,
    arguments: &[&str],
    patience: Duration,
) -> Result<(ExitStatus, String), String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("cannot be started: {e}"))?;
    let started = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if started.elapsed() < patience => thread::sleep(Duration::from_millis(5)),
            waited => {
                child.kill().and_then(|()| child.wait()).ok();
                let seconds = patience.as_secs();
                return Err(waited
                    .err()
                    .map_or(format!("no answer in {seconds} s"), |e| e.to_string()));
            }
        }
    };
    // It has ended, so what it said fits the pipe's buffer; a grandchild may still hold the pipe open.
    let mut start = vec![0; PIPE];
    let length = child.stdout.as_mut().and_then(|out| out.read(&mut start).ok()).unwrap_or(0);
    Ok((status, String::from_utf8_lossy(&start[..length]).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_asked_and_reported() {
        let folders = [PathBuf::from("/nowhere"), PathBuf::from("/bin")];
        let sh = find("sh", &folders).unwrap();
        assert_eq!(first_line(&sh, &["-c", "echo one; echo two"]).unwrap(), "one");
        assert!(first_line(&sh, &["-c", "exit 3"]).is_err());
        assert!(first_line(&sh, &["-c", ":"]).is_err());
        assert!(find("no-such-program", &folders).is_none());
    }
}
