//! `mirror tasks`: what the tasks are, straight from their list.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use sim::task::{Rules, Task};
use sim::tasks;

use super::page::TaskPage;
use crate::cli::flags;
use crate::cli::flags::RulesFlag;
use crate::cli::output::Output;
use crate::cli::table::Table;
use crate::cli::usage::UsageError;

/// Arguments of `mirror tasks`.
#[derive(Args, Clone, Debug)]
pub struct TasksArguments {
    /// Show one task with all its variations
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Print the page `docs/tasks.md` instead, with the success rates of the tables in DIR
    #[arg(long, value_name = "DIR", conflicts_with = "name")]
    markdown: Option<PathBuf>,
    #[command(flatten)]
    rules: RulesFlag,
}

/// One task as scripts see it.
#[derive(Clone, Debug, Serialize)]
struct TaskEntry {
    name: &'static str,
    short: &'static str,
    /// Parts of success; all must hold.
    success: &'static [&'static str],
    variations: Vec<VariationEntry>,
}

#[derive(Clone, Debug, Serialize)]
struct VariationEntry {
    index: usize,
    /// The first one is what a policy is given.
    instructions: Vec<String>,
}

impl TaskEntry {
    fn of(task: &Task, rules: Rules) -> Self {
        let variation =
            |index| VariationEntry { index, instructions: (task.instructions)(index, rules) };
        Self {
            name: task.name,
            short: task.short,
            success: task.success,
            variations: (0..task.variations).map(variation).collect(),
        }
    }
}

/// All tasks, one row each.
#[derive(Serialize)]
#[serde(transparent)]
struct TaskList(Vec<TaskEntry>);

/// One task, one line for each variation. In JSON it is a list too, so that scripts need one reader.
#[derive(Serialize)]
#[serde(transparent)]
struct TaskDetails([TaskEntry; 1], #[serde(skip)] &'static str);

/// Prints the tasks, one of them, or the page about them.
pub fn run(arguments: &TasksArguments, output: &Output) -> anyhow::Result<()> {
    let rules = arguments.rules.rules;
    if let Some(results) = &arguments.markdown {
        return output.print(&TaskPage::new(results, rules)?);
    }
    match &arguments.name {
        None => {
            output.print(&TaskList(tasks::ALL.iter().map(|t| TaskEntry::of(t, rules)).collect()))
        }
        Some(name) => {
            let task = flags::task(name).map_err(UsageError)?;
            output.print(&TaskDetails([TaskEntry::of(task, rules)], task.randomised))
        }
    }
}

impl fmt::Display for TaskList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new().right(2);
        table.row(["task", "short name", "variations", "success", "for example"]);
        for task in &self.0 {
            let example = task.variations.first().and_then(|v| v.instructions.first());
            let count = task.variations.len().to_string();
            let example = example.map_or("", String::as_str);
            table.row([task.name, task.short, &count, &task.success.join(" + "), example]);
        }
        write!(f, "{table}")?;
        let variations: usize = self.0.iter().map(|task| task.variations.len()).sum();
        writeln!(f, "{} tasks, {variations} variations", self.0.len())
    }
}

impl fmt::Display for TaskDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([task], randomised) = self;
        writeln!(f, "{} ({})", task.name, task.short)?;
        let mut facts = Table::new().indent(2);
        facts.row(["success", &task.success.join(" + ")]);
        facts.row(["randomised", randomised]);
        facts.row(["variations", &task.variations.len().to_string()]);
        write!(f, "{facts}")?;
        writeln!(f)?;
        let mut variations = Table::new().indent(2).right(0);
        for one in &task.variations {
            let sentence = one.instructions.first().map_or("", String::as_str);
            variations.row([&one.index.to_string(), sentence]);
        }
        write!(f, "{variations}")
    }
}
