//! What a budget of training comes to: success in closed loop, hits by token and task, samples, arithmetic and
//! processor time, of one run or of two side by side.

use std::collections::BTreeMap;

use agents::count;
use agents::presets::Part;
use anyhow::{Context as _, bail, ensure};
use burn::tensor::Device;
use sim::episode::split::Split;
use sim::robot::action::Outcome;
use sim::tasks;

use super::report::{Bench, Metric, readable};
use crate::cli::clock::processor_seconds;
use crate::cli::flags::Renderer;
use crate::cli::table::Table;
use crate::cli::usage::UsageError;
use crate::run::config::{Config, ConfigFlags, Setting, Towers};
use crate::run::evaluate::{EvaluationOptions, PlayedEpisode, Policy, evaluate};
use crate::run::jobs::jobs;
use crate::run::judge::TokenHits;
use crate::run::train::{End, Phase, Pipeline, judge, write_tables};
use crate::store::home_folder::HomeFolder;

/// What the metrics of the two arms begin with.
const ARMS: [&str; 2] = ["first", "second"];

/// One arm, trained and judged.
struct Arm {
    /// Whole run.
    metrics: Vec<(&'static str, f64, &'static str)>,
    /// Successes and episodes, and share of keyframes hit, by the number of the task.
    tasks: BTreeMap<usize, ([usize; 2], f64)>,
}

/// Trains the run that the flags describe, and with settings in `against` a second one that has those too,
/// both from the same data and seeds, and judges them.
///
/// # Errors
/// A usage error where both arms are the same or no policy learns; else what training and evaluation name.
pub(super) fn run(flags: &ConfigFlags, against: &[Setting]) -> anyhow::Result<Bench> {
    let base = flags.resolve()?;
    let set = flags.set.iter().chain(against).cloned().collect();
    let other = ConfigFlags { config: flags.config.clone(), set }.resolve()?;
    if !against.is_empty() && base.hash()? == other.hash()? {
        bail!(UsageError("--against: both arms have the same settings".into()));
    }
    if [&base, &other].iter().any(|config| !config.train.towers.policy()) {
        bail!(UsageError("`train.towers` video: no policy learns that could be judged".into()));
    }
    let configs = if against.is_empty() { vec![base] } else { vec![base, other] };
    let home = HomeFolder::find()?;
    let device = Device::flex();
    let arms = configs.iter().map(|config| arm(config, &home, &device));
    let arms: Vec<Arm> = arms.collect::<anyhow::Result<_>>()?;
    let mut bench = Bench::new("learn", Vec::new());
    for (name, arm) in ARMS.iter().zip(&arms) {
        let metrics = arm.metrics.iter();
        bench.metrics.extend(
            metrics.map(|(metric, value, unit)| {
                Metric::new(format!("{name}/{metric}"), *value, *unit)
            }),
        );
        bench.metrics.extend(arm.tasks.iter().flat_map(|(&task, (successes, hits))| {
            let task = tasks::ALL[task].name;
            let rate = 100.0 * successes[0] as f64 / successes[1].max(1) as f64;
            [
                Metric::new(format!("{name}/success/{task}"), rate, "%"),
                Metric::new(format!("{name}/keyframes/{task}"), 100.0 * hits, "%"),
            ]
        }));
    }
    bench.tabled = &["first/", "second/"];
    bench.table = table(&arms);
    for (name, config) in ARMS.iter().zip(&configs) {
        bench.notes.push(format!("{name}: run {}", config.hash()?));
    }
    bench
        .notes
        .push("processor time is what this command spent: a run that was there costs none".into());
    Ok(bench)
}

