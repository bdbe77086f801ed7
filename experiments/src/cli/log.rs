//! Logs: to stderr, at the level that `MIRROR_LOG` asks for.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::cli::usage::UsageError;

/// Where the level comes from.
pub const VARIABLE: &str = "MIRROR_LOG";
/// What Bevy warns of is known: software adapters are slow, and lack what is not used here.
const DEFAULT: &str = "warn,bevy_render=error,bevy_pbr=error";

/// Starts logging for the rest of the process.
pub fn start() -> anyhow::Result<()> {
    let wanted = match std::env::var_os(VARIABLE) {
        Some(value) if !value.is_empty() => value.to_string_lossy().into_owned(),
        _ => DEFAULT.to_owned(),
    };
    let filter = EnvFilter::try_new(&wanted)
        .map_err(|e| UsageError(format!("{VARIABLE}: cannot understand '{wanted}': {e}")))?;
    let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(colour)
        .without_time()
        .try_init()
        .map_err(|e| anyhow::anyhow!("cannot start logging: {e}"))
}
