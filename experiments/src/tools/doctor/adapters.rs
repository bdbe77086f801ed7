//! Graphics adapters, asked for in a process of its own: a broken driver ends that one.

use std::fmt;

use agents::nn::device;
use agents::nn::device::{Adapter, DeviceError};
use serde::Serialize;

use super::check::Check;
use crate::cli::adapters::ask;
use crate::cli::output::Output;

const NAME: &str = "adapter";
const PURPOSE: &str = "training on a graphics processor: --device vulkan";
const BUILD: &str = "cargo build --features gpu";
const DRIVER: &str = "the GPU vendor's driver; the processor does the same work";

/// What Vulkan offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Adapters {
    /// Whether this build can use any.
    pub built: bool,
    /// Every adapter, software ones too.
    pub found: Vec<Adapter>,
    /// Why none is known, where that is so.
    pub problem: Option<String>,
}

impl Adapters {
    /// Asks a child process; where the build cannot ask, says so.
    pub(super) fn probe(gpu: bool) -> Self {
        let asked = if gpu { ask() } else { Err(DeviceError::NotBuilt.to_string()) };
        let (found, problem) = match asked {
            Ok(found) => (found, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        Self { built: gpu, found, problem }
    }

    /// Whether one of them can train.
    pub(super) fn check(&self) -> Check {
        let best = match &self.problem {
            Some(problem) => Err(problem.clone()),
            None => Adapter::best(&self.found).map_err(|error| error.to_string()),
        };
        match best {
            Ok(best) => Check::ok(NAME, PURPOSE, best.to_string()),
            Err(detail) if self.built => Check::missing(NAME, PURPOSE, detail, DRIVER),
            Err(detail) => Check::missing(NAME, PURPOSE, detail, BUILD),
        }
    }
}

impl fmt::Display for Adapters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.found.iter().map(Adapter::to_string).collect();
        match (&self.problem, names.as_slice()) {
            (Some(problem), _) => f.write_str(problem),
            (None, []) => f.write_str("none"),
            (None, names) => f.write_str(&names.join("; ")),
        }
    }
}

/// Prints the adapters; the only work of the child process.
pub fn list(output: &Output) -> anyhow::Result<()> {
    output.print(&Adapters { built: true, found: device::adapters()?, problem: None })
}

#[cfg(test)]
mod tests {
    use agents::nn::device::Kind;

    use super::*;

    #[test]
    fn what_cannot_train_is_missing_with_a_remedy() {
        let check = Adapters::probe(false).check();
        assert!(check.detail.contains("without the feature `gpu`"), "{}", check.detail);
        assert_eq!(check.remedy.as_deref(), Some(BUILD));
        let adapter = |name: &str, reported| Adapter {
            name: name.into(),
            driver: String::new(),
            reported,
            index: 0,
        };
        let mut adapters = Adapters {
            built: true,
            found: vec![adapter("llvmpipe", Kind::Software)],
            problem: None,
        };
        assert_eq!(adapters.check().remedy.as_deref(), Some(DRIVER));
        assert_eq!(adapters.to_string(), "llvmpipe, software: not used");
        adapters.found.push(adapter("A card", Kind::Discrete));
        assert_eq!((adapters.check().remedy, adapters.check().detail), (None, "A card".into()));
    }
}
