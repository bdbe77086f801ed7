//! The command `mirror eval`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use sim::episode::rollout::Job;
use sim::episode::split::BASE_SEEDS;
use sim::tasks;

use super::evaluation::{EvaluationOptions, evaluate};
use super::policy::{CheckpointFlag, Policy};
use super::report::EvaluationReport;
use crate::cli::flags::{DeviceFlag, RendererFlag, Seed, SplitFlag, TasksFlag, Workers};
use crate::cli::output::Output;
use crate::run::bounds::{BoundsFlag, POLICY};
use crate::run::config::Config;
use crate::run::jobs::jobs;
use crate::run::models::Instruction;
use crate::run::train::Pairs;
use crate::run::train::judge;
use crate::store::dataset::DemonstrationRow;
use crate::store::run_folder::{EvaluationFolder, RunFolder};

/// Arguments of `mirror eval`.
#[derive(Args, Clone, Debug)]
pub struct EvalArguments {
    /// Folder of a trained run
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Tasks by name, separated by commas, or `all` [default: the run's]
    #[command(flatten)]
    tasks: TasksFlag,
    /// Episodes of each task; they go through its variations in turn [default: the run's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=BASE_SEEDS))]
    episodes: Option<u64>,
    /// Film the first N failures of each task, with what the policy predicted drawn in
    #[arg(long, value_name = "N", default_value_t = 0)]
    films: usize,
    /// Folder for tables, eval_info.json and films [default: eval/SPLIT-SEED in that of the run, or eval/data-HASH with --data]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    split: SplitFlag,
    #[command(flatten)]
    seed: Seed,
    /// Dataset whose scenes are played and whose keyframes and videos are judged, instead of a split's
    #[arg(long, value_name = "DIR", conflicts_with_all = ["tasks", "episodes", "split", "seed"])]
    data: Option<PathBuf>,
    #[command(flatten)]
    checkpoint: CheckpointFlag,
    #[command(flatten)]
    bounds: BoundsFlag,
    #[command(flatten)]
    workers: Workers,
    #[command(flatten)]
    device: DeviceFlag,
    #[command(flatten)]
    renderer: RendererFlag,
}

/// Judges a run, writes down what came of it, and prints how it did.
///
/// # Errors
/// Names what is missing of the run, or where nothing can be written.
pub fn run(arguments: &EvalArguments, output: &Output) -> anyhow::Result<()> {
    let renderer = arguments.renderer.renderer;
    renderer.available()?;
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let floor = arguments.bounds.of(POLICY)?;
    let policy = arguments.checkpoint.load(&arguments.run, &device)?;
    let Policy { config, shape, models, instructions } = &policy;
    let (jobs, shown, name) = match &arguments.data {
        Some(folder) => {
            let shown = Pairs::open(folder, config, shape, models.vocabulary.as_ref())?;
            let name = format!("data-{}", &shown.loader.manifest().blake3[..8]);
            (scenes(folder, config, &shown)?, shown, name)
        }
        None => {
            let (split, seed) = (arguments.split.split, arguments.seed.seed);
            let jobs = drawn(arguments, &policy)?;
            let shown = policy.demonstrations(split, None, &device)?;
            (jobs, shown, EvaluationFolder::name(split, seed))
        }
    };
    let folder = match &arguments.out {
        Some(out) => EvaluationFolder::new(out),
        None => RunFolder::new(&arguments.run).evaluation(&name),
    };
    let options =
        EvaluationOptions { renderer, films: arguments.films, timed: true, deadline: None };
    let evaluation = evaluate(&policy, &jobs, &shown, options, &folder)?;
    let evaluation = evaluation.context("stopped, though no time was set")?;
    let hits = judge::by_task(&judge::keyframes(models, &shown, config)?);
    let report = EvaluationReport::new(config, &evaluation, &hits, instructions, folder.path())?;
    output.print(&report)?;
    let found = report.tasks.iter().map(|row| (row.task, row.successes, row.episodes));
    floor.map_or(Ok(()), |floor| floor.check(found))
}

/// The scenes that the flags ask for.
fn drawn(arguments: &EvalArguments, policy: &Policy) -> anyhow::Result<Vec<Job>> {
    let chosen = policy.known(&arguments.tasks.tasks.0)?;
    let episodes = arguments.episodes.unwrap_or_else(|| policy.config.eval.episodes.into());
    jobs(&chosen, episodes, arguments.split.split, arguments.seed.seed)
}

/// The scenes of a dataset.
fn scenes(folder: &Path, config: &Config, shown: &Pairs) -> anyhow::Result<Vec<Job>> {
    let made = &shown.loader.manifest().config;
    let same = (made.rules, made.grasp) == (config.data.rules, config.data.grasp);
    anyhow::ensure!(same, "{}: made by other rules or grasps than the run", folder.display());
    let rows = shown.loader.rows().iter().zip(&shown.episode_instructions);
    let job = |(row, said): (&DemonstrationRow, &Instruction)| Job {
        task: &tasks::ALL[said.task],
        variation: said.variation,
        seed: row.seed,
    };
    Ok(rows.map(job).collect())
}
