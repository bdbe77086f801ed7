//! The harness behind the `mirror` command.
//!
//! Arguments become one [`cli::Command`], a command computes one result, and [`output::Output`] prints
//! it. Progress and logs go to stderr; stdout carries results only.

pub mod bench;
pub mod build;
pub mod catalogue;
pub mod cli;
pub mod doctor;
pub mod embed;
pub mod film;
pub mod flags;
pub mod home;
pub mod log;
pub mod machine;
pub mod models;
pub mod nearest;
pub mod output;
pub mod progress;
pub mod publish;
pub mod rollout;
pub mod stats;
pub mod table;
pub mod usage;
pub mod video;

/// Runs one parsed command line.
pub fn run(cli: &cli::Cli) -> anyhow::Result<()> {
    let output = output::Output::new(cli.json);
    match &cli.command {
        cli::Command::Tasks(arguments) => catalogue::run(arguments, &output),
        cli::Command::Rollout(arguments) => rollout::run(arguments, &output),
        cli::Command::Video(arguments) => video::run(arguments, &output),
        cli::Command::Models => models::run(&output),
        cli::Command::Embed(arguments) => embed::run(arguments, &output),
        cli::Command::Doctor => doctor::run(&output),
        cli::Command::Bench(arguments) => bench::run(arguments, &output),
    }
}
