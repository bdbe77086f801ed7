//! What there is to watch.

use std::path::PathBuf;

use crate::task::Task;
use crate::tasks;

/// One episode to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Name of the task.
    pub task: String,
    /// Its variation.
    pub variation: usize,
    /// Seed of the scene.
    pub seed: u64,
    /// The recording to show; none means that it is played now.
    pub recording: Option<PathBuf>,
    /// What the list says of it, such as the reason of a failure.
    pub note: Option<String>,
}

impl Entry {
    /// An episode to be played now.
    pub fn live(task: impl Into<String>, variation: usize, seed: u64) -> Self {
        Self { task: task.into(), variation, seed, recording: None, note: None }
    }
}

/// Episodes in order, or one scene after the other of a task.
#[derive(Clone, Debug)]
pub struct Playlist {
    entries: Vec<Entry>,
    place: usize,
    listed: bool,
}

impl Playlist {
    /// A task's scenes, beginning with one of them.
    pub fn scenes(first: Entry) -> Self {
        Self { entries: vec![first], place: 0, listed: false }
    }

    /// A list, from its first entry; none where it is empty.
    pub fn list(entries: Vec<Entry>) -> Option<Self> {
        (!entries.is_empty()).then_some(Self { entries, place: 0, listed: true })
    }

    /// The entry shown.
    pub fn current(&self) -> &Entry {
        &self.entries[self.place]
    }

    /// Place in the list, from 1, and its length; none where there is no list.
    pub fn count(&self) -> Option<(usize, usize)> {
        self.listed.then_some((self.place + 1, self.entries.len()))
    }

    /// Goes to the entry before or after; without a list, to the scene with the seed before or after.
    /// Whether there is one.
    pub fn turn(&mut self, forward: bool) -> bool {
        if self.listed {
            let next = if forward { self.place + 1 } else { self.place.wrapping_sub(1) };
            let there = next < self.entries.len();
            if there {
                self.place = next;
            }
            return there;
        }
        let entry = &mut self.entries[self.place];
        let next = if forward { entry.seed.checked_add(1) } else { entry.seed.checked_sub(1) };
        entry.seed = next.unwrap_or(entry.seed);
        next.is_some()
    }

    /// Leaves the list for the scenes of a task.
    pub fn choose(&mut self, task: &Task, variation: usize) {
        let seed = self.current().seed;
        *self = Self::scenes(Entry::live(task.name, variation, seed));
    }

    /// Leaves the list for the variation before or after, round and round.
    pub fn vary(&mut self, forward: bool) {
        let Entry { task, variation, .. } = self.current();
        let Some(task) = tasks::find(task) else { return };
        let by = if forward { 1 } else { task.variations - 1 };
        self.choose(task, (variation + by) % task.variations);
    }

    /// Adds to the end of the list; the first ones make a list where there was none.
    pub fn extend(&mut self, entries: Vec<Entry>) {
        if !self.listed && !entries.is_empty() {
            *self = Self { entries, place: 0, listed: true };
        } else {
            self.entries.extend(entries);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_list_the_seed_counts() {
        let mut playlist = Playlist::scenes(Entry::live("push_buttons", 2, 0));
        assert!(!playlist.turn(false));
        assert!(playlist.turn(true) && playlist.current().seed == 1);
        assert_eq!(playlist.count(), None);
        playlist.vary(false);
        playlist.vary(false);
        playlist.vary(false);
        let last = tasks::find("push_buttons").map(|task| task.variations - 1);
        assert_eq!(Some(playlist.current().variation), last);
        assert_eq!(playlist.current().seed, 1);
    }

    #[test]
    fn a_list_has_ends_and_grows() {
        assert!(Playlist::list(Vec::new()).is_none());
        let entry = |seed| Entry::live("close_jar", 0, seed);
        let mut playlist = Playlist::list(vec![entry(5), entry(9)]).unwrap();
        assert!(!playlist.turn(false) && playlist.turn(true) && !playlist.turn(true));
        assert_eq!((playlist.current().seed, playlist.count()), (9, Some((2, 2))));
        playlist.extend(vec![entry(7)]);
        assert!(playlist.turn(true));
        assert_eq!((playlist.current().seed, playlist.count()), (7, Some((3, 3))));
        playlist.vary(true);
        assert_eq!(playlist.count(), None);
    }
}
