//! Someone watching: a playlist, the episode that is shown, and the place in it.

use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Mutex, PoisonError};

use super::event::Event;
use super::player::Player;
use super::playlist::{Entry, Playlist};
use super::source::Source;
use super::timeline::Timeline;

/// The state behind a viewer's window.
pub struct Session {
    source: Source,
    playlist: Playlist,
    player: Player,
    timeline: Option<Timeline>,
    /// Never contended: a lock lets a session be shared as a whole.
    events: Mutex<Receiver<Event>>,
    /// Whether the events are of the timeline that is shown; until then the one before stays.
    begun: bool,
    episodes: u64,
    failure: Option<String>,
}

impl Session {
    /// Begins with the first entry.
    pub fn new(source: Source, playlist: Playlist) -> Self {
        let events = Mutex::new(source.start(playlist.current()));
        let player = Player::default();
        let (timeline, failure) = (None, None);
        Self { source, playlist, player, timeline, events, begun: false, episodes: 0, failure }
    }

    /// Takes what the episode has handed over, then lets `elapsed` seconds pass.
    pub fn update(&mut self, elapsed: f64) {
        loop {
            let events = self.events.get_mut().unwrap_or_else(PoisonError::into_inner);
            match events.try_recv() {
                Ok(event) => self.take(event),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    let over = self.begun && self.timeline.as_ref().is_some_and(Timeline::complete);
                    if !over && self.failure.is_none() {
                        self.fail("the episode broke off".into());
                    }
                    break;
                }
            }
        }
        if self.begun {
            let (last, complete) = self.extent();
            self.player.advance(elapsed, last, complete);
        }
    }

    fn take(&mut self, event: Event) {
        match (event, &mut self.timeline) {
            (Event::Begun(file, actor), _) => {
                self.timeline = Some(Timeline::new(file, actor));
                self.begun = true;
                self.episodes += 1;
                let playing = self.player.playing();
                self.player.seek(0, None);
                if playing {
                    self.player.toggle(None, false);
                }
            }
            (Event::Failed(reason), _) => self.fail(reason),
            (event, Some(timeline)) if self.begun => timeline.add(event),
            _ => {}
        }
    }

    fn fail(&mut self, reason: String) {
        if let Some(timeline) = self.timeline.as_mut().filter(|_| self.begun) {
            timeline.add(Event::Failed(reason.clone()));
        }
        self.failure = Some(reason);
    }

    fn extent(&self) -> (Option<usize>, bool) {
        let timeline = self.timeline.as_ref();
        (timeline.and_then(Timeline::last), timeline.is_some_and(Timeline::complete))
    }

    fn load(&mut self) {
        self.events = Mutex::new(self.source.start(self.playlist.current()));
        (self.begun, self.failure) = (false, None);
        if !self.player.playing() {
            self.player.toggle(None, false);
        }
    }

    /// The episode shown; none until the first one begins.
    pub fn timeline(&self) -> Option<&Timeline> {
        self.timeline.as_ref()
    }

    /// How many episodes have begun so far: changes with the scene.
    pub fn episodes(&self) -> u64 {
        self.episodes
    }

    /// Whether the current entry is still being prepared.
    pub fn loading(&self) -> bool {
        !self.begun && self.failure.is_none()
    }

    /// Why the current entry cannot be shown.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// The place in the episode.
    pub fn player(&self) -> &Player {
        &self.player
    }

    /// What there is to watch.
    pub fn playlist(&self) -> &Playlist {
        &self.playlist
    }

    /// Who acts, and under which rules.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Pauses or plays.
    pub fn toggle(&mut self) {
        let (last, complete) = self.extent();
        self.player.toggle(last, complete);
    }

    /// Pauses some steps from here.
    pub fn skip(&mut self, steps: i64) {
        self.player.skip(steps, self.extent().0);
    }

    /// Pauses at a share of what is known of the episode, 0 to 1.
    pub fn scrub(&mut self, share: f32) {
        let last = self.extent().0;
        let step = share.clamp(0.0, 1.0) * last.unwrap_or(0) as f32;
        self.player.seek((step + 0.5) as usize, last);
    }

    /// Pauses at the keyframe before or after.
    pub fn jump(&mut self, forward: bool) {
        let last = self.extent().0;
        let marks = self.timeline.as_ref().map_or(&[][..], Timeline::keyframes);
        self.player.jump(marks, forward, last);
    }

    /// One speed up or down.
    pub fn change_speed(&mut self, faster: bool) {
        self.player.change_speed(faster);
    }

    /// The episode before or after, if there is one.
    pub fn turn(&mut self, forward: bool) {
        if self.playlist.turn(forward) {
            self.load();
        }
    }

    /// The variation before or after.
    pub fn vary(&mut self, forward: bool) {
        self.playlist.vary(forward);
        self.load();
    }

    /// Another task, or another of its variations.
    pub fn choose(&mut self, task: &crate::task::Task, variation: usize) {
        self.playlist.choose(task, variation);
        self.load();
    }

    /// More to watch; goes to the first of them where there was no list before.
    pub fn extend(&mut self, entries: Vec<Entry>) {
        let before = self.playlist.count();
        self.playlist.extend(entries);
        if before.is_none() && self.playlist.count().is_some() {
            self.load();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::episode::rollout::{Agent, Job, rollout};
    use crate::robot::GraspMode;
    use crate::task::Rules;
    use crate::tasks;
    use crate::viewer::playback::Actor;

    fn source(agent: Agent) -> Source {
        let actor: Arc<dyn Actor> = Arc::new(agent);
        let read = |path: &std::path::Path| Err(format!("{}: no recordings here", path.display()));
        Source { actor, rules: Rules::Fixed, grasp: GraspMode::Assist, read }
    }

    /// Updates until `done`; frames are `elapsed` seconds apart.
    fn watch(session: &mut Session, elapsed: f64, done: impl Fn(&Session) -> bool) {
        while !done(session) {
            session.update(elapsed);
            std::thread::yield_now();
        }
    }

    #[test]
    fn what_is_watched_ends_as_what_is_not() {
        for agent in Agent::ALL {
            let job = Job { task: tasks::find("push_buttons").unwrap(), variation: 3, seed: 4 };
            let record = rollout(job, agent, Rules::Fixed, GraspMode::Assist).unwrap();
            for elapsed in [0.001, 0.3] {
                let entry = Entry::live("push_buttons", 3, 4);
                let mut session = Session::new(source(agent), Playlist::scenes(entry));
                watch(&mut session, elapsed, |s| s.timeline().is_some_and(Timeline::complete));
                let timeline = session.timeline().unwrap();
                let ending = timeline.ending().unwrap();
                assert_eq!((ending.outcome, ending.hash), (record.outcome, record.hash));
                assert_eq!(timeline.keyframes().len(), record.actions as usize);
                let parts: Vec<bool> = record.parts.iter().map(|(_, met)| *met).collect();
                assert_eq!(timeline.states().last().unwrap().parts, parts);
                watch(&mut session, 10.0, |s| !s.player().playing());
                let last = session.timeline().unwrap().last();
                assert_eq!(Some(session.player().step()), last);
            }
        }
    }

    #[test]
    fn the_next_episode_takes_over_when_it_begins_and_a_bad_one_says_why() {
        let mut session =
            Session::new(source(Agent::Idle), Playlist::scenes(Entry::live("close_jar", 0, 1)));
        watch(&mut session, 0.01, |s| s.timeline().is_some_and(Timeline::complete));
        session.skip(10);
        session.turn(true);
        assert!(session.loading() && session.timeline().is_some(), "the old one stays until then");
        watch(&mut session, 0.01, |s| s.episodes() == 2);
        assert_eq!(session.timeline().unwrap().file().seed, 2);
        assert!(session.player().playing() && !session.loading());

        let bad = Entry { recording: Some("gone.zst".into()), ..Entry::live("close_jar", 0, 1) };
        let mut session = Session::new(source(Agent::Idle), Playlist::list(vec![bad]).unwrap());
        watch(&mut session, 0.01, |s| s.failure().is_some());
        assert_eq!(session.failure(), Some("gone.zst: no recordings here"));
        assert!(session.timeline().is_none() && !session.loading());
    }
}
