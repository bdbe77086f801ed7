//! What a study will take, before it is run.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use agents::count;
use serde::Serialize;

use super::study::Study;
use crate::run::config::Config;
use crate::statistics::{Design, Wilson, minimum_detectable_effect};

/// Arithmetic one core was measured to do in training, GFLOP/s (`mirror bench train`, and the times of `results/smoke`).
const GFLOPS: f64 = 20.0;
/// Demonstrations one core makes and stores in a second (`mirror bench collect`).
const DEMOS: f64 = 2.0;
/// Episodes one core plays in closed loop in a second (`mirror eval` of `tiny`).
const EPISODES: f64 = 3.0;
/// Size of a stored demonstration, MB (`mirror bench collect`).
const DEMO_SIZE: f64 = 0.11;
/// Size of a run per million parameters, MB: weights, their best, and two moments of the optimiser.
const RUN_SIZE: f64 = 20.0;

/// The plan with its price.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Forecast {
    study: String,
    path: String,
    jobs: usize,
    cells: Vec<PlannedCell>,
    shared_minutes: f64,
    minutes: f64,
    disk_mb: f64,
    /// Episodes that each arm is judged by.
    tries: usize,
    /// Smallest rise of a success rate of one half that the study can show.
    minimum_detectable_effect: Option<f64>,
    /// Half the width of a Wilson interval at one half, for one cell.
    interval: f64,
}

#[derive(Clone, Debug, Serialize)]
struct PlannedCell {
    cell: String,
    arm: String,
    seed: i64,
    minutes: f64,
}

impl Forecast {
    /// Of a study, run by so many processes.
    pub(super) fn of(study: &Study, folder: &Path, jobs: usize) -> Self {
        let cells: Vec<PlannedCell> = study
            .plan
            .cells
            .iter()
            .zip(&study.configs)
            .map(|(cell, config)| PlannedCell {
                cell: cell.id.clone(),
                arm: cell.arm.clone(),
                seed: cell.seed,
                minutes: minutes(config),
            })
            .collect();
        let mut solos = BTreeSet::new();
        let mut shared = 0.0;
        for config in &study.configs {
            if solos.insert(config.solo().hash().unwrap_or_default()) {
                shared += pairs(config, config.train.solo_steps);
            }
        }
        let (mut demos, mut tries, mut size) = (0.0, 0, 0.0);
        if let Some(config) = study.configs.first() {
            let tasks = config.tasks().len();
            let each = config.data.train + config.data.val + config.data.test;
            demos = tasks as f64 * f64::from(each);
            let seeds: BTreeSet<i64> = study.plan.cells.iter().map(|cell| cell.seed).collect();
            tries = tasks * config.eval.episodes as usize * seeds.len();
            size = config.shape().map_or(0.0, |shape| count::counts(&shape).total() as f64 / 1e6);
        }
        let shared_minutes = demos / DEMOS / jobs as f64 / 60.0 + shared;
        let busy: f64 = cells.iter().map(|cell| cell.minutes).sum();
        let one = study.configs.first().map_or(0, |c| c.tasks().len() * c.eval.episodes as usize);
        let Wilson { low, high } = Wilson::of(one / 2, one);
        Self {
            study: study.plan.study.clone(),
            path: folder.display().to_string(),
            jobs,
            shared_minutes,
            minutes: shared_minutes + busy / jobs as f64,
            disk_mb: demos * DEMO_SIZE + (cells.len() + solos.len()) as f64 * size * RUN_SIZE,
            tries,
            minimum_detectable_effect: minimum_detectable_effect(0.5, tries, Design::SAME_SCENES),
            interval: (high - low) / 2.0,
            cells,
        }
    }
}

/// Minutes of one core for what a cell does not share.
fn minutes(config: &Config) -> f64 {
    let train = &config.train;
    let steps = train.joint_steps + if config.align.enabled { train.warm_steps / 2 } else { 0 };
    let episodes = config.tasks().len() as f64 * f64::from(config.eval.episodes);
    pairs(config, steps) + episodes / EPISODES / 60.0
}

fn pairs(config: &Config, steps: u64) -> f64 {
    let Ok(shape) = config.shape() else { return 0.0 };
    let each = count::counts(&shape).train_flop / 1e9;
    steps as f64 * config.train.batch as f64 * each / GFLOPS / 60.0
}

impl fmt::Display for Forecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = crate::cli::table::Table::new().right(2).right(3);
        table.row(["cell", "arm", "seed", "core minutes"]);
        for PlannedCell { cell, arm, seed, minutes } in &self.cells {
            table.row([cell, arm, &seed.to_string(), &format!("{minutes:.1}")]);
        }
        writeln!(
            f,
            "{}: {} cells, {} at a time, in {}",
            self.study,
            self.cells.len(),
            self.jobs,
            self.path
        )?;
        writeln!(f, "{table}")?;
        let Self { shared_minutes, minutes, disk_mb, .. } = self;
        writeln!(
            f,
            "datasets and solo phases: about {shared_minutes:.0} min; all: about {minutes:.0} min, {disk_mb:.0} MB"
        )?;
        write!(
            f,
            "{} episodes per arm: one cell's rate is known to +-{:.0} points; ",
            self.tries,
            100.0 * self.interval
        )?;
        match self.minimum_detectable_effect {
            Some(effect) => write!(
                f,
                "the smallest difference two arms can show (80 % power, 5 %) is {:.0} points",
                100.0 * effect
            ),
            None => write!(f, "no difference between two arms can be shown"),
        }
    }
}
