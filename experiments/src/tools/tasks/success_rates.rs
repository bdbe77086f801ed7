//! What a table of episodes says about each task, read back from the rows of `mirror rollout --out`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use sim::robot::action::Outcome;

use crate::statistics::Wilson;

/// How often one task was done, in how many actions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SuccessRate {
    /// Episodes.
    episodes: usize,
    /// Those that ended in success.
    successes: usize,
    /// Actions of all of them together; for the expert, keyframes.
    actions: u64,
    /// Fewest and most actions of one episode.
    range: [u64; 2],
}

impl SuccessRate {
    fn add(&mut self, success: bool, actions: u64) {
        let [low, high] = self.range;
        self.range = match self.episodes {
            0 => [actions, actions],
            _ => [low.min(actions), high.max(actions)],
        };
        self.episodes += 1;
        self.successes += usize::from(success);
        self.actions += actions;
    }

    /// Share of successes with its Wilson 95 % interval, as `99/100 (94.6-99.8 %)`.
    pub(super) fn rate(&self) -> String {
        let Self { episodes, successes, .. } = *self;
        let Wilson { low, high } = Wilson::of(successes, episodes);
        format!("{successes}/{episodes} ({:.1}-{:.1} %)", 100.0 * low, 100.0 * high)
    }

    /// Mean, fewest, and most actions, as `4.1 on average, 3 to 6`.
    pub(super) fn count(&self) -> String {
        let mean = self.actions as f64 / self.episodes.max(1) as f64;
        let [low, high] = self.range;
        match low == high {
            true => format!("{low}"),
            false => format!("{mean:.1} on average, {low} to {high}"),
        }
    }
}

/// The rates of all tasks in a table, by task.
pub(super) fn read(path: &Path) -> anyhow::Result<BTreeMap<String, SuccessRate>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut rates: BTreeMap<String, SuccessRate> = BTreeMap::new();
    for (index, line) in text.lines().enumerate().skip(1) {
        // Only later fields can hold commas.
        let fields: Vec<&str> = line.split(',').take(5).collect();
        let [task, _, _, outcome, actions] = fields[..] else {
            anyhow::bail!("{}: line {} is no row of a rollout", path.display(), index + 1);
        };
        let actions = actions.parse().with_context(|| {
            format!("{}: line {}: `{actions}` actions", path.display(), index + 1)
        })?;
        rates.entry(task.to_owned()).or_default().add(outcome == Outcome::Success.name(), actions);
    }
    Ok(rates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_add_up_and_other_files_are_refused_with_the_line() {
        let path = std::env::temp_dir().join(format!("mirror-rates-{}.csv", std::process::id()));
        let rows = "task,variation,seed,outcome,actions,rejected,parts,hash
a,0,1,success,3,0,x=1,00
a,1,2,steps,5,0,\"x, y=0\",00
b,0,1,success,2,0,x=1,00
";
        fs::write(&path, rows).unwrap();
        let read_back = read(&path);
        fs::write(&path, "task\na,0,1\n").unwrap();
        let wrong = read(&path);
        fs::remove_file(&path).unwrap();
        let rates = read_back.unwrap();
        assert_eq!(rates["a"].rate(), "1/2 (9.5-90.5 %)");
        assert_eq!(rates["a"].count(), "4.0 on average, 3 to 5");
        assert_eq!(rates["b"].count(), "2");
        assert!(wrong.unwrap_err().to_string().ends_with("line 2 is no row of a rollout"));
        assert!(read(&path).unwrap_err().to_string().starts_with("cannot read "));
    }
}
