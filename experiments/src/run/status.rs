//! Where a run is, as its files say: nothing is written for it, and who trains is not disturbed.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use indicatif::HumanDuration;
use serde::Serialize;

use crate::cli::table::Table;
use crate::run::config::Config;
use crate::run::train::{Checkpoint, Journal, Phase, Scores};
use crate::store::home_folder::HomeFolder;
use crate::store::lock;
use crate::store::lock::Holder;
use crate::store::run_folder::RunFolder;
use crate::store::tables::names;

/// Steps that losses are averaged over, at most.
const AVERAGED: u64 = 100;

/// How far training has come in a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The phase.
    pub phase: Phase,
    /// Steps of it that are done.
    pub step: u64,
    /// All steps of it.
    pub steps: u64,
}

/// What becomes of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Nothing was measured yet.
    NotBegun,
    /// A process trains.
    Running,
    /// Nobody trains, and there is something left to do.
    Stopped,
    /// Training is over.
    Complete,
}

/// Where a run is.
#[derive(Clone, Debug, Serialize)]
pub struct RunStatus {
    path: String,
    run: String,
    state: RunState,
    /// Who trains, where it is known.
    process: Option<u32>,
    position: Option<Position>,
    /// Where it would go on after an interruption.
    checkpoint: Option<Position>,
    /// Since the checkpoint, or since the process began; while it runs.
    pairs_per_second: Option<f64>,
    /// To the end of the phase.
    seconds_left: Option<f64>,
    /// Losses and divergences: means over the last steps of the phase.
    readings: BTreeMap<String, f64>,
    /// How many steps these are, at most 100.
    averaged: u64,
    /// The last one in the current phases.
    validation: Option<Scores>,
}

impl Position {
    /// Where a journal ends.
    fn of(journal: &Journal, config: &Config) -> Option<Self> {
        let last = journal.entries.last()?;
        Some(Self { phase: last.phase, step: last.done(), steps: last.phase.steps(config) })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { phase, step, steps } = self;
        write!(f, "{} step {step} of {steps}", phase.name())
    }
}

/// How far training in a folder has come; `None` where it has not begun. The phase that several runs
/// share is in a folder of its own.
///
/// # Errors
/// When what was measured cannot be read.
pub fn position(folder: &RunFolder, config: &Config) -> anyhow::Result<Option<Position>> {
    Ok(Position::of(&Journal::read(&folder.metrics())?, config))
}

impl RunStatus {
    /// Reads the folder of a run, and where the run has not begun itself, that of the phase that it shares
    /// with others.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn of(folder: &RunFolder, home: &HomeFolder) -> anyhow::Result<Self> {
        let config = Config::load(&folder.config())?;
        let (mut place, mut journal) = (folder.clone(), Journal::read(&folder.metrics())?);
        if journal.entries.is_empty() && Phase::Solo.steps(&config) > 0 {
            place = home.solo(&config.solo().hash()?);
            journal = Journal::read(&place.metrics())?;
        }
        let holder = match lock::holder(&folder.lock())? {
            Some(holder) => Some(holder),
            None => lock::holder(&place.lock())?,
        };
        let position = Position::of(&journal, &config);
        let state = match (folder.trained(), holder, position) {
            (true, ..) => RunState::Complete,
            (_, Some(_), _) => RunState::Running,
            (_, _, Some(_)) => RunState::Stopped,
            _ => RunState::NotBegun,
        };
        let written = match state {
            RunState::Complete => None,
            _ => Checkpoint::position(&place.checkpoint())?,
        };
        let checkpoint =
            written.map(|(phase, step)| Position { phase, step, steps: phase.steps(&config) });
        let speed = match (state, position, holder) {
            (RunState::Running, Some(at), Some(Holder { since, .. })) => {
                let saved = checkpoint.zip(modified(&place.checkpoint()));
                modified(&place.metrics()).and_then(|last| steps_per_second(at, saved, since, last))
            }
            _ => None,
        };
        let left = position.map_or(0, |at| at.steps.saturating_sub(at.step));
        let shown = |name: &str| {
            name == names::LOSS
                || name.starts_with(names::LOSS_PART)
                || name.starts_with(names::DIVERGENCE)
        };
        let means = journal.means(AVERAGED).into_iter().filter(|(name, _)| shown(name));
        Ok(Self {
            path: folder.path().display().to_string(),
            run: config.hash()?,
            state,
            process: holder.and_then(|holder| holder.process),
            position,
            checkpoint,
            pairs_per_second: speed.map(|speed| speed * config.train.batch as f64),
            seconds_left: speed.map(|speed| left as f64 / speed),
            readings: means.map(|(name, mean)| (name.to_owned(), mean)).collect(),
            averaged: position.map_or(0, |at| at.step.min(AVERAGED)),
            validation: journal.last_validation().map(Scores::of),
        })
    }
}

/// When a file was last written; `None` where it is gone.
fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|found| found.modified()).ok()
}

