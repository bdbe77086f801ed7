//! The `mirror` command: parses, runs, and maps every error to an exit code.

use std::io::{self, Write as _};
use std::process::ExitCode;

use experiments::cli::heap;
use experiments::cli::log;
use experiments::cli::usage::UsageError;
use experiments::commands;
use experiments::commands::Parsed;

/// Something was wrong with the work: an unreadable file, a failed check, a full disk.
const FAILED: u8 = 1;
/// Something was wrong with the command line or the configuration.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    heap::keep();
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
    match commands::parse(std::env::args_os())? {
        Parsed::Answered => Ok(()),
        Parsed::Command(cli) => {
            log::start()?;
            experiments::run(&cli)
        }
    }
}
