//! The bar on stderr: how far, how fast, how long still, and what was left out.

use std::collections::BTreeMap;

use indicatif::{ProgressBar, ProgressStyle};

use crate::store::dataset::DemonstrationRecord;

/// A bar; silent where stderr is not a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
    failures: BTreeMap<String, u64>,
}

impl Progress {
    /// A bar of `jobs` demonstrations.
    pub(super) fn new(jobs: usize) -> Self {
        let bar = ProgressBar::new(jobs as u64);
        let template = "{bar:30} {pos}/{len} demonstrations, {per_sec}, {eta} left{msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, failures: BTreeMap::new() }
    }

    /// An episode is there; `new` when it was just made.
    pub(super) fn add(&mut self, record: &DemonstrationRecord, new: bool) {
        if !new {
            // What was there already says nothing about how fast this run is.
            self.bar.inc(1);
            self.bar.reset_eta();
            return;
        }
        self.bar.inc(1);
        for (reason, count) in &record.failures {
            *self.failures.entry(reason.clone()).or_default() += count;
        }
        if !record.failures.is_empty() {
            let counts = self.failures.iter().map(|(reason, n)| format!("{n} {reason}"));
            self.bar.set_message(format!("; left out: {}", counts.collect::<Vec<_>>().join(", ")));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
