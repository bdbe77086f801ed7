//! Where training is, for who looks at it: on a terminal a bar, elsewhere a line every half minute.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::HumanDuration;

use super::entry::Entry;
use crate::cli::progress::Progress;
use crate::run::train::schedule::Phase;
use crate::store::tables::names;

/// Between two lines where stderr is no terminal.
const EVERY: Duration = Duration::from_secs(30);

/// Progress of a phase, on stderr.
pub(in crate::run::train) struct TrainProgress {
    figures: Figures,
    started: Instant,
    bar: Option<Progress>,
}

/// What is known of a phase in training. Times are those since this process began it.
struct Figures {
    phase: Phase,
    steps: u64,
    /// Steps that were done when this process began.
    begun: u64,
    done: u64,
    /// Pairs in a step.
    batch: usize,
    loss: Option<f32>,
    /// Rates of the last validation, in [0, 1]: keyframes hit, videos recognised.
    rates: [Option<f64>; 2],
    said: Duration,
}

impl TrainProgress {
    /// Of a phase of `steps` steps, of which `done` are done; a step has `batch` pairs.
    pub(in crate::run::train) fn new(phase: Phase, done: u64, steps: u64, batch: usize) -> Self {
        let unit = format!("{} steps", phase.name());
        let bar = || Progress::resumed(done as usize, steps as usize, &unit);
        Self {
            figures: Figures::new(phase, done, steps, batch),
            started: Instant::now(),
            bar: io::stderr().is_terminal().then(bar),
        }
    }

    /// A step is done.
    pub(in crate::run::train) fn step(&mut self, readings: &Entry) {
        let now = self.started.elapsed();
        self.figures.step(readings);
        if let Some(bar) = &self.bar {
            bar.tell(&self.figures.details(now));
            bar.step();
        } else if self.figures.due(now) {
            // Where stderr is gone there is nobody left to tell.
            writeln!(io::stderr(), "{}", self.figures.line(now)).ok();
        }
    }

    /// A validation is done.
    pub(in crate::run::train) fn validated(&mut self, validation: &Entry) {
        self.figures.rates = [validation.mean_hit_rate(), validation.mean_recognition()];
    }
}

impl Figures {
    fn new(phase: Phase, done: u64, steps: u64, batch: usize) -> Self {
        let (loss, rates, said) = (None, [None; 2], Duration::ZERO);
        Self { phase, steps, begun: done, done, batch, loss, rates, said }
    }

    fn step(&mut self, readings: &Entry) {
        self.done += 1;
        self.loss = readings.readings.get(names::LOSS).copied().flatten();
    }

    /// Whether it is time for a line; whoever asks says it.
    fn due(&mut self, now: Duration) -> bool {
        let due = now.saturating_sub(self.said) >= EVERY;
        if due {
            self.said = now;
        }
        due
    }

    /// Loss, rates where they are known, and speed.
    fn details(&self, now: Duration) -> String {
        let loss = self.loss.map(|loss| format!("loss {loss:.3}, ")).unwrap_or_default();
        let named = ["keyframes", "videos"].into_iter().zip(self.rates);
        let rates =
            named.filter_map(|(name, rate)| Some(format!("{name} {:.0} %, ", 100.0 * rate?)));
        let pairs = self.steps_per_second(now) * self.batch as f64;
        format!("{loss}{}{pairs:.1} pairs/s", rates.collect::<String>())
    }

    fn line(&self, now: Duration) -> String {
        let Self { phase, steps, done, .. } = self;
        let left = (steps.saturating_sub(*done)) as f64 / self.steps_per_second(now);
        let left = Duration::try_from_secs_f64(left).unwrap_or(Duration::MAX);
        let (name, left) = (phase.name(), HumanDuration(left));
        format!("{name} step {done} of {steps}, {}, {left} left", self.details(now))
    }

    fn steps_per_second(&self, now: Duration) -> f64 {
        (self.done - self.begun) as f64 / now.as_secs_f64().max(1e-3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_every_half_minute_says_where_training_is() {
        let mut figures = Figures::new(Phase::Joint, 100, 400, 16);
        let mut progress = Vec::new();
        for second in 1..=95_u32 {
            let loss = 1.0 / f64::from(second);
            figures.step(&Entry::readings(Phase::Joint, 0, [("loss".to_owned(), loss)]));
            if second == 50 {
                figures.rates = [Some(0.16), Some(0.4)];
            }
            let now = Duration::from_secs(second.into());
            if figures.due(now) {
                progress.push(figures.line(now));
            }
        }
        insta::assert_snapshot!(progress.join("\n"), @"
        joint step 130 of 400, loss 0.033, 16.0 pairs/s, 5 minutes left
        joint step 160 of 400, loss 0.017, keyframes 16 %, videos 40 %, 16.0 pairs/s, 4 minutes left
        joint step 190 of 400, loss 0.011, keyframes 16 %, videos 40 %, 16.0 pairs/s, 4 minutes left
        ");
    }
}
