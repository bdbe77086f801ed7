//! The numbers of a report: from the tables of the runs to the tables of the study.

use serde::Serialize;

use super::alignment;
use super::arm::{self, Arm};
use super::compare::{self, comparisons};
use super::curve;
use super::measure::{Counts, Measure, hits, last_validation};
use super::paper::{self, published};
use super::source::{LoadedCell, Study};
use super::summary::{AblationRow, ComparisonRow, CorrelationRow, CurveRow, TaskRow};
use crate::statistics::{BetaBinomial, interquartile_mean};
use crate::store::tables::Cell;

/// Every table that a report adds, rows in the order they are shown.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Analysis {
    pub(super) cells: Vec<Cell>,
    pub(super) ablation: Vec<AblationRow>,
    pub(super) comparisons: Vec<ComparisonRow>,
    pub(super) tasks: Vec<TaskRow>,
    pub(super) curves: Vec<CurveRow>,
    pub(super) correlations: Vec<CorrelationRow>,
}

impl Analysis {
    pub(super) fn of(study: &Study, arms: &[Arm<'_>]) -> Self {
        let compared: Vec<compare::Comparison> =
            Measure::ALL.into_iter().flat_map(|measure| comparisons(arms, measure)).collect();
        let tasks = arm::tasks(arms);
        let of = |arm: usize, measure| {
            compared.iter().find(move |one| one.arm == arm && one.measure == measure)
        };
        let ablation = Measure::ALL.into_iter().flat_map(|measure| {
            let row = move |(index, arm)| ablation(arm, measure, of(index, measure));
            arms.iter().enumerate().map(row)
        });
        let by_task = arms.iter().enumerate().flat_map(|(index, arm)| {
            let compared = of(index, Measure::Success);
            let prior = compared.and_then(prior);
            tasks.iter().map(move |name| task(name, arm, compared, prior)).collect::<Vec<_>>()
        });
        let correlations = arms.iter().flat_map(|arm| {
            let baseline = arm.baseline.map(|index| &arms[index]);
            alignment::correlations(arm, baseline, &tasks)
        });
        Self {
            cells: study.cells.iter().map(|loaded| cell(loaded, arms)).collect(),
            ablation: ablation.collect(),
            comparisons: compared.iter().map(|one| comparison(one, arms)).collect(),
            tasks: by_task.collect(),
            curves: arms.iter().flat_map(curve::summary).collect(),
            correlations: correlations.collect(),
        }
    }
}

fn cell(loaded: &LoadedCell, arms: &[Arm<'_>]) -> Cell {
    let LoadedCell { cell, status, run, tables } = loaded;
    let arm = arms.iter().find(|arm| arm.contains(&cell.id));
    let label = arm.map_or(&cell.arm, |arm| &arm.label);
    let count = |measure: Measure| -> Counts {
        measure.outcomes(loaded).into_iter().map(|(_, hit)| hit).collect()
    };
    let (success, sentence) = (count(Measure::Success), count(Measure::Recognition));
    let within: Counts = tables.recognition.iter().map(|row| row.hit_within).collect();
    let task: Counts = tables.recognition.iter().map(|row| row.hit_task).collect();
    Cell {
        cell: cell.id.clone(),
        run: run.clone(),
        arm: label.clone(),
        pairing: cell.pairing.clone(),
        tau: cell.tau,
        seed: cell.seed,
        status: status.name().to_owned(),
        success: success.rate(),
        success_low: success.wilson().map(|interval| interval.low),
        success_high: success.wilson().map(|interval| interval.high),
        a_inst: sentence.rate(),
        a_inst_low: sentence.wilson().map(|interval| interval.low),
        a_inst_high: sentence.wilson().map(|interval| interval.high),
        a_within: within.rate(),
        a_task: task.rate(),
        hit_rate: hits(last_validation(loaded)).rate(),
        episodes: tables.episodes.len() as i64,
    }
}

fn ablation(
    arm: &Arm<'_>,
    measure: Measure,
    compared: Option<&compare::Comparison>,
) -> AblationRow {
    let counts = arm.counts(measure, None);
    let found = compared.and_then(|compared| compared.difference);
    let paper = published(arm.pairing, arm.tau).map(|figures| measure.of(figures));
    let gain = paper.filter(|_| compared.is_some()).map(|rate| rate - measure.of(paper::BASELINE));
    AblationRow {
        arm: arm.label.clone(),
        pairing: arm.pairing.to_owned(),
        tau: arm.tau,
        measure: measure.name().to_owned(),
        done: arm.done() as i64,
        planned: arm.cells.len() as i64,
        k: counts.hits as i64,
        n: counts.tries as i64,
        rate: counts.rate(),
        low: counts.wilson().map(|interval| interval.low),
        high: counts.wilson().map(|interval| interval.high),
        iqm: interquartile_mean(&arm.scores(measure)),
        difference: found.map(|found| found.mean),
        difference_low: found.map(|found| found.low),
        difference_high: found.map(|found| found.high),
        above: found.map(|found| found.above),
        p: compared.and_then(|compared| compared.p),
        p_pairing: compared.and_then(|compared| compared.holm_pairing),
        p_tau: compared.and_then(|compared| compared.holm_tau),
        paper,
        paper_difference: gain,
    }
}

fn comparison(compared: &compare::Comparison, arms: &[Arm<'_>]) -> ComparisonRow {
    let (found, wide) = (compared.difference, compared.generalised);
    ComparisonRow {
        arm: arms[compared.arm].label.clone(),
        baseline: arms[compared.baseline].label.clone(),
        measure: compared.measure.name().to_owned(),
        primary: arms[compared.arm].primary,
        pairs: compared.pairs as i64,
        unpaired: compared.unpaired as i64,
        wins: compared.disagreements.wins as i64,
        losses: compared.disagreements.losses as i64,
        p: compared.p,
        cmh: compared.pooled.map(|pooled| pooled.statistic),
        cmh_p: compared.pooled.map(|pooled| pooled.p),
        odds_ratio: compared.pooled.and_then(|pooled| pooled.odds_ratio),
        difference: found.map(|found| found.mean),
        low: found.map(|found| found.low),
        high: found.map(|found| found.high),
        above: found.map(|found| found.above),
        tasks_low: wide.map(|wide| wide.low),
        tasks_high: wide.map(|wide| wide.high),
        detectable: compared.detectable,
    }
}

/// How the share of wins among disagreements spreads over the tasks.
fn prior(compared: &compare::Comparison) -> Option<BetaBinomial> {
    let wins: Vec<(u64, u64)> =
        compared.by_task.values().map(|[wins, losses, _]| (*wins, wins + losses)).collect();
    BetaBinomial::fit(&wins)
}

fn task(
    name: &str,
    arm: &Arm<'_>,
    compared: Option<&compare::Comparison>,
    prior: Option<BetaBinomial>,
) -> TaskRow {
    let [success, recognised] = Measure::ALL.map(|measure| arm.counts(measure, Some(name)));
    let offline = hits(
        arm.cells.iter().flat_map(|cell| last_validation(cell)).filter(|row| row.task == name),
    );
    let counts = compared.and_then(|compared| compared.by_task.get(name));
    let difference =
        |[wins, losses, pairs]: &[u64; 3]| (*wins as f64 - *losses as f64) / *pairs as f64;
    // As many disagreements as there were; of them, the share of wins that the other tasks make likely.
    let shrunk = |[wins, losses, pairs]: &[u64; 3]| {
        let disagreements = wins + losses;
        let share = prior.map_or(0.5, |prior| prior.shrunk(*wins, disagreements));
        disagreements as f64 / *pairs as f64 * (2.0 * share - 1.0)
    };
    TaskRow {
        task: name.to_owned(),
        arm: arm.label.clone(),
        success_k: success.hits as i64,
        success_n: success.tries as i64,
        success: success.rate(),
        success_low: success.wilson().map(|interval| interval.low),
        success_high: success.wilson().map(|interval| interval.high),
        difference: counts.map(difference),
        difference_shrunk: counts.map(shrunk),
        recognition_k: recognised.hits as i64,
        recognition_n: recognised.tries as i64,
        recognition: recognised.rate(),
        hit_k: offline.hits as i64,
        hit_n: offline.tries as i64,
        hit_rate: offline.rate(),
        alignment: alignment::by_task(arm).get(name).copied(),
    }
}
