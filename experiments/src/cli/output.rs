//! Where results go: stdout, as text for people or as one JSON value for scripts.

use std::fmt::Display;
use std::io::{self, Write as _};

use anyhow::Context as _;
use serde::Serialize;

/// Prints results in the form that the command line asked for.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// JSON when `json`, else text.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints a result. A reader that has seen enough and left (`| head`) is not an error.
    pub fn print<T: Serialize + Display>(&self, result: &T) -> anyhow::Result<()> {
        let mut text = if self.json {
            serde_json::to_string_pretty(result).context("cannot express the result as JSON")?
        } else {
            result.to_string()
        };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                Err(anyhow::Error::new(e).context("cannot write to stdout"))
            }
            _ => Ok(()),
        }
    }
}
