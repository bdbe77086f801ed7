//! The harness behind the `mirror` command.
//!
//! Arguments become one [`cli::Command`], a command computes one result, and [`output::Output`] prints
//! it. Progress and logs go to stderr; stdout carries results only.

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
pub mod cli;
pub mod commands;
pub mod data;
pub mod media;
pub mod run;
pub mod statistics;
pub mod store;
pub mod study;
pub mod tools;
