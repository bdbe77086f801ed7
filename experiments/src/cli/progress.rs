//! Progress of long work, on stderr, for people only.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(2);

/// A bar with the time left; silent where stderr is not a terminal.
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    shown: AtomicBool,
}

impl Progress {
    /// Work of `steps` steps, called `unit` in the plural.
    pub fn new(steps: usize, unit: &str) -> Self {
        Self::resumed(0, steps, unit)
    }

    /// The same when `done` of the steps were done before, which says nothing about how long they take.
    pub fn resumed(done: usize, steps: usize, unit: &str) -> Self {
        let template = format!("{{bar:30}} {{pos}}/{{len}} {unit}, {{eta}} left{{msg}}");
        let style = ProgressStyle::with_template(&template);
        let target = ProgressDrawTarget::hidden();
        let bar = ProgressBar::with_draw_target(Some(steps as u64), target);
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_position(done as u64);
        bar.reset_eta();
        Self { bar, started: Instant::now(), shown: AtomicBool::new(false) }
    }

    /// What else there is to say, after the time left.
    pub fn tell(&self, details: &str) {
        self.bar.set_message(format!(", {details}"));
    }

    /// One step is done; from any thread.
    pub fn step(&self) {
        self.bar.inc(1);
        let late = self.started.elapsed() > PATIENCE;
        if late && !self.shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
