//! The harness behind the `mirror` command.
//!
//! Arguments become one [`commands::Command`], a command computes one result, and [`cli::output::Output`] prints
//! it. Progress and logs go to stderr; stdout carries results only.

use commands::Command;
use data::{collect, verify};
use run::{evaluate, export, probe, rollout, train};
use study::{report, sweep};
use tools::{bench, catalogue, doctor, embed, models, video, watch};

/// Runs one parsed command line.
pub fn run(line: &commands::Cli) -> anyhow::Result<()> {
    let output = cli::output::Output::new(line.json);
    match &line.command {
        Command::Tasks(arguments) => catalogue::run(arguments, &output),
        Command::Rollout(arguments) => rollout::run(arguments, &output),
        Command::Video(arguments) => video::run(arguments, &output),
        Command::Collect(arguments) => collect::run(arguments, &output),
        Command::Verify(arguments) => verify::run(arguments, &output),
        Command::Train(arguments) => train::run(arguments, &output),
        Command::Sweep(arguments) => sweep::run(arguments, &output),
        Command::Cell(arguments) => sweep::cell::run(arguments),
        Command::Eval(arguments) => evaluate::run(arguments, &output),
        Command::Probe(arguments) => probe::run(arguments, &output),
        Command::Export(arguments) => export::run(arguments, &output),
        Command::Report(arguments) => report::run(arguments, &output),
        Command::Models => models::run(&output),
        Command::Embed(arguments) => embed::run(arguments, &output),
        Command::Watch(arguments) => watch::run(arguments),
        Command::Doctor => doctor::run(&output),
        Command::Adapters => doctor::list(&output),
        Command::Bench(arguments) => bench::run(arguments, &output),
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
