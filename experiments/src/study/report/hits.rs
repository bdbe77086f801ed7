//! Offline keyframe hits: what the policy would predict on recorded demonstrations.

use super::measure::Counts;
use super::source::Loaded;
use crate::store::tables::Validation;
use crate::store::tables::names::phase_order;

/// The last validation of a cell that looked at any transition.
pub(super) fn last(loaded: &Loaded) -> impl Iterator<Item = &Validation> {
    let when = |row: &Validation| (phase_order(&row.phase), row.phase.clone(), row.step);
    let rows = || loaded.tables.validation.iter().filter(|row| row.transitions > 0);
    let latest = rows().map(when).max();
    rows().filter(move |row| latest.as_ref() == Some(&when(row)))
}

/// Transitions with position, rotation, gripper and collision flag all right.
pub(super) fn hits<'a>(rows: impl Iterator<Item = &'a Validation>) -> Counts {
    let count = |number: i64| usize::try_from(number).unwrap_or(0);
    rows.fold(Counts::default(), |Counts { hits, tries }, row| Counts {
        hits: hits + count(row.all),
        tries: tries + count(row.transitions),
    })
}
