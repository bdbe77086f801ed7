//! Where entries of a playlist become episodes, and who acts in them.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;

use super::event::{Ending, Event, EventSender};
use super::playlist::Entry;
use super::step_state::StepState;
use crate::episode::environment::Episode;
use crate::episode::log::{Log, LogGoals};
use crate::episode::rollout::Agent;
use crate::episode::scene_file::SceneFile;
use crate::robot::GraspMode;
use crate::robot::cell::Phase;
use crate::task::Rules;
use crate::tasks;

/// Someone who plays an episode while it is recorded.
pub trait Actor: Send + Sync {
    /// What the viewer calls it.
    fn name(&self) -> String;

    /// Plays an episode to its end, or until nobody watches any longer ([`EventSender::watched`]), and tells
    /// the sender every control step, every keyframe, and what was decided.
    ///
    /// # Errors
    /// One line that says why it cannot go on.
    fn play(&self, episode: &mut Episode, sender: &mut EventSender) -> Result<(), String>;
}

impl Actor for Agent {
    fn name(&self) -> String {
        Self::name(*self).to_owned()
    }

    fn play(&self, episode: &mut Episode, sender: &mut EventSender) -> Result<(), String> {
        let keyframes = Self::play(*self, episode, &mut |cell, phase| sender.step(cell, phase));
        for step in keyframes.map_err(|error| error.to_string())? {
            sender.keyframe(step as usize);
        }
        Ok(())
    }
}

/// Reads the log in a file, or says in one line why it cannot.
pub type ReadLog = fn(&Path) -> Result<Log, String>;

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
    pub read: ReadLog,
}

impl Source {
    /// Begins an episode on a thread of its own, and returns what it hands over. It goes on until it is
    /// over, or until the receiver is dropped and it next looks up.
    pub fn start(&self, entry: &Entry) -> Receiver<Event> {
        let (mut sender, events) = EventSender::new();
        let (source, entry) = (self.clone(), entry.clone());
        let play = move || {
            if let Err(reason) = source.play(&entry, &mut sender) {
                sender.fail(reason);
            }
        };
        // Without a thread nothing would ever arrive; the closed channel then says so.
        thread::Builder::new().name("episode".into()).spawn(play).ok();
        events
    }

    /// Plays an episode on this thread, from beginning to end.
    ///
    /// # Errors
    /// One line that says why it cannot be shown, or not any further.
    pub fn play(&self, entry: &Entry, sender: &mut EventSender) -> Result<(), String> {
        match &entry.recording {
            Some(path) => {
                show(&(self.read)(path)?, sender);
                Ok(())
            }
            None => self.act(entry, sender),
        }
    }

    fn act(&self, entry: &Entry, sender: &mut EventSender) -> Result<(), String> {
        let task = tasks::find(&entry.task);
        let task = task.ok_or_else(|| format!("no task is called `{}`", entry.task))?;
        let file = SceneFile::sample(task, entry.variation, entry.seed, self.rules);
        let file = file.map_err(|error| error.to_string())?;
        sender.begin(&file, self.actor.name());
        let mut episode = Episode::new(&file, self.grasp).map_err(|error| error.to_string())?;
        sender.step(episode.cell(), Phase::Settle);
        self.actor.play(&mut episode, sender)?;
        let outcome = episode.give_up();
        sender.end(Ending { outcome, hash: episode.cell().state_hash() });
        Ok(())
    }
}

/// Shows a recorded episode.
fn show(log: &Log, sender: &mut EventSender) {
    sender.begin(&log.scene, "recording".into());
    let mut goals = LogGoals::new(log);
    for step in &log.steps {
        sender.state(StepState::logged(log, step, goals.update(log, step)));
    }
    log.keyframes.iter().for_each(|&step| sender.keyframe(step as usize));
    sender.end(Ending { outcome: log.outcome, hash: log.end });
}
