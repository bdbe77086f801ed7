//! The command `mirror rollout`.

use std::path::PathBuf;
use std::str::FromStr as _;

use agents::presets::Preset;
use clap::Args;
use sim::episode::rollout::{Job, Record, RolloutError, rollouts};
use sim::episode::split::BASE_SEEDS;

use super::agent::RolloutAgent;
use super::report::{RolloutReport, TaskReport};
use super::rows;
use crate::cli::flags::{
    DeviceFlag, GraspFlag, RendererFlag, RulesFlag, Seed, SplitFlag, TasksFlag, Workers, preset,
};
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::run::bounds::BoundsFlag;
use crate::run::evaluate;
use crate::run::evaluate::{Conditions, Policy};
use crate::run::jobs::jobs;
use crate::store::file;

/// Arguments of `mirror rollout`.
#[derive(Args, Clone, Debug)]
pub struct RolloutArguments {
    /// Who acts: expert, replay, oracle, random, idle, or the folder of a trained run
    #[arg(long, value_name = "AGENT|RUN", value_parser = RolloutAgent::from_str)]
    agent: RolloutAgent,
    /// Whose size of pictures the answers of `oracle` go through
    #[arg(long, value_name = "PRESET", default_value = "tiny", value_parser = preset())]
    preset: &'static Preset,
    #[command(flatten)]
    tasks: TasksFlag,
    /// Episodes of each task; they go through its variations in turn
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..=BASE_SEEDS))]
    episodes: u64,
    #[command(flatten)]
    split: SplitFlag,
    #[command(flatten)]
    seed: Seed,
    #[command(flatten)]
    rules: RulesFlag,
    #[command(flatten)]
    grasp: GraspFlag,
    #[command(flatten)]
    workers: Workers,
    #[command(flatten)]
    device: DeviceFlag,
    #[command(flatten)]
    renderer: RendererFlag,
    #[command(flatten)]
    bounds: BoundsFlag,
    /// Also write one row for each episode; replaces an existing file once all is done
    #[arg(long, value_name = "FILE.csv|.json")]
    out: Option<PathBuf>,
}

/// Runs the episodes and prints the table.
pub fn run(arguments: &RolloutArguments, output: &Output) -> anyhow::Result<()> {
    let RolloutArguments { preset, episodes, .. } = *arguments;
    let (rules, grasp) = (arguments.rules.rules, arguments.grasp.grasp);
    let (split, seed) = (arguments.split.split, arguments.seed.seed);
    let renderer = arguments.renderer.renderer;
    renderer.available()?;
    let floor = arguments.bounds.of(arguments.agent.kind())?;
    if let Some(path) = &arguments.out {
        file::extension("--out", path, &["csv", "json"])?;
        file::check_writable("--out", path)?;
    }
    let pool = arguments.workers.pool()?;
    let mut tasks = arguments.tasks.tasks.0.clone();
    let (name, jobs, records) = match &arguments.agent {
        RolloutAgent::Untrained(agent) => {
            let jobs = jobs(&tasks, episodes, split, seed)?;
            let progress = Progress::new(jobs.len(), "episodes");
            let play = |job| {
                let record = agent.play(job, rules, grasp, preset);
                progress.step();
                record
            };
            let results = pool.install(|| rollouts(&jobs, &play));
            drop(progress);
            let records = complete(&jobs, results)?;
            (agent.name().to_owned(), jobs, records)
        }
        RolloutAgent::Run(folder) => {
            let policy = Policy::load(folder, &arguments.device.open()?)?;
            tasks = policy.known(&tasks)?;
            let jobs = jobs(&tasks, episodes, split, seed)?;
            let under = Conditions { rules, grasp, renderer };
            let played =
                pool.install(|| evaluate::play(&policy, &jobs, under, None, &mut |_| Ok(())))?;
            let records = played.into_iter().flatten().map(|one| one.record).collect();
            (format!("run {}", policy.config.hash()?), jobs, records)
        }
    };
    if let Some(path) = &arguments.out {
        rows::write(path, &jobs, &records)?;
    }
    let rows = tasks.iter().zip(records.chunks(episodes as usize));
    let rows = rows.map(|(task, records)| TaskReport::new(task.name, records)).collect();
    let report = RolloutReport::new(name, split, seed, rules, grasp, rows);
    output.print(&report)?;
    let found = report.tasks.iter().map(|row| (row.task.as_str(), row.successes, row.episodes));
    floor.map_or(Ok(()), |floor| floor.check(found))
}

/// The records, unless some episode could not begin: then the first such one is the error.
fn complete(
    jobs: &[Job],
    results: Vec<Result<Record, RolloutError>>,
) -> anyhow::Result<Vec<Record>> {
    let named = jobs.iter().zip(results).map(|(job, result)| {
        result.map_err(|error| match error {
            // Says itself which one.
            RolloutError::Scene(error) => anyhow::Error::new(error),
            RolloutError::Physics(error) => {
                let Job { task, variation, seed } = job;
                let name = format!("task `{}` variation {variation} seed {seed}", task.name);
                anyhow::Error::new(error).context(name)
            }
        })
    });
    named.collect()
}
