//! `mirror eval`: success in closed loop, and recognition of videos.

mod closed;
mod film;
mod info;
mod policy;
mod policy_loop;
mod record;
mod report;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use burn::tensor::Device;
use clap::Args;
use sim::episode::rollout::Job;
use sim::episode::split::{BASE_SEEDS, Split};
use sim::tasks;

pub use closed::{Asked, Played, play};
pub use policy::{Conditions, Policy, load};
pub use policy_loop::{Episodes, LoopEnd, PolicyLoop, Step, instruction};
pub use record::{EPISODES, Evaluation, PLAYING, record};
pub use report::{Report, Row};

use crate::cli::flags::{DeviceFlag, RendererFlag, Seed, SplitFlag, TasksFlag, Workers};
use crate::cli::output::Output;
use crate::run::bounds::BoundsFlag;
use crate::run::config::Config;
use crate::run::models::Instruction;
use crate::run::rollout::jobs;
use crate::run::train::judge;
use crate::run::train::{Pairs, Place, Stages};
use crate::store::dataset;
use crate::store::dataset::Lock;

/// Folder of evaluations in the folder of a run.
pub const EVAL: &str = "eval";

/// What trained policies are called in a file of bounds.
pub const POLICY: &str = "policy";

/// Arguments of `mirror eval`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
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
    /// Folder for tables, eval_info.json and films [default: eval/SPLIT-SEED in that of the run]
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
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let renderer = arguments.renderer.renderer;
    renderer.available()?;
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let floor = arguments.bounds.of(POLICY)?;
    let policy = Policy::load(&arguments.run, &device)?;
    let Policy { config, shape, models, instructions } = &policy;
    let (jobs, shown) = match &arguments.data {
        Some(folder) => {
            let shown = Pairs::open(folder, config, shape, models.vocabulary.as_ref())?;
            (scenes(folder, config, &shown)?, shown)
        }
        None => {
            let jobs = drawn(arguments, &policy)?;
            let folder = videos(config, &device, arguments.split.split)?;
            (jobs, Pairs::open(&folder, config, shape, models.vocabulary.as_ref())?)
        }
    };
    let name = format!("{}-{}", arguments.split.split.name(), arguments.seed.seed);
    let folder = arguments.out.clone().unwrap_or_else(|| arguments.run.join(EVAL).join(name));
    dataset::create_folder(&folder)?;
    let _lock = Lock::take(&folder.join("lock"))?;
    let begun = Instant::now();
    let so_far = folder.join(PLAYING);
    let tell = &mut |played: &[Played]| record::so_far(&so_far, config, played);
    let played = play(&policy, &jobs, policy.conditions(renderer), None, tell)?;
    let played = played.context("stopped, though no time was set")?;
    let took = begun.elapsed();
    let (hits, _) = judge::keyframes(models, &shown, config)?;
    let seen = judge::recognise(models, &shown, shape)?;
    let films = film::films(&folder, &played, config, instructions, arguments.films)?;
    let evaluation = Evaluation { played, films, seen, videos: &shown.loader, took: Some(took) };
    record(&folder, config, &evaluation, instructions)?;
    std::fs::remove_file(&so_far).with_context(|| so_far.display().to_string())?;
    let report = Report::new(config, &evaluation, &hits, instructions, &folder)?;
    output.print(&report)?;
    let found = report.tasks.iter().map(|row| (row.task, row.successes, row.episodes));
    floor.map_or(Ok(()), |floor| floor.check(found))
}

/// The scenes that the flags ask for.
fn drawn(arguments: &Arguments, policy: &Policy) -> anyhow::Result<Vec<Job>> {
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
    let job = |(row, said): (&dataset::Row, &Instruction)| Job {
        task: &tasks::ALL[said.task],
        variation: said.variation,
        seed: row.seed,
    };
    Ok(rows.map(job).collect())
}

/// The demonstrations of a split, collected where they are missing.
fn videos(config: &Config, device: &Device, split: Split) -> anyhow::Result<PathBuf> {
    let place = Place::new(None)?;
    let data = Stages::new(config, &place, device, None).data(split)?;
    data.context("the demonstrations could not be collected")
}
