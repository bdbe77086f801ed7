//! The command line: one enum of commands, and usage errors in one line.

use std::ffi::OsString;
use std::io;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::cli::build;
use crate::cli::usage::UsageError;
use crate::data::{collect, verify};
use crate::run::{evaluate, export, probe, rollout, train};
use crate::study::{report, sweep};
use crate::tools::{bench, catalogue, doctor, embed, video, watch};

/// Trains robots to recognise what they do, in simulation.
#[derive(Debug, Parser)]
#[command(
    name = "mirror",
    version = build::VERSION,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Environment:
  MIRROR_HOME    folder for data and runs (default: ~/.cache/mirror)
  MIRROR_LOG     log level on stderr: error, warn, info, debug, trace (default: warn)
  MIRROR_PYTHON  Python that `bench` looks for MuJoCo in (default: python3)

Exit codes: 0 ok, 1 failed, 2 usage"
)]
pub struct Cli {
    /// Print one JSON value on stdout instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Everything `mirror` can do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// List the tasks with their variations, instructions and parts of success
    Tasks(catalogue::Arguments),
    /// Run episodes of an agent or a trained run, headless, and print success rates by task
    Rollout(rollout::RolloutArguments),
    /// Film an episode, or all tasks, as contact sheet or animation
    Video(Box<video::Arguments>),
    /// Make a dataset: demonstrations that hold up, and the videos of them
    ///
    /// The same flags give the same bytes, whatever the number of threads. After an interruption of
    /// any kind, the same command goes on from where it was; a finished dataset is left as it is.
    Collect(collect::CollectArguments),
    /// Check a dataset: every file against the manifest, with --full by playing everything again
    ///
    /// Fails when anything is not as it should be, and names it.
    Verify(verify::VerifyArguments),
    /// Train the video encoder and the policy, each alone and then together
    ///
    /// What a run stands on is made first where it is missing: datasets, and the phase in which each tower
    /// learns alone. After an interruption of any kind, the same command goes on from where it was.
    Train(Box<train::TrainArguments>),
    /// Play a trained run in closed loop, and let it recognise videos
    Eval(evaluate::EvalArguments),
    /// Ask what a run's towers share: frozen, with linear maps between them, and with controls
    Probe(probe::ProbeArguments),
    /// Write a trained run as f16 weights in files of at most 15 MiB, for travelling
    Export(export::ExportArguments),
    /// Run every cell of a study, and report
    ///
    /// After an interruption of any kind, the same command goes on from where it was; one failing cell does
    /// not stop the others.
    Sweep(sweep::SweepArguments),
    /// Run one cell of a study
    #[command(hide = true)]
    Cell(sweep::CellArguments),
    /// Write the tables and figures of a study or a run, with the paper's figures beside them
    Report(report::Arguments),
    /// List the model presets with parameters, cost of a training pair, and shapes
    Models,
    /// Compare a clip with sentences, by a video-text model's weights
    Embed(embed::Arguments),
    /// Say what this machine can do, and what is missing
    ///
    /// Writes nothing that stays, and needs no network. Fails only when something is broken that
    /// everything needs, such as a data folder that cannot be written.
    Doctor,
    /// List graphics adapters; `doctor` asks in a process of its own
    #[command(hide = true, name = doctor::ADAPTERS)]
    Adapters,
    /// Watch episodes in a window: live, recorded, or those of a trained run
    Watch(Box<watch::Arguments>),
    /// Measure how fast and how accurate this program is, on this machine
    Bench(bench::Arguments),
}

/// What a command line amounts to.
#[derive(Debug)]
pub enum Parsed {
    /// A command to run.
    Command(Cli),
    /// `--help` or `--version`, already printed.
    Answered,
}

/// Parses a whole command line, program name first.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> anyhow::Result<Parsed> {
    let error = match Cli::try_parse_from(arguments) {
        Ok(cli) => return Ok(Parsed::Command(cli)),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match error.print() {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
                Err(anyhow::Error::new(e).context("cannot write to stdout"))
            }
            _ => Ok(Parsed::Answered),
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    fn error_of(arguments: &[&str]) -> String {
        parse(arguments.iter().map(OsString::from)).unwrap_err().to_string()
    }

    #[test]
    fn usage_errors_fit_one_line() {
        for arguments in [&["mirror", "docter"][..], &["mirror", "doctor", "--jsn"]] {
            let line = error_of(arguments);
            assert!(!line.contains('\n') && line.contains("tip:"), "{line}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_argument_that_is_not_text_is_refused() {
        use std::os::unix::ffi::OsStringExt as _;
        let wrong = OsString::from_vec(vec![b'-', b'-', 0xff]);
        let error = parse([OsString::from("mirror"), wrong]).unwrap_err();
        assert!(error.is::<UsageError>());
    }
}
