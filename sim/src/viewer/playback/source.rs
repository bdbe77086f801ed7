//! Where entries of a playlist become episodes.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;

use super::actor::Actor;
use super::playlist::Entry;
use super::still::Still;
use super::tape::{Event, Tape};
use super::timeline::Ending;
use crate::episode::environment::Episode;
use crate::episode::log::{Judge, Log};
use crate::episode::scene_file::SceneFile;
use crate::robot::GraspMode;
use crate::robot::cell::Phase;
use crate::task::definition::Rules;
use crate::tasks;

/// Reads the log in a file, or says in one line why it cannot.
pub type Read = fn(&Path) -> Result<Log, String>;

/// Who acts, under which rules, and how recordings are read.
#[derive(Clone)]
pub struct Source {
    /// Who acts.
    pub actor: Arc<dyn Actor>,
    /// Rules of the scenes.
    pub rules: Rules,
    /// How the gripper holds things.
    pub grasp: GraspMode,
    /// Reads recordings.
    pub read: Read,
}

impl Source {
    /// Begins an episode on a thread of its own, and returns what it hands over. It goes on until it is
    /// over, or until the receiver is dropped and it next looks up.
    pub fn start(&self, entry: &Entry) -> Receiver<Event> {
        let (mut tape, events) = Tape::new();
        let (source, entry) = (self.clone(), entry.clone());
        let play = move || {
            if let Err(reason) = source.play(&entry, &mut tape) {
                tape.fail(reason);
            }
        };
        // Without a thread nothing would ever arrive; the closed tape then says so.
        thread::Builder::new().name("episode".into()).spawn(play).ok();
        events
    }

    /// Plays an episode on this thread, from beginning to end.
    ///
    /// # Errors
    /// One line that says why it cannot be shown, or not any further.
    pub fn play(&self, entry: &Entry, tape: &mut Tape) -> Result<(), String> {
        match &entry.recording {
            Some(path) => {
                show(&(self.read)(path)?, tape);
                Ok(())
            }
            None => self.act(entry, tape),
        }
    }

    fn act(&self, entry: &Entry, tape: &mut Tape) -> Result<(), String> {
        let task = tasks::find(&entry.task);
        let task = task.ok_or_else(|| format!("no task is called `{}`", entry.task))?;
        let file = SceneFile::sample(task, entry.variation, entry.seed, self.rules);
        let file = file.map_err(|error| error.to_string())?;
        tape.begin(&file, self.actor.name());
        let mut episode = Episode::new(&file, self.grasp).map_err(|error| error.to_string())?;
        tape.step(episode.cell(), Phase::Settle);
        self.actor.play(&mut episode, tape)?;
        let outcome = episode.give_up();
        tape.end(Ending { outcome, hash: episode.cell().state_hash() });
        Ok(())
    }
}

/// Shows a recorded episode.
fn show(log: &Log, tape: &mut Tape) {
    tape.begin(&log.scene, "recording".into());
    let mut judge = Judge::new(log);
    for step in &log.steps {
        tape.still(Still::logged(log, step, judge.look(log, step)));
    }
    log.keyframes.iter().for_each(|&step| tape.keyframe(step as usize));
    tape.end(Ending { outcome: log.outcome, hash: log.end });
}
