//! One row for each episode, as CSV or JSON.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use sim::episode::rollout::{Job, Record};

use crate::store::row_file;
use crate::store::row_file::{FileRow, quoted};

/// What one episode was and came to.
#[derive(Serialize)]
struct EpisodeRow<'a> {
    task: &'static str,
    variation: usize,
    seed: u64,
    outcome: &'static str,
    /// Actions taken; for the expert, keyframes.
    actions: u32,
    rejected: u32,
    /// Each part of success with whether it held at the end.
    parts: BTreeMap<&'a str, bool>,
    /// Digest of the final state.
    hash: String,
}

/// Writes the rows, in the order of the jobs.
pub(super) fn write(path: &Path, jobs: &[Job], records: &[Record]) -> anyhow::Result<()> {
    let rows: Vec<EpisodeRow<'_>> = jobs.iter().zip(records).map(|(j, r)| row(j, r)).collect();
    row_file::write(path, &rows)
}

fn row<'a>(job: &Job, record: &'a Record) -> EpisodeRow<'a> {
    EpisodeRow {
        task: job.task.name,
        variation: job.variation,
        seed: job.seed,
        outcome: record.outcome.name(),
        actions: record.actions,
        rejected: record.rejected,
        parts: record.parts.iter().map(|(name, met)| (name.as_str(), *met)).collect(),
        hash: record.hash.to_string(),
    }
}

impl FileRow for EpisodeRow<'_> {
    const HEADER: &'static str = "task,variation,seed,outcome,actions,rejected,parts,hash";

    /// Parts are written `name=1;name=0`.
    fn line(&self) -> String {
        let EpisodeRow { task, variation, seed, outcome, actions, rejected, parts, hash } = self;
        let parts: Vec<String> =
            parts.iter().map(|(name, met)| format!("{name}={}", u8::from(*met))).collect();
        let parts = quoted(&parts.join(";"));
        format!("{task},{variation},{seed},{outcome},{actions},{rejected},{parts},{hash}")
    }
}

#[cfg(test)]
mod tests {
    use sim::robot::action::Outcome;
    use sim::world::StateHash;

    use super::*;

    #[test]
    fn a_row_has_as_many_fields_as_the_header() {
        let parts = vec![("lid on".to_owned(), true), ("nothing held".to_owned(), false)];
        let hash = StateHash::of(b"x");
        let record = Record { outcome: Outcome::Steps, actions: 3, rejected: 1, parts, hash };
        let job = Job { task: &sim::tasks::ALL[0], variation: 2, seed: 9 };
        let line = row(&job, &record).line();
        assert_eq!(line.split(',').count(), EpisodeRow::HEADER.split(',').count());
        assert!(line.contains(",2,9,steps,3,1,lid on=1;nothing held=0,"), "{line}");
    }
}
