//! The arms of a study: cells that differ by their seed alone.

use std::collections::{BTreeMap, BTreeSet};

use super::measure::{Counts, Key, Measure};
use super::source::{LoadedCell, Status, Study};
use crate::study::figure;
use crate::study::figure::Series;

/// Cells with the same settings and different seeds.
#[derive(Debug)]
pub(super) struct Arm<'a> {
    /// Name, with the values of other axes where there are any.
    pub(super) label: String,
    pub(super) pairing: &'a str,
    pub(super) tau: f64,
    /// Values of other axes; arms are compared only where these agree.
    pub(super) axes: &'a BTreeMap<String, String>,
    /// In the order of the plan.
    pub(super) cells: Vec<&'a LoadedCell>,
    /// Index of the baseline it is compared with; none for the baseline itself.
    pub(super) baseline: Option<usize>,
    /// Whether the comparison with the baseline was declared beforehand.
    pub(super) primary: bool,
    pub(super) colour: &'static str,
}

/// The arms in the order of the plan.
pub(super) fn arms(study: &Study) -> Vec<Arm<'_>> {
    let mut groups: Vec<Vec<&LoadedCell>> = Vec::new();
    for loaded in &study.cells {
        let cell = &loaded.cell;
        let same = |group: &&mut Vec<&LoadedCell>| {
            group[0].cell.arm == cell.arm && group[0].cell.axes == cell.axes
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(loaded),
            None => groups.push(vec![loaded]),
        }
    }
    let role = |index: usize, place: usize| {
        let name: &str = &groups[index][0].cell.arm;
        study.primary.as_ref().is_some_and(|primary| primary[place] == name)
    };
    let mut next = 0;
    let arms = groups.iter().enumerate().map(|(index, cells)| {
        let cell = &cells[0].cell;
        let axes: Vec<String> =
            cell.axes.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let label = [&[cell.arm.clone()][..], &axes].concat().join(" ");
        let same = |other: &usize| role(*other, 1) && groups[*other][0].cell.axes == cell.axes;
        let baseline = (0..groups.len()).find(same).filter(|other| *other != index);
        let colour = if role(index, 1) {
            figure::BASELINE
        } else {
            next += 1;
            figure::colour(next - 1)
        };
        Arm {
            label,
            pairing: &cell.pairing,
            tau: cell.tau,
            axes: &cell.axes,
            cells: cells.clone(),
            baseline,
            primary: role(index, 0) && baseline.is_some(),
            colour,
        }
    });
    arms.collect()
}

impl<'a> Arm<'a> {
    /// Whether the cell of that name is one of its own.
    pub(super) fn contains(&self, cell: &str) -> bool {
        self.cells.iter().any(|one| one.cell.id == cell)
    }

    /// How many cells are finished.
    pub(super) fn done(&self) -> usize {
        self.cells.iter().filter(|cell| cell.status == Status::Done).count()
    }

    /// Every outcome by training seed and scene.
    pub(super) fn outcomes(&self, measure: Measure) -> BTreeMap<Key<'a>, bool> {
        self.cells.iter().flat_map(|cell| measure.outcomes(cell)).collect()
    }

    /// Successes of all finished cells; of one task where it is given.
    pub(super) fn counts(&self, measure: Measure, task: Option<&str>) -> Counts {
        let outcomes = self.cells.iter().flat_map(|cell| measure.outcomes(cell));
        let wanted = outcomes.filter(|(key, _)| task.is_none_or(|task| key.task == task));
        wanted.map(|(_, hit)| hit).collect()
    }

    /// The rate of every task under every seed.
    pub(super) fn scores(&self, measure: Measure) -> Vec<f64> {
        let mut scores: BTreeMap<(i64, &str), Vec<bool>> = BTreeMap::new();
        for (key, hit) in self.cells.iter().flat_map(|cell| measure.outcomes(cell)) {
            scores.entry((key.seed, key.task)).or_default().push(hit);
        }
        let counts = scores.into_values().map(|hits| hits.into_iter().collect::<Counts>());
        counts.filter_map(Counts::rate).collect()
    }

    /// Its entry in a legend.
    pub(super) fn series(&self) -> Series {
        let remark = if self.done() == 0 { " (missing)" } else { "" };
        Series { name: format!("{}{remark}", self.label), colour: self.colour }
    }
}

/// Every task that some arm measured, by name.
pub(super) fn tasks<'a>(arms: &[Arm<'a>]) -> Vec<&'a str> {
    let cells = || arms.iter().flat_map(|arm| &arm.cells);
    let keys = Measure::ALL.into_iter().flat_map(|m| cells().flat_map(move |c| m.outcomes(c)));
    let validated = cells().flat_map(|cell| &cell.tables.validation).map(|row| row.task.as_str());
    let tasks: BTreeSet<&str> = keys.map(|(key, _)| key.task).chain(validated).collect();
    tasks.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::study::plan::Cell;
    use crate::study::report::source::Tables;

    fn loaded(arm: &str, pairing: &str, rate: &str, seed: i64) -> LoadedCell {
        let axes = BTreeMap::from([("train.rate".to_owned(), rate.to_owned())]);
        let (id, arm, pairing) = (format!("{arm}{rate}{seed}"), arm.to_owned(), pairing.to_owned());
        let cell = Cell { id, arm, pairing, tau: 0.1, seed, axes };
        LoadedCell { cell, status: Status::Missing, run: String::new(), tables: Tables::default() }
    }

    #[test]
    fn arms_are_compared_with_the_baseline_of_the_same_axes() {
        let cells = ["1e-4", "1e-3"].into_iter().flat_map(|rate| {
            [("base", "none", 0), ("base", "none", 1), ("mirror", "task", 0), ("other", "none", 0)]
                .map(|(arm, pairing, seed)| loaded(arm, pairing, rate, seed))
        });
        let primary = Some(["mirror".to_owned(), "base".to_owned()]);
        let study =
            Study { name: "x".into(), config: Value::Null, primary, cells: cells.collect() };
        let arms = arms(&study);
        let labels: Vec<&str> = arms.iter().map(|arm| arm.label.as_str()).collect();
        assert_eq!(labels[..2], ["base train.rate=1e-4", "mirror train.rate=1e-4"]);
        let baselines: Vec<Option<usize>> = arms.iter().map(|arm| arm.baseline).collect();
        assert_eq!(baselines, [None, Some(0), Some(0), None, Some(3), Some(3)]);
        let primary: Vec<bool> = arms.iter().map(|arm| arm.primary).collect();
        assert_eq!(primary, [false, true, false, false, true, false]);
        assert_eq!((arms[0].cells.len(), arms[1].cells.len()), (2, 1));
    }
}