/// Speed from the times of files: steps since the checkpoint was written, or since the process began at
/// `since` if that was later, until the last line was written at `last`.
fn steps_per_second(
    at: Position,
    checkpoint: Option<(Position, SystemTime)>,
    since: SystemTime,
    last: SystemTime,
) -> Option<f64> {
    let before = checkpoint.filter(|(saved, _)| saved.phase == at.phase);
    let begun = checkpoint.map_or(since, |(_, written)| written.max(since));
    let steps = at.step.checked_sub(before.map_or(0, |(saved, _)| saved.step))?;
    let seconds = last.duration_since(begun).ok()?.as_secs_f64();
    (steps > 0 && seconds > 0.0).then(|| steps as f64 / seconds)
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path)?;
        match (self.state, self.process) {
            (RunState::NotBegun, _) => write!(f, "not begun")?,
            (RunState::Running, Some(process)) => write!(f, "running, process {process}")?,
            (RunState::Running, None) => write!(f, "running")?,
            (RunState::Stopped, _) => write!(f, "stopped; the same command goes on")?,
            (RunState::Complete, _) => write!(f, "complete")?,
        }
        if let Some(position) = self.position {
            write!(f, "\n{position}")?;
        }
        if let (Some(speed), Some(left)) = (self.pairs_per_second, self.seconds_left) {
            let left = Duration::try_from_secs_f64(left).unwrap_or(Duration::MAX);
            write!(f, ", {speed:.1} pairs/s, {} left", HumanDuration(left))?;
        }
        if let Some(Position { phase, step, .. }) = self.checkpoint {
            write!(f, "; checkpoint at {} step {step}", phase.name())?;
        }
        if !self.readings.is_empty() {
            let mut table = Table::new().indent(2).right(1);
            for (name, mean) in &self.readings {
                table.row([name, &format!("{mean:.4}")]);
            }
            write!(
                f,
                "\nMeans of the last {} steps:\n{}",
                self.averaged,
                table.to_string().trim_end()
            )?;
        }
        match &self.validation {
            Some(validation) => write!(f, "\n{validation}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::train::{Entry, TaskCounts};

    fn at(step: u64) -> Position {
        Position { phase: Phase::Joint, step, steps: 1000 }
    }

    #[test]
    fn speed_is_told_from_the_times_of_files() {
        let second = |n| SystemTime::UNIX_EPOCH + Duration::from_secs(n);
        let speed = |saved, since, last| steps_per_second(at(300), saved, second(since), last);
        // No checkpoint yet: all steps since the process began.
        assert_eq!(speed(None, 50, second(150)), Some(3.0));
        // Since the checkpoint; or since the process that went on from it.
        let saved = |written| Some((at(200), second(written)));
        assert_eq!(speed(saved(100), 50, second(150)), Some(2.0));
        assert_eq!(speed(saved(100), 130, second(150)), Some(5.0));
        // A checkpoint of the phase before says when this one began.
        let before = Position { phase: Phase::Solo, step: 250, steps: 250 };
        assert_eq!(speed(Some((before, second(100))), 50, second(150)), Some(6.0));
        // Nothing since, and clocks that disagree.
        assert_eq!(steps_per_second(at(200), saved(100), second(50), second(150)), None);
        assert_eq!(speed(saved(100), 50, second(90)), None);
    }

    #[test]
    fn a_status_has_all_that_is_known() {
        let push = TaskCounts {
            task: "push_buttons".into(),
            transitions: 75,
            all: 12,
            clips: 5,
            recognised: 3,
            ..TaskCounts::default()
        };
        let turn = TaskCounts { task: "turn_tap".into(), all: 30, ..push.clone() };
        let mut status = RunStatus {
            path: "runs/1a2b".into(),
            run: "1a2b".into(),
            state: RunState::Running,
            process: Some(4711),
            position: Some(at(340)),
            checkpoint: Some(at(300)),
            pairs_per_second: Some(42.123),
            seconds_left: Some(251.0),
            readings: BTreeMap::from([("loss".into(), 1.25), ("loss/policy".into(), 0.5)]),
            averaged: 100,
            validation: Some(Scores::of(&Entry::validation(Phase::Joint, 250, vec![push, turn]))),
        };
        insta::assert_snapshot!(status, @"
        runs/1a2b: running, process 4711
        joint step 340 of 1000, 42.1 pairs/s, 4 minutes left; checkpoint at joint step 300
        Means of the last 100 steps:
          loss         1.2500
          loss/policy  0.5000
        On val, after 250 joint steps:
          push_buttons                 keyframes 12/75 (9-26 %), videos 3/5
          turn_tap                     keyframes 30/75 (30-51 %), videos 3/5
          mean                         keyframes 28 %, videos 60 %
        ");
        let json = serde_json::to_value(&status).unwrap();
        assert_eq!(json["state"], "running");
        let position = serde_json::json!({"phase": "joint", "step": 340, "steps": 1000});
        assert_eq!(json["position"], position);
        assert_eq!(json["validation"]["tasks"][1]["hits"], 30);
        status = RunStatus {
            state: RunState::NotBegun,
            process: None,
            position: None,
            checkpoint: None,
            pairs_per_second: None,
            seconds_left: None,
            readings: BTreeMap::new(),
            averaged: 0,
            validation: None,
            ..status
        };
        insta::assert_snapshot!(status, @"runs/1a2b: not begun");
    }
}
