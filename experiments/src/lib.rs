//! The harness behind the `mirror` command.
//!
//! Arguments become one [`cli::Command`], a command computes one result, and [`output::Output`] prints
//! it. Progress and logs go to stderr; stdout carries results only.

pub mod bench;
pub mod build;
pub mod cli;
pub mod collect;
pub mod dataset;
pub mod doctor;
pub mod flags;
pub mod home;
pub mod loader;
pub mod log;
pub mod machine;
pub mod output;
pub mod table;
pub mod usage;
pub mod verify;
pub mod video;

/// Runs one parsed command line.
pub fn run(cli: &cli::Cli) -> anyhow::Result<()> {
    let output = output::Output::new(cli.json);
    match &cli.command {
        cli::Command::Collect(arguments) => collect::run(arguments, &output),
        cli::Command::Verify(arguments) => verify::run(arguments, &output),
        cli::Command::Bench { target } => output.print(&target.run()?),
        cli::Command::Doctor => doctor::run(&output),
    }
}
