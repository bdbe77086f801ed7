//! The page `docs/tasks.md`: every task in one section, from the code and the tables of results.

use std::fmt::{self, Write as _};
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use sim::task::{Rules, Task};
use sim::tasks;

use super::success_rates::{self, SuccessRate};

/// Most variations whose sentences stand open on the page; longer lists are folded.
const OPEN: usize = 9;

/// The whole page, in Markdown.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(super) struct TaskPage(String);

impl TaskPage {
    /// Writes the page; `results` is the folder with `expert.csv` and `replay.csv`.
    ///
    /// # Errors
    /// When a table cannot be read or lacks a task.
    pub(super) fn new(results: &Path, rules: Rules) -> anyhow::Result<Self> {
        let tables = ["expert.csv", "replay.csv"].map(|name| results.join(name));
        let [expert, replay] = [success_rates::read(&tables[0])?, success_rates::read(&tables[1])?];
        let find = |at: usize, task: &Task| {
            let found = [&expert, &replay][at].get(task.name).copied();
            found.with_context(|| format!("{}: no rows of `{}`", tables[at].display(), task.name))
        };
        let mut page = String::from(HEAD);
        let variations: usize = tasks::ALL.iter().map(|task| task.variations).sum();
        writeln!(page, "{} tasks, {variations} variations.", tasks::ALL.len())?;
        for task in tasks::ALL {
            section(&mut page, task, rules, &find(0, task)?, &find(1, task)?)?;
        }
        Ok(Self(page))
    }
}

const HEAD: &str = "\
# The tasks

`just docs` makes this page from the code and from the tables in [results/expert](../results/expert), and a test compares it.
The pictures are of the expert in the first variation, from beginning to end.
*Replay* sends the keyframes of the expert through the action interface; intervals are Wilson's at 95 %.
All parts of success must hold at once.

";

fn section(
    page: &mut String,
    task: &Task,
    rules: Rules,
    expert: &SuccessRate,
    replay: &SuccessRate,
) -> fmt::Result {
    let Task { name, short, variations, randomised, .. } = *task;
    let parts: Vec<String> = task.success.iter().map(|part| format!("*{part}*")).collect();
    let rows = [
        ("Name in the papers", short.to_owned()),
        ("Randomised", randomised.to_owned()),
        ("Parts of success", parts.join(", ")),
        ("Keyframes", expert.count()),
        ("Expert", expert.rate()),
        ("Replay", replay.rate()),
    ];
    writeln!(page, "\n## {name}\n")?;
    writeln!(page, "![Moments of {name}](pictures/tasks/{name}.png)\n")?;
    writeln!(page, "| | |\n|---|---|")?;
    for (what, value) in rows {
        writeln!(page, "| {what} | {value} |")?;
    }
    writeln!(page, "\nWays to say variation 0:\n")?;
    for sentence in (task.instructions)(0, rules) {
        writeln!(page, "- {sentence}")?;
    }
    writeln!(page, "\nThe {variations} variations, with the sentence a policy is given:\n")?;
    let folded = variations > OPEN;
    if folded {
        writeln!(page, "<details><summary>{variations} sentences</summary>\n")?;
    }
    for variation in 0..variations {
        let sentences = (task.instructions)(variation, rules);
        let first = sentences.first().map_or("", String::as_str);
        writeln!(page, "- {variation}: {first}")?;
    }
    if folded {
        writeln!(page, "\n</details>")?;
    }
    Ok(())
}

impl fmt::Display for TaskPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
