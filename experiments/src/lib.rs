//! The harness behind the `mirror` command.
//!
//! Arguments become one [`cli::Command`], a command computes one result, and [`output::Output`] prints
//! it. Progress and logs go to stderr; stdout carries results only.

pub mod bench;
pub mod bounds;
pub mod build;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod collect;
pub mod config;
pub mod dataset;
pub mod doctor;
pub mod embed;
pub mod eval;
pub mod export;
pub mod figure;
pub mod film;
pub mod flags;
pub mod heap;
pub mod home;
pub mod loader;
pub mod log;
pub mod machine;
pub mod models;
pub mod mp4;
pub mod nearest;
pub mod output;
pub mod probe;
pub mod progress;
pub mod publish;
pub mod report;
pub mod rollout;
pub mod stats;
pub mod sweep;
pub mod table;
pub mod tables;
pub mod towers;
pub mod train;
pub mod usage;
pub mod verify;
pub mod video;
pub mod watch;

/// Runs one parsed command line.
pub fn run(cli: &cli::Cli) -> anyhow::Result<()> {
    let output = output::Output::new(cli.json);
    match &cli.command {
        cli::Command::Tasks(arguments) => catalogue::run(arguments, &output),
        cli::Command::Rollout(arguments) => rollout::run(arguments, &output),
        cli::Command::Video(arguments) => video::run(arguments, &output),
        cli::Command::Collect(arguments) => collect::run(arguments, &output),
        cli::Command::Verify(arguments) => verify::run(arguments, &output),
        cli::Command::Train(arguments) => train::run(arguments, &output),
        cli::Command::Sweep(arguments) => sweep::run(arguments, &output),
        cli::Command::Cell(arguments) => sweep::cell::run(arguments),
        cli::Command::Eval(arguments) => eval::run(arguments, &output),
        cli::Command::Probe(arguments) => probe::run(arguments, &output),
        cli::Command::Export(arguments) => export::run(arguments, &output),
        cli::Command::Report(arguments) => report::run(arguments, &output),
        cli::Command::Models => models::run(&output),
        cli::Command::Embed(arguments) => embed::run(arguments, &output),
        cli::Command::Watch(arguments) => watch::run(arguments),
        cli::Command::Doctor => doctor::run(&output),
        cli::Command::Adapters => doctor::list(&output),
        cli::Command::Bench(arguments) => bench::run(arguments, &output),
    }
}
