//! Graphics adapters, asked for in a process of its own: a broken driver ends that one.

use std::time::Duration;

use agents::nn::device::Adapter;

use crate::cli::child::answer;

/// The hidden command that lists them.
pub const COMMAND: &str = "list-adapters";
/// Loading drivers takes a second, on a loaded machine several.
const PATIENCE: Duration = Duration::from_secs(30);

/// The adapters, as a child process finds them; or why it did not, in one line.
///
/// # Errors
/// When the child cannot be asked, or a driver ended it.
pub(crate) fn ask() -> Result<Vec<Adapter>, String> {
    let program = std::env::current_exe().map_err(|e| format!("cannot find this program: {e}"))?;
    let (status, text) = answer(&program, &[COMMAND, "--json"], PATIENCE)?;
    if !status.success() {
        return Err(format!("asking the drivers ended with {status}"));
    }
    let report: serde_json::Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    serde_json::from_value(report["found"].clone()).map_err(|e| e.to_string())
}
