//! The figures of a report.

use std::collections::{BTreeMap, BTreeSet};

use super::alignment;
use super::analysis::Analysis;
use super::arm::{self, Arm};
use super::curve::{self, HITS, Quantity, RECOGNISED, Seeds};
use super::measure::{Counts, Measure};
use super::text_tables::find;
use crate::store::tables::names::{COSINE, LEARNING_RATE, LOSS_PART, of_task};
use crate::study::figure;
use crate::study::figure::{
    CurvePanel, Curves, IntervalRow, Intervals, Line, Mark, Point, Scatter, ScatterPanel, Series,
    SharePanel, Shares,
};

/// A figure under the name of its file without the ending; none where nothing of it was measured.
pub(super) type Figure = (&'static str, Option<String>);

/// Every figure that a report can have.
pub(super) fn all(analysis: &Analysis, arms: &[Arm<'_>]) -> Vec<Figure> {
    let logged: Vec<BTreeMap<Quantity, Seeds>> = arms.iter().map(curve::quantities).collect();
    vec![
        ("ablation", ablation(analysis, arms)),
        ("success_by_task", tasks(arms)),
        ("success_alignment", scatter(analysis, arms)),
        ("learning_curves", learning(arms, &logged)),
        ("loss_shares", shares(arms, &logged)),
        ("gradient_cosine", cosines(arms, &logged)),
    ]
}

fn measured(series: usize, counts: Counts) -> Option<Mark> {
    let (rate, interval) = (counts.rate()?, counts.wilson()?);
    Some(Mark::Measured { series, rate, low: interval.low, high: interval.high })
}

fn ablation(analysis: &Analysis, arms: &[Arm<'_>]) -> Option<String> {
    let rows = arms.iter().enumerate().map(|(series, arm)| {
        let panel = |measure: Measure| {
            let mark = measured(series, arm.counts(measure, None));
            let why = if arm.done() == 0 { "missing" } else { "not measured" };
            let paper = find(analysis, &arm.label, measure).and_then(|row| row.paper);
            let paper = paper.map(|rate| Mark::Published { series, rate });
            let mark = mark.unwrap_or_else(|| Mark::Missing(why.to_owned()));
            [Some(mark), paper].into_iter().flatten().collect()
        };
        IntervalRow { label: arm.label.clone(), panels: Measure::ALL.map(panel).into() }
    });
    let rows: Vec<IntervalRow> = rows.collect();
    let marks = || rows.iter().flat_map(|row| row.panels.iter().flatten());
    if !marks().any(|mark| matches!(mark, Mark::Measured { .. })) {
        return None;
    }
    let published = marks().any(|mark| matches!(mark, Mark::Published { .. }));
    let hollow = "the paper on RLBench, another simulator: no target for ours";
    let figure = Intervals {
        title: "Ablation".into(),
        note: "Dots: share over all tasks and training seeds, with 95 % Wilson intervals.".into(),
        panels: Measure::ALL.map(|measure| measure.title().to_owned()).into(),
        series: arms.iter().map(Arm::series).collect(),
        hollow: published.then(|| hollow.to_owned()),
        rows,
    };
    Some(figure.svg())
}

fn tasks(arms: &[Arm<'_>]) -> Option<String> {
    let row = |label: &str, task: Option<&str>| {
        let counts =
            |(series, arm): (usize, &Arm<'_>)| measured(series, arm.counts(Measure::Success, task));
        let marks: Vec<Mark> = arms.iter().enumerate().filter_map(counts).collect();
        (!marks.is_empty()).then(|| IntervalRow { label: label.to_owned(), panels: vec![marks] })
    };
    let tasks = arm::tasks(arms);
    let rows = tasks.iter().filter_map(|task| row(task, Some(task)));
    let rows: Vec<IntervalRow> = rows.chain(row("all tasks", None)).collect();
    let figure = Intervals {
        title: "Success by task".into(),
        note: "Closed loop, over all training seeds, with 95 % Wilson intervals.".into(),
        panels: vec![Measure::Success.title().into()],
        series: arms.iter().map(Arm::series).collect(),
        hollow: None,
        rows,
    };
    (!figure.rows.is_empty()).then(|| figure.svg())
}

fn scatter(analysis: &Analysis, arms: &[Arm<'_>]) -> Option<String> {
    let tasks = arm::tasks(arms);
    let shown = arms.iter().filter(|arm| arm.primary || arms.len() == 1);
    let panels: Vec<ScatterPanel> = shown
        .flat_map(|arm| {
            let panel = |(with, points): (&'static str, alignment::Points<'_>)| {
                let same = |row: &&super::summary::CorrelationRow| {
                    row.arm == arm.label && row.with == with
                };
                let found = analysis.correlations.iter().find(same);
                let finding =
                    found.and_then(|row| Some((row.rho?, row.low.zip(row.high), row.tasks)));
                let finding = finding.map(|(rho, ends, n)| match ends {
                    Some((low, high)) => {
                        format!("Spearman {rho:.2}, 95 % {low:.2} to {high:.2}, {n} tasks")
                    }
                    None => format!("Spearman {rho:.2}, {n} tasks"),
                });
                let x = match with {
                    "alignment" => "Recall@1 between the shared representations, per cent",
                    _ => "sentences recognised among those of all tasks, per cent",
                };
                let point = |(task, x, y): (&str, f64, f64)| Point { label: task.to_owned(), x, y };
                ScatterPanel {
                    title: format!("{}: {with}", arm.label),
                    finding: finding.unwrap_or_default(),
                    x: x.into(),
                    y: "success, per cent".into(),
                    colour: arm.colour,
                    points: points.into_iter().map(point).collect(),
                }
            };
            alignment::points(arm, &tasks).map(panel)
        })
        .filter(|panel| !panel.points.is_empty())
        .collect();
    let figure = Scatter {
        title: "Success against alignment".into(),
        note: "One dot per task, over all training seeds. A correlation over so few tasks is loose: see its interval."
            .into(),
        panels,
    };
    (!figure.panels.is_empty()).then(|| figure.svg())
}

/// Which quantities some arm logged, in the order of training.
fn quantities(
    logged: &[BTreeMap<Quantity, Seeds>],
    wanted: impl Fn(&Quantity) -> bool,
) -> Vec<&Quantity> {
    let all: BTreeSet<&Quantity> = logged.iter().flat_map(BTreeMap::keys).collect();
    all.into_iter().filter(|quantity| wanted(quantity)).collect()
}

fn curves(
    title: &str,
    note: &str,
    arms: &[Arm<'_>],
    logged: &[BTreeMap<Quantity, Seeds>],
    panel: impl Fn(&Quantity) -> Option<CurvePanel>,
) -> Option<String> {
    let panels = quantities(logged, |_| true).into_iter().filter_map(|quantity| {
        let lines = logged.iter().enumerate().filter_map(|(series, seeds)| {
            Some(Line { series, points: curve::line(seeds.get(quantity)?) })
        });
        Some(CurvePanel { lines: lines.collect(), ..panel(quantity)? })
    });
    let panels: Vec<CurvePanel> = panels.collect();
    let series = arms.iter().map(Arm::series).collect();
    let figure = Curves { title: title.into(), note: note.into(), series, panels };
    (!figure.panels.is_empty()).then(|| figure.svg())
}

const SEEDS: &str = "Mean over the training seeds; bands from the lowest to the highest seed.";

fn learning(arms: &[Arm<'_>], logged: &[BTreeMap<Quantity, Seeds>]) -> Option<String> {
    curves("Learning curves", SEEDS, arms, logged, |Quantity { phase, name, .. }| {
        let elsewhere = name.starts_with(COSINE) || of_task(name);
        let rate = name == HITS || name == RECOGNISED || name.starts_with("recall");
        (!elsewhere && name != LEARNING_RATE).then(|| CurvePanel {
            title: format!("{phase}: {name}"),
            unit: if rate { "share" } else { "" }.to_owned(),
            limits: rate.then_some([0.0, 1.0]),
            zero: false,
            lines: Vec::new(),
        })
    })
}

fn cosines(arms: &[Arm<'_>], logged: &[BTreeMap<Quantity, Seeds>]) -> Option<String> {
    let note = "Alignment against a model's own loss; below 0 they pull apart. Bands: lowest to highest seed.";
    curves("Gradient cosine", note, arms, logged, |Quantity { phase, name, .. }| {
        let model = name.strip_prefix(COSINE)?;
        Some(CurvePanel {
            title: format!("{phase}: {model}"),
            unit: "cosine".into(),
            limits: Some([-1.0, 1.0]),
            zero: true,
            lines: Vec::new(),
        })
    })
}

fn shares(arms: &[Arm<'_>], logged: &[BTreeMap<Quantity, Seeds>]) -> Option<String> {
    let wanted = quantities(logged, |quantity| quantity.name.starts_with(LOSS_PART));
    let part = |quantity: &&Quantity| quantity.name.strip_prefix(LOSS_PART).map(str::to_owned);
    let parts: BTreeSet<String> = wanted.iter().filter_map(part).collect();
    let parts: Vec<String> = parts.into_iter().collect();
    let mut phases: Vec<&str> = wanted.iter().map(|quantity| quantity.phase.as_str()).collect();
    phases.dedup();
    let parts_of = &parts;
    let panels = phases.iter().flat_map(|&phase| {
        arms.iter().zip(logged).filter_map(move |(arm, logged)| {
            let points = curve::shares(logged, phase, parts_of);
            let title = format!("{phase}: {}", arm.label);
            (!points.is_empty()).then_some(SharePanel { title, points })
        })
    });
    let series = parts.iter().enumerate();
    let series = series.map(|(i, name)| Series { name: name.clone(), colour: figure::colour(i) });
    let figure = Shares {
        title: "Shares of the loss".into(),
        note: "What each part, weight included, contributes to the total; mean over the training seeds."
            .into(),
        series: series.collect(),
        panels: panels.collect(),
    };
    (!figure.panels.is_empty()).then(|| figure.svg())
}
