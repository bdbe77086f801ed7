//! `--config` and `--set`, the same wherever a run is described.

use std::path::PathBuf;
use std::str::FromStr as _;

use clap::Args;

use super::{Config, Setting, read};

/// Where settings come from.
#[derive(Args, Clone, Debug)]
pub struct ConfigFlags {
    /// TOML file with what differs from the defaults
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// One setting, as `train.batch=32`; may be given several times, the last wins
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = Setting::from_str)]
    pub set: Vec<Setting>,
}

impl ConfigFlags {
    /// The resolved settings.
    ///
    /// # Errors
    /// Names the file or flag, and the nearest key where one does not exist.
    pub fn resolve(&self) -> anyhow::Result<Config> {
        let file = self.config.as_deref().map(|path| Ok::<_, anyhow::Error>((path, read(path)?)));
        let file = file.transpose()?;
        Config::resolve(file.as_ref().map(|(path, table)| (*path, table)), &self.set)
    }
}
