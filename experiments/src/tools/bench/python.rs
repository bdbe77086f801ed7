//! Programs in Python to compare with: a script in a process of its own, one line of JSON in, one out.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::de::DeserializeOwned;

/// Names the interpreter; `python3` on the path where it is not set.
const VARIABLE: &str = "MIRROR_PYTHON";

/// An interpreter that has a package.
#[derive(Clone, Debug)]
pub(super) struct Python {
    program: String,
}

impl Python {
    /// Looks for it.
    ///
    /// # Errors
    /// In words, where there is no Python or it cannot import the package.
    pub(super) fn with(package: &str) -> Result<Self, String> {
        let set = env::var(VARIABLE).ok().filter(|name| !name.is_empty());
        let program = set.unwrap_or_else(|| "python3".into());
        let import = Command::new(&program)
            .args(["-B", "-c", &format!("import {package}")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        match import {
            Ok(status) if status.success() => Ok(Self { program }),
            Ok(_) => Err(format!("`{program}` cannot import {package}; {VARIABLE} names another")),
            Err(error) => Err(format!("`{program}`: {error}; {VARIABLE} names another")),
        }
    }

    /// Starts a script.
    ///
    /// # Errors
    /// In words, where the process cannot be started.
    pub(super) fn start(&self, script: &str, set: &[(&str, &str)]) -> Result<Script, String> {
        let mut child = Command::new(&self.program)
            .args(["-B", "-c", script])
            .envs(set.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let Some((input, output)) = pipes else { return Err("no pipes".into()) };
        Ok(Script { child, input, output: BufReader::new(output) })
    }
}

/// A running script.
pub(super) struct Script {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Script {
    /// Says a line and reads the line that comes back.
    ///
    /// # Errors
    /// In words, when the script has ended or answers something else.
    pub(super) fn ask<T: DeserializeOwned>(&mut self, line: &str) -> Result<T, String> {
        let gone = |_| "it stopped without a word".to_owned();
        writeln!(self.input, "{line}").and_then(|()| self.input.flush()).map_err(gone)?;
        let mut answer = String::new();
        match self.output.read_line(&mut answer).map_err(gone)? {
            0 => Err("it stopped without a word".into()),
            _ => serde_json::from_str(&answer).map_err(|_| "it answered nonsense".into()),
        }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // Nothing is left to do about a child that cannot be killed.
        self.child.kill().and_then(|()| self.child.wait()).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_answered_and_an_end_is_told() {
        let start = |script: &str| {
            let mut child = Command::new("sh")
                .args(["-c", script])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let (input, output) = child.stdin.take().zip(child.stdout.take()).unwrap();
            Script { child, input, output: BufReader::new(output) }
        };
        let mut echo = start("cat");
        assert_eq!(echo.ask("[1, 2]"), Ok(vec![1, 2]));
        assert_eq!(echo.ask::<Vec<u8>>("no list"), Err("it answered nonsense".into()));
        let gone = start("exit 0").ask::<u8>("1");
        assert_eq!(gone, Err("it stopped without a word".into()));
    }

    #[test]
    fn a_package_that_is_missing_is_named() {
        let error = Python::with("no_such_package_anywhere").unwrap_err();
        assert!(error.contains(VARIABLE), "{error}");
    }
}
