//! The command line: parsed, or refused in one line (exit code 2).

use std::ffi::OsString;
use std::fmt;
use std::io;

use clap::Parser;
use clap::error::ErrorKind;

/// The user asked for something that does not exist or cannot be combined.
#[derive(Debug)]
pub struct UsageError(pub String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

/// Parses a whole command line, program name first; none where it was `--help` or `--version`, which is printed.
///
/// # Errors
/// A [`UsageError`] of one line; or that stdout cannot be written.
pub fn parse<T: Parser>(
    arguments: impl IntoIterator<Item = OsString>,
) -> anyhow::Result<Option<T>> {
    let error = match T::try_parse_from(arguments) {
        Ok(parsed) => return Ok(Some(parsed)),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match error.print() {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                Err(anyhow::Error::new(e).context("cannot write to stdout"))
            }
            _ => Ok(None),
        },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // On stderr; a failure to print leaves the error line below.
            error.print().ok();
            Err(UsageError("no command given".into()).into())
        }
        _ => Err(UsageError(one_line(&error)).into()),
    }
}

/// Clap explains over several lines; scripts and logs want the same words in one.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let mut line = String::new();
    for part in text.lines().map(str::trim) {
        if part.starts_with("Usage:") || part.starts_with("For more information") {
            break;
        }
        if part.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push_str(if line.ends_with(':') { " " } else { "; " });
        }
        line.push_str(part.strip_prefix("error: ").unwrap_or(part));
    }
    line.push_str("; see `mirror --help`");
    line
}
