//! Which sample comes when: a fixed shuffle of all transitions per epoch, keyed by the seed.

use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom as _;

use crate::store::dataset::Row;

/// An endless sequence of (episode, transition); every epoch has each transition once.
pub struct Order {
    seed: u64,
    all: Vec<(usize, usize)>,
    epoch: Option<(u64, Vec<(usize, usize)>)>,
}

impl Order {
    /// The sequence of a seed over the transitions of these episodes.
    pub fn new(seed: u64, rows: &[Row]) -> Self {
        let each = rows.iter().enumerate();
        let all = each.flat_map(|(e, row)| (0..row.keyframes.len()).map(move |t| (e, t))).collect();
        Self { seed, all, epoch: None }
    }

    /// Transitions in one epoch.
    pub fn epoch(&self) -> usize {
        self.all.len()
    }

    /// The transition at a step, whatever was asked for before; (0, 0) of a sequence without any.
    pub fn at(&mut self, step: u64) -> (usize, usize) {
        let length = self.all.len().max(1) as u64;
        let (epoch, place) = (step / length, (step % length) as usize);
        if self.epoch.as_ref().is_none_or(|(current, _)| *current != epoch) {
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            rng.set_stream(epoch);
            let mut shuffled = self.all.clone();
            shuffled.shuffle(&mut rng);
            self.epoch = Some((epoch, shuffled));
        }
        let shuffled = self.epoch.as_ref().map(|(_, shuffled)| shuffled.get(place).copied());
        shuffled.flatten().unwrap_or_default()
    }
}
