//! The folder that holds data and runs, outside any checkout.

use std::path::PathBuf;

use anyhow::Context as _;

/// Names the folder; `~/.cache/mirror` where unset or empty.
pub const VARIABLE: &str = "MIRROR_HOME";

/// The absolute path of the folder, which may not exist yet.
pub fn home() -> anyhow::Result<PathBuf> {
    let set = std::env::var_os(VARIABLE).filter(|v| !v.is_empty());
    let path = match set {
        Some(path) => PathBuf::from(path),
        None => std::env::home_dir()
            .filter(|p| !p.as_os_str().is_empty())
            .with_context(|| format!("neither {VARIABLE} nor HOME is set"))?
            .join(".cache/mirror"),
    };
    std::path::absolute(&path)
        .with_context(|| format!("{VARIABLE}: cannot resolve {}", path.display()))
}
