//! Where a watcher stands in an episode.

use crate::world::solver::CONTROL_PERIOD;

/// Speeds to choose from, as multiples of real time; it begins at 1.
pub const SPEEDS: [f64; 8] = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];
const REAL_TIME: usize = 3;
/// Control steps per second: a whole number, of which the period is a rounded fraction.
const RATE: f32 = 1.0 / CONTROL_PERIOD;

/// Play, pause, step and scrub: a place in the episode, in control steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Player {
    place: f64,
    playing: bool,
    speed: usize,
}

impl Default for Player {
    fn default() -> Self {
        Self { place: 0.0, playing: true, speed: REAL_TIME }
    }
}

impl Player {
    /// Goes on by some seconds of the watcher's time, as far as the episode is known; stops at the last
    /// step of one that is complete.
    pub fn advance(&mut self, elapsed: f64, last: Option<usize>, complete: bool) {
        let Some(last) = last else { return };
        if self.playing {
            self.place += elapsed.max(0.0) * self.speed() * f64::from(RATE);
        }
        if self.place >= last as f64 {
            self.place = last as f64;
            // One that still runs may catch up.
            self.playing &= !complete;
        }
    }

    /// The place, in control steps from the start; between two steps while it plays.
    pub fn place(&self) -> f64 {
        self.place
    }

    /// The step shown: the last one reached.
    pub fn step(&self) -> usize {
        self.place as usize
    }

    /// Whether it goes on by itself.
    pub fn playing(&self) -> bool {
        self.playing
    }

    /// Multiple of real time.
    pub fn speed(&self) -> f64 {
        SPEEDS[self.speed]
    }

    /// Pauses, or plays; at the end of a complete episode it plays from the start.
    pub fn toggle(&mut self, last: Option<usize>, complete: bool) {
        let at_end = complete && last.is_some_and(|last| self.place >= last as f64);
        if !self.playing && at_end {
            self.place = 0.0;
        }
        self.playing = !self.playing;
    }

    /// Pauses at a step, as near as is known.
    pub fn seek(&mut self, step: usize, last: Option<usize>) {
        self.playing = false;
        self.place = step.min(last.unwrap_or(0)) as f64;
    }

    /// Pauses some steps from here.
    pub fn skip(&mut self, steps: i64, last: Option<usize>) {
        let target = self.step() as i64 + steps;
        self.seek(usize::try_from(target).unwrap_or(0), last);
    }

    /// Pauses at the nearest of some steps, given in ascending order, before this one or after it;
    /// stays where there is none.
    pub fn jump(&mut self, marks: &[usize], forward: bool, last: Option<usize>) {
        let here = self.step();
        let found = if forward {
            marks.iter().find(|&&mark| mark > here)
        } else {
            marks.iter().rev().find(|&&mark| mark < here)
        };
        if let Some(&mark) = found {
            self.seek(mark, last);
        }
    }

    /// One speed up or down, as far as there are any.
    pub fn change_speed(&mut self, faster: bool) {
        let next = if faster { self.speed + 1 } else { self.speed.saturating_sub(1) };
        self.speed = next.min(SPEEDS.len() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_time_leads_to_the_same_place_at_any_frame_rate() {
        for frames in [1_u32, 8, 64, 256] {
            let mut player = Player::default();
            for _ in 0..2 * frames {
                player.advance(1.0 / f64::from(frames), Some(1000), true);
            }
            assert!((player.place() - 40.0).abs() < 1e-5, "{frames}: {}", player.place());
        }
    }

    #[test]
    fn it_waits_for_an_episode_that_runs_and_stops_at_the_end_of_one_that_does_not() {
        let mut player = Player::default();
        player.advance(1.0, None, false);
        assert_eq!(player.place(), 0.0);
        player.advance(1.0, Some(5), false);
        assert_eq!((player.step(), player.playing()), (5, true));
        player.advance(0.125, Some(50), false);
        assert_eq!(player.place(), 7.5);
        player.advance(9.0, Some(50), true);
        assert_eq!((player.step(), player.playing()), (50, false));
        player.toggle(Some(50), true);
        assert_eq!((player.step(), player.playing()), (0, true), "it begins again");
    }

    #[test]
    fn steps_and_jumps_pause_and_stay_inside() {
        let mut player = Player::default();
        let last = Some(30);
        player.skip(1, last);
        assert_eq!((player.step(), player.playing()), (1, false));
        player.skip(-5, last);
        assert_eq!(player.step(), 0);
        player.skip(99, last);
        assert_eq!(player.step(), 30);
        let marks = [4, 10, 30];
        player.jump(&marks, true, last);
        assert_eq!(player.step(), 30, "there is none after the last");
        player.jump(&marks, false, last);
        assert_eq!(player.step(), 10);
        player.seek(7, last);
        player.jump(&marks, true, last);
        assert_eq!(player.step(), 10);
        player.seek(3, last);
        player.jump(&marks, false, last);
        assert_eq!(player.step(), 3);
        player.seek(5, None);
        assert_eq!(player.step(), 0);
    }

    #[test]
    fn speed_has_ends() {
        let mut player = Player::default();
        assert_eq!(player.speed(), 1.0);
        (0..20).for_each(|_| player.change_speed(true));
        assert_eq!(player.speed(), 16.0);
        (0..20).for_each(|_| player.change_speed(false));
        assert_eq!(player.speed(), 0.1);
    }
}
