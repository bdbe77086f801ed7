//! Programs beside this one that make something possible.

use std::env;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::check::Check;
use crate::cli::child::answer;
use crate::cli::home;

/// A program that does not answer by then is as good as missing.
const PATIENCE: Duration = Duration::from_secs(5);
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
