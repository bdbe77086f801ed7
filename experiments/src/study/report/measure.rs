//! The two headline measures, and counts of what went right.

use super::paper::Published;
use super::source::LoadedCell;
use crate::statistics::Wilson;
use crate::store::tables::Validation;
use crate::store::tables::names::phase_order;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Episodes done in closed loop.
    Success,
    /// Videos whose sentence was recognised among those of all tasks.
    Recognition,
}

/// One scene under one training seed; the same key in two arms is a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    pub(super) seed: i64,
    pub(super) task: &'a str,
    /// Variation and seed of the scene.
    pub(super) scene: (i64, i64),
}

impl Measure {
    pub(super) const ALL: [Self; 2] = [Self::Success, Self::Recognition];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Recognition => "recognition",
        }
    }

    /// In words, for headings.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Success => "Success in closed loop",
            Self::Recognition => "Action recognition, all instructions",
        }
    }

    pub(super) fn of(self, published: Published) -> f64 {
        match self {
            Self::Success => published.success,
            Self::Recognition => published.recognition,
        }
    }

    /// Every outcome of one cell.
    pub(super) fn outcomes<'a>(self, loaded: &'a LoadedCell) -> Vec<(Key<'a>, bool)> {
        let seed = loaded.cell.seed;
        match self {
            Self::Success => {
                let rows = loaded.tables.episodes.iter();
                rows.map(|row| {
                    let scene = (row.variation, row.scene_seed);
                    (Key { seed, task: &row.task, scene }, row.success)
                })
                .collect()
            }
            Self::Recognition => {
                let rows = loaded.tables.recognition.iter();
                rows.map(|row| {
                    let scene = (row.variation, row.scene_seed);
                    (Key { seed, task: &row.task, scene }, row.hit_inst)
                })
                .collect()
            }
        }
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) hits: usize,
    pub(super) tries: usize,
}

impl Counts {
    /// One more try.
    pub(super) fn count(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.tries += 1;
    }

    /// The share in 0..=1; none of nothing.
    pub(super) fn rate(self) -> Option<f64> {
        (self.tries > 0).then(|| self.hits as f64 / self.tries as f64)
    }

    /// Its 95 % interval; none of nothing.
    pub(super) fn wilson(self) -> Option<Wilson> {
        (self.tries > 0).then(|| Wilson::of(self.hits, self.tries))
    }
}

impl FromIterator<bool> for Counts {
    fn from_iter<I: IntoIterator<Item = bool>>(hits: I) -> Self {
        let mut counts = Self::default();
        hits.into_iter().for_each(|hit| counts.count(hit));
        counts
    }
}

/// The last validation of a cell that looked at any transition.
pub(super) fn last_validation(loaded: &LoadedCell) -> impl Iterator<Item = &Validation> {
    let when = |row: &Validation| (phase_order(&row.phase), row.phase.clone(), row.step);
    let rows = || loaded.tables.validation.iter().filter(|row| row.transitions > 0);
    let latest = rows().map(when).max();
    rows().filter(move |row| latest.as_ref() == Some(&when(row)))
}

/// Offline keyframe hits: transitions with position, rotation, gripper and collision flag all right.
pub(super) fn hits<'a>(rows: impl Iterator<Item = &'a Validation>) -> Counts {
    let count = |number: i64| usize::try_from(number).unwrap_or(0);
    rows.fold(Counts::default(), |Counts { hits, tries }, row| Counts {
        hits: hits + count(row.all),
        tries: tries + count(row.transitions),
    })
}
