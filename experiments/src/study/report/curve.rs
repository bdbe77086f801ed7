//! What training logged, by quantity, seed and step.

use std::collections::{BTreeMap, BTreeSet};

use super::arm::Arm;
use super::measure::Counts;
use super::summary::CurveRow;
use crate::store::tables::names::{LOSS_PART, phase_order};

/// Points of a line at most; more are averaged, so that a figure of a long training stays small.
const POINTS: usize = 120;

/// Keyframes hit offline, from the validation table.
pub(super) const HITS: &str = "keyframe hits on val";
/// Sentences recognised, from the validation table.
pub(super) const RECOGNISED: &str = "recognition on val";

/// A quantity of one phase; sorted in the order of training.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quantity {
    order: usize,
    pub(super) phase: String,
    pub(super) name: String,
}

/// Values by step for every training seed.
pub(super) type Seeds = BTreeMap<i64, Vec<(i64, f64)>>;

/// Everything the cells of an arm logged.
pub(super) fn quantities(arm: &Arm<'_>) -> BTreeMap<Quantity, Seeds> {
    let mut all: BTreeMap<Quantity, Seeds> = BTreeMap::new();
    let mut log = |phase: &str, name: &str, seed: i64, step: i64, value: f64| {
        let (order, phase, name) = (phase_order(phase), phase.to_owned(), name.to_owned());
        let seeds = all.entry(Quantity { order, phase, name }).or_default();
        seeds.entry(seed).or_default().push((step, value));
    };
    for cell in &arm.cells {
        let seed = cell.cell.seed;
        for row in &cell.tables.training {
            log(&row.phase, &row.name, seed, row.step, row.value);
        }
        let mut counted: BTreeMap<(&str, i64, &str), Counts> = BTreeMap::new();
        for row in &cell.tables.validation {
            let parts = [(HITS, row.all, row.transitions), (RECOGNISED, row.recognised, row.clips)];
            for (name, hits, tries) in parts {
                let counts = counted.entry((&row.phase, row.step, name)).or_default();
                counts.hits += usize::try_from(hits).unwrap_or(0);
                counts.tries += usize::try_from(tries).unwrap_or(0);
            }
        }
        for ((phase, step, name), counts) in counted {
            if let Some(rate) = counts.rate() {
                log(phase, name, seed, step, rate);
            }
        }
    }
    for points in all.values_mut().flat_map(BTreeMap::values_mut) {
        points.sort_by_key(|point| point.0);
    }
    all
}

/// Step, mean over the seeds, lowest and highest seed; by step.
pub(super) fn line(seeds: &Seeds) -> Vec<[f64; 4]> {
    let steps: BTreeSet<i64> = seeds.values().flatten().map(|point| point.0).collect();
    let steps: Vec<i64> = steps.into_iter().collect();
    let each = steps.len().div_ceil(POINTS).max(1);
    let bins = steps.chunks(each).map(|bin| {
        let (first, last) = (bin[0], bin[bin.len() - 1]);
        let inside = |points: &Vec<(i64, f64)>| {
            let start = points.partition_point(|point| point.0 < first);
            let end = points.partition_point(|point| point.0 <= last);
            mean(points[start..end].iter().map(|point| point.1))
        };
        let values: Vec<f64> = seeds.values().filter_map(inside).collect();
        let centre = bin.iter().map(|step| *step as f64).sum::<f64>() / bin.len() as f64;
        // Not a number under one seed is not a number at all: it must show.
        let low = values.iter().copied().reduce(|a, b| if a < b || a.is_nan() { a } else { b });
        let high = values.iter().copied().reduce(|a, b| if a > b || a.is_nan() { a } else { b });
        let middle = mean(values.iter().copied());
        [Some(centre), middle, low, high].map(|value| value.unwrap_or(f64::NAN))
    });
    bins.collect()
}

/// The sums of every quantity that an arm logged.
pub(super) fn summary(arm: &Arm<'_>) -> Vec<CurveRow> {
    let sum = |(quantity, seeds): (Quantity, Seeds)| {
        let tenth = |points: &[(i64, f64)]| points.len().div_ceil(10);
        let ends = |last: bool| {
            mean(seeds.values().flat_map(|points| {
                let count = tenth(points);
                let start = if last { points.len() - count } else { 0 };
                points[start..start + count].iter().map(|point| point.1)
            }))
        };
        let values = || seeds.values().flatten().map(|point| point.1);
        CurveRow {
            arm: arm.label.clone(),
            phase: quantity.phase,
            name: quantity.name,
            seeds: seeds.len() as i64,
            first: ends(false),
            last: ends(true),
            negative: mean(values().map(|value| f64::from(u8::from(value < 0.0)))),
        }
    };
    quantities(arm).into_iter().map(sum).collect()
}

/// Steps of a phase with the share of every part of the loss, in the order of `parts`.
pub(super) fn shares(
    quantities: &BTreeMap<Quantity, Seeds>,
    phase: &str,
    parts: &[String],
) -> Vec<(f64, Vec<f64>)> {
    let mut steps: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (place, part) in parts.iter().enumerate() {
        let name = format!("{LOSS_PART}{part}");
        let found = quantities.iter().find(|(q, _)| q.phase == phase && q.name == name);
        for [step, value, ..] in found.map(|(_, seeds)| line(seeds)).unwrap_or_default() {
            // Steps are not negative, so their bits sort as they do.
            let sizes = steps.entry(step.to_bits()).or_insert_with(|| vec![0.0; parts.len()]);
            sizes[place] = value.abs();
        }
    }
    let share = |(step, sizes): (u64, Vec<f64>)| {
        let whole: f64 = sizes.iter().sum();
        let known = whole.is_finite() && whole > 0.0;
        known.then(|| (f64::from_bits(step), sizes.iter().map(|size| size / whole).collect()))
    };
    steps.into_iter().filter_map(share).collect()
}

pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u64), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_averaged_and_long_lines_shortened() {
        let line = |n: i64| {
            let points = |shift: f64| (0..n).map(|i| (i, i as f64 + shift)).collect();
            line(&BTreeMap::from([(0, points(0.0)), (1, points(2.0))]))
        };
        assert_eq!(line(3), [[0.0, 1.0, 0.0, 2.0], [1.0, 2.0, 1.0, 3.0], [2.0, 3.0, 2.0, 4.0]]);
        let long = line(1200);
        assert_eq!((long.len(), long[0]), (120, [4.5, 5.5, 4.5, 6.5]));
    }

    #[test]
    fn a_seed_that_diverged_is_not_averaged_away() {
        let seeds = BTreeMap::from([(0, vec![(0, 1.0)]), (1, vec![(0, f64::NAN)])]);
        assert!(line(&seeds)[0][1..].iter().all(|value| value.is_nan()));
    }
}
