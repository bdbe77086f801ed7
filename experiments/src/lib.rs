//! The harness behind the `mirror` command, and the one list of its commands.
//!
//! Arguments become one [`Command`], a command computes one result, and [`cli::output::Output`] prints
//! it. Progress and logs go to stderr; stdout carries results only.

pub mod cli;
pub mod data;
pub mod media;
pub mod run;
pub mod statistics;
pub mod store;
pub mod study;
pub mod tools;

use clap::{Parser, Subcommand};

use cli::{adapters, build};
use data::{collect, verify};
use run::{evaluate, export, judge, probe, rollout, train};
use study::{report, status, sweep};
use tools::{bench, doctor, embed, models, tasks, video, watch};

/// Trains a video encoder and a robot policy with aligned representations, in simulation.
#[derive(Debug, Parser)]
#[command(
    name = "mirror",
    version = build::VERSION,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Environment:
  MIRROR_HOME    folder for data and runs (default: ~/.cache/mirror)
  MIRROR_LOG     log level on stderr: error, warn, info, debug, trace (default: warn)
  MIRROR_PYTHON  Python that `bench` looks for MuJoCo and PyTorch in (default: python3)

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
    Tasks(tasks::TasksArguments),
    /// Run episodes of an agent or a trained run, headless, and print success rates by task
    Rollout(rollout::RolloutArguments),
    /// Film an episode, or all tasks, as contact sheet or animation
    Video(Box<video::FilmArguments>),
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
    /// What a run stands on is made first where it is missing: datasets, and the phase in which each model
    /// learns alone. After an interruption of any kind, the same command goes on from where it was.
    Train(Box<train::TrainArguments>),
    /// Play a trained run in closed loop, and let it recognise videos
    Eval(evaluate::EvalArguments),
    /// Compare what a run's policy decides with what experts did, keyframe by keyframe, without playing
    Judge(judge::JudgeArguments),
    /// Measure what a run's models share: frozen, with linear maps between them, and with controls
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
    /// Say where a run is while it trains, or every cell of a study
    ///
    /// Reads files alone: nothing is written, and who trains is not disturbed.
    Status(status::StatusArguments),
    /// Write the tables and figures of a study or a run, with the paper's figures beside them
    Report(report::ReportArguments),
    /// List the model presets with parameters, cost of a training pair, and shapes
    Models,
    /// Compare a clip with sentences, by a video-text model's weights
    Embed(embed::EmbedArguments),
    /// Say what this machine can do, and what is missing
    ///
    /// Writes nothing that stays, and needs no network. Fails only when something is broken that
    /// everything needs, such as a data folder that cannot be written.
    Doctor,
    /// List graphics adapters; `doctor` asks in a process of its own
    #[command(hide = true, name = adapters::COMMAND)]
    Adapters,
    /// Watch episodes in a window: live, recorded, or those of a trained run
    Watch(Box<watch::WatchArguments>),
    /// Measure how fast and how accurate this program is, on this machine
    Bench(bench::BenchArguments),
}

/// Runs one parsed command line.
pub fn run(line: &Cli) -> anyhow::Result<()> {
    let output = cli::output::Output::new(line.json);
    match &line.command {
        Command::Tasks(arguments) => tasks::run(arguments, &output),
        Command::Rollout(arguments) => rollout::run(arguments, &output),
        Command::Video(arguments) => video::run(arguments, &output),
        Command::Collect(arguments) => collect::run(arguments, &output),
        Command::Verify(arguments) => verify::run(arguments, &output),
        Command::Train(arguments) => train::run(arguments, &output),
        Command::Sweep(arguments) => sweep::run(arguments, &output),
        Command::Cell(arguments) => sweep::cell::run(arguments),
        Command::Eval(arguments) => evaluate::run(arguments, &output),
        Command::Judge(arguments) => judge::run(arguments, &output),
        Command::Probe(arguments) => probe::run(arguments, &output),
        Command::Export(arguments) => export::run(arguments, &output),
        Command::Status(arguments) => status::run(arguments, &output),
        Command::Report(arguments) => report::run(arguments, &output),
        Command::Models => models::run(&output),
        Command::Embed(arguments) => embed::run(arguments, &output),
        Command::Watch(arguments) => watch::run(arguments),
        Command::Doctor => doctor::run(&output),
        Command::Adapters => doctor::list(&output),
        Command::Bench(arguments) => bench::run(arguments, &output),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::usage::{UsageError, parse};

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    fn error_of(arguments: &[&str]) -> String {
        parse::<Cli>(arguments.iter().map(OsString::from)).unwrap_err().to_string()
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
        let error = parse::<Cli>([OsString::from("mirror"), wrong]).unwrap_err();
        assert!(error.is::<UsageError>());
    }
}
