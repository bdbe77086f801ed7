//! What `mirror watch` is asked for.

use std::path::PathBuf;

use clap::Args;
use sim::episode::rollout::Agent;
use sim::task::Task;

use crate::cli::flags;
use crate::cli::flags::{GraspFlag, RulesFlag, Seed, one_of};

/// Arguments of `mirror watch`.
#[derive(Args, Clone, Debug)]
pub struct WatchArguments {
    /// Task to begin with [default: the first]
    #[arg(long, value_name = "NAME", value_parser = flags::task, conflicts_with_all = ["episode", "failures"])]
    pub task: Option<&'static Task>,
    /// Variation of the task
    #[arg(long, value_name = "V", default_value_t = 0)]
    pub variation: usize,
    /// Seed of the scene.
    #[command(flatten)]
    pub seed: Seed,
    /// Who acts [default: expert, or the policy of --run]
    #[arg(long, value_parser = one_of::<Agent>(&Agent::ALL.map(Agent::name)))]
    pub agent: Option<Agent>,
    /// Recorded episodes: one log (`states/*.zst` of a dataset), or all logs of a dataset's folder
    #[arg(long, value_name = "FILE|DIR", conflicts_with_all = ["agent", "run", "failures"])]
    pub episode: Option<PathBuf>,
    /// Go through the failures of a table of episodes: of `rollout --out`, or `episodes.parquet` of a run
    #[arg(long, value_name = "FILE.csv|.json|.parquet")]
    pub failures: Option<PathBuf>,
    /// Folder of a trained run: its policy acts, and its evaluation is followed while it goes on
    #[arg(long, value_name = "DIR")]
    pub run: Option<PathBuf>,
    /// Rules of the scenes; those of the run with --run.
    #[command(flatten)]
    pub rules: RulesFlag,
    /// How the gripper holds things.
    #[command(flatten)]
    pub grasp: GraspFlag,
    /// Folder for pictures and clips [default: where the command was started]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Input from a file instead of keyboard and mouse, for tests
    #[arg(long, value_name = "FILE", hide = true)]
    pub script: Option<PathBuf>,
}

/// Says how to build the window.
///
/// # Errors
/// Always: this program has none.
#[cfg(not(feature = "viewer"))]
pub fn run(_arguments: &WatchArguments) -> anyhow::Result<()> {
    anyhow::bail!(
        "this program was built without the feature `viewer`: `just watch` builds it; `mirror video` films \
         episodes without a window"
    )
}