fn arm(config: &Config, home: &HomeFolder, device: &Device) -> anyhow::Result<Arm> {
    let shape = config.shape().map_err(anyhow::Error::msg)?;
    let pipeline = Pipeline::new(config, home, None, device, None);
    // Datasets are the same for both arms and no part of the cost.
    for split in Split::ALL {
        ensure!(pipeline.dataset(split)?.is_some(), "the demonstrations could not be collected");
    }
    let folder = home.run(&config.hash()?);
    let begun = processor_seconds();
    let End::Complete(journal) = pipeline.train(&folder)? else { bail!("training was stopped") };
    let spent = processor_seconds() - begun;
    write_tables(&folder, config, &journal)?;
    let policy = Policy::load(folder.path(), device)?;
    let chosen: Vec<_> = config.tasks().into_iter().filter_map(tasks::find).collect();
    let episodes = jobs(&chosen, config.eval.episodes.into(), Split::Test, config.data.seed)?;
    let shown = policy.demonstrations(Split::Test, None, device)?;
    let options =
        EvaluationOptions { renderer: Renderer::Raster, films: 0, timed: false, deadline: None };
    let evaluation = folder.reported_evaluation(config.data.seed);
    let played = evaluate(&policy, &episodes, &shown, options, &evaluation)?;
    let played = played.context("the evaluation was stopped")?.played;
    let val = policy.demonstrations(Split::Val, None, device)?;
    let judged = judge::keyframes(&policy.models, &val, config)?;

    let mut rows = BTreeMap::new();
    let mut hits = Vec::new();
    for task in chosen.iter().filter_map(|task| tasks::ALL.iter().position(|t| t.name == task.name))
    {
        let own: Vec<_> = judged.iter().filter(|one| one.task == task).collect();
        let of_task = |one: &&PlayedEpisode| one.instruction.task == task;
        let of_task: Vec<_> = played.iter().filter(of_task).collect();
        let won = of_task.iter().filter(|one| one.record.outcome == Outcome::Success).count();
        let found = TokenHits::of(&own, config);
        rows.insert(task, ([won, of_task.len()], found.all));
        hits.push(found);
    }
    let mean = TokenHits::mean(&hits);
    let rates = rows.values().map(|([won, all], _)| *won as f64 / (*all).max(1) as f64);
    let success = rates.sum::<f64>() / rows.len().max(1) as f64;
    let steps: u64 = [Phase::Solo, Phase::Joint].iter().map(|phase| phase.steps(config)).sum();
    let samples = steps as f64 * config.train.batch as f64;
    let flop = match config.train.towers {
        Towers::Both => count::counts(&shape).train_flop,
        Towers::Video | Towers::Policy => {
            count::part(&Part::Policy(shape.policy.clone())).train_flop
        }
    };
    let percent = |share: f64| 100.0 * share;
    let [x, y, z] = mean.angles.map(percent);
    let metrics = vec![
        ("success", percent(success), "%"),
        ("keyframes", percent(mean.all), "%"),
        ("coarse", percent(mean.coarse), "%"),
        ("position", percent(mean.position), "%"),
        ("position_median", 1000.0 * mean.median, "mm"),
        ("rotation", percent(mean.rotation), "%"),
        ("rotation_x", x, "%"),
        ("rotation_y", y, "%"),
        ("rotation_z", z, "%"),
        ("gripper", percent(mean.gripper), "%"),
        ("collision", percent(mean.collision), "%"),
        ("samples", samples, ""),
        ("arithmetic", samples * flop / 1e12, "TFLOP"),
        ("processor", spent / 60.0, "core-min"),
    ];
    Ok(Arm { metrics, tasks: rows })
}

/// Both arms side by side: the whole runs, then task by task.
fn table(arms: &[Arm]) -> String {
    let mut whole = (1..=arms.len()).fold(Table::new().indent(2), Table::right);
    let head = ["", ARMS[0], ARMS[1], ""];
    let columns = |cells: &[&str]| {
        let cut = arms.len() + 1;
        let mut kept = cells[..cut].to_vec();
        kept.push(cells[3]);
        kept.iter().map(|&cell| cell.to_owned()).collect::<Vec<String>>()
    };
    let row = |table: &mut Table, cells: &[&str]| {
        let cells = columns(cells);
        table.cells(&cells.iter().map(String::as_str).collect::<Vec<_>>());
    };
    row(&mut whole, &head);
    for (index, (name, _, unit)) in arms[0].metrics.iter().enumerate() {
        let value =
            |arm: Option<&Arm>| arm.map_or(String::new(), |arm| readable(arm.metrics[index].1));
        row(&mut whole, &[name, &value(arms.first()), &value(arms.get(1)), unit]);
    }
    let mut each = (1..=arms.len()).fold(Table::new().indent(2), Table::right);
    row(&mut each, &["k/n, keyframes", ARMS[0], ARMS[1], ""]);
    for task in arms[0].tasks.keys() {
        let value = |arm: Option<&Arm>| {
            arm.and_then(|arm| arm.tasks.get(task)).map_or(String::new(), |([won, all], hits)| {
                format!("{won}/{all}, {:.0} %", 100.0 * hits)
            })
        };
        row(&mut each, &[tasks::ALL[*task].name, &value(arms.first()), &value(arms.get(1)), ""]);
    }
    format!("{whole}\n{each}")
}
