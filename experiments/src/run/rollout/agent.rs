//! Who acts: an agent by name, or a trained run by its folder.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::untrained::UntrainedAgent;
use crate::run::bounds::POLICY;
use crate::store::run_folder::{CONFIG, RunFolder};

/// Who acts in an episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RolloutAgent {
    /// An agent without learning.
    Untrained(UntrainedAgent),
    /// The run in this folder, trained here or exported.
    Run(PathBuf),
}

impl RolloutAgent {
    /// What it is called in a file of bounds.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Untrained(agent) => agent.name(),
            Self::Run(_) => POLICY,
        }
    }
}

impl FromStr for RolloutAgent {
    type Err = String;

    /// A name goes before a folder that happens to be called the same; `./expert` is the folder.
    fn from_str(text: &str) -> Result<Self, String> {
        let folder = Path::new(text);
        match text.parse::<UntrainedAgent>() {
            Ok(agent) => Ok(Self::Untrained(agent)),
            Err(_) if RunFolder::new(folder).config().is_file() => Ok(Self::Run(folder.into())),
            Err(line) => Err(format!("{line}, nor the folder of a run ({CONFIG})")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_told_by_its_settings() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let error = path.parse::<RolloutAgent>().unwrap_err();
        assert!(error.ends_with("idle, nor the folder of a run (config.json)"), "{error}");
        std::fs::write(folder.path().join(CONFIG), "{}").unwrap();
        assert_eq!(path.parse::<RolloutAgent>(), Ok(RolloutAgent::Run(folder.path().into())));
        assert_eq!(
            "oracle".parse::<RolloutAgent>(),
            Ok(RolloutAgent::Untrained(UntrainedAgent::Oracle))
        );
    }
}
