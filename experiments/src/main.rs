//! The `mirror` command: parses, runs, and maps every error to an exit code.

use std::io::{self, Write as _};
use std::process::ExitCode;

use experiments::Cli;
use experiments::cli::usage::{UsageError, parse};
use experiments::cli::{allocator, log};

/// Something was wrong with the work: an unreadable file, a failed check, a full disk.
const FAILED: u8 = 1;
/// Something was wrong with the command line or the configuration.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    allocator::keep();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let code = if error.is::<UsageError>() { USAGE } else { FAILED };
            let line = format!("{error:#}").replace('\n', " ");
            // Where stderr is gone there is nobody left to tell; the exit code still does.
            writeln!(io::stderr(), "error: {line}").ok();
            ExitCode::from(code)
        }
    }
}

fn run() -> anyhow::Result<()> {
    let Some(line) = parse::<Cli>(std::env::args_os())? else { return Ok(()) };
    log::start()?;
    experiments::run(&line)
}
