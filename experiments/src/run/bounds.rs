//! Success rates that were reached once and are not to be lost.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use sim::tasks;
use toml::Table;

use crate::run::config;

/// What trained policies are called in a file of bounds.
pub const POLICY: &str = "policy";

/// `--bounds`, for every command that plays episodes.
#[derive(Args, Clone, Debug)]
pub struct BoundsFlag {
    /// TOML file with the least rate of each task, by agent; fails when one falls below it
    #[arg(long, value_name = "FILE.toml")]
    bounds: Option<std::path::PathBuf>,
}

/// Least success rates in 0..=1 by agent and task. `all` stands for the tasks that are not named.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(transparent)]
pub struct Bounds(BTreeMap<String, BTreeMap<String, f64>>);

impl BoundsFlag {
    /// The bounds of an agent; none where the flag is not given.
    ///
    /// # Errors
    /// Names the file, and what in it is no task or no rate, or that the agent is missing.
    pub fn of(&self, agent: &str) -> anyhow::Result<Option<Floor>> {
        let Some(path) = &self.bounds else { return Ok(None) };
        Bounds::read(path)?.of(agent).with_context(|| path.display().to_string()).map(Some)
    }
}

impl Bounds {
    fn read(path: &Path) -> anyhow::Result<Self> {
        Self::check(config::read(path)?).with_context(|| path.display().to_string())
    }

    fn check(table: Table) -> anyhow::Result<Self> {
        let bounds: Self = table.try_into()?;
        for (task, rate) in bounds.0.values().flatten() {
            let known = task == ALL || tasks::find(task).is_some();
            anyhow::ensure!(known, "no task is called `{task}`");
            anyhow::ensure!((0.0..=1.0).contains(rate), "{task}: {rate} is no rate in 0..=1");
        }
        Ok(bounds)
    }

    fn of(mut self, agent: &str) -> anyhow::Result<Floor> {
        let found = self.0.remove(agent).with_context(|| format!("no bounds for `{agent}`"))?;
        Ok(Floor(found))
    }
}

const ALL: &str = "all";

/// The least rates of one agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Floor(BTreeMap<String, f64>);

impl Floor {
    /// Compares every task's successes out of so many episodes with its bound.
    ///
    /// # Errors
    /// Names every task that falls below, with its rate and the bound.
    pub fn check<'a>(
        &self,
        found: impl IntoIterator<Item = (&'a str, usize, usize)>,
    ) -> anyhow::Result<()> {
        let below = found.into_iter().filter_map(|(task, successes, episodes)| {
            let bound = *self.0.get(task).or_else(|| self.0.get(ALL))?;
            let lost = (successes as f64) < bound * episodes as f64 - 1e-9;
            lost.then(|| format!("{task} {successes}/{episodes} (bound {bound})"))
        });
        let below: Vec<String> = below.collect();
        anyhow::ensure!(below.is_empty(), "below the bounds: {}", below.join(", "));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[expert]\nall = 0.9\nturn_tap = 0.5\n[random]\npush_buttons = 0";

    #[test]
    fn every_task_below_its_bound_is_named() {
        let floor = Bounds::check(TEXT.parse().unwrap()).unwrap().of("expert").unwrap();
        floor.check([("turn_tap", 1, 2), ("open_drawer", 9, 10)]).unwrap();
        let found = [("turn_tap", 0, 2), ("open_drawer", 8, 10), ("close_jar", 10, 10)];
        let line = floor.check(found).unwrap_err().to_string();
        let wanted = "below the bounds: turn_tap 0/2 (bound 0.5), open_drawer 8/10 (bound 0.9)";
        assert_eq!(line, wanted);
    }

    #[test]
    fn agents_tasks_and_rates_that_are_none_are_refused() {
        let error = |text: &str| Bounds::check(text.parse().unwrap()).unwrap_err().to_string();
        assert_eq!(error("[expert]\nopen_draw = 1"), "no task is called `open_draw`");
        assert_eq!(error("[expert]\nall = 1.5"), "all: 1.5 is no rate in 0..=1");
        let unknown =
            Bounds::check(TEXT.parse().unwrap()).unwrap().of("idle").unwrap_err().to_string();
        assert_eq!(unknown, "no bounds for `idle`");
    }
}
