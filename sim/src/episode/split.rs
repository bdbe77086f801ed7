//! Splits: which seeds belong to training, validation and test.

use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// A share of all scenes. No two splits have a seed in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Scenes a policy may learn from: seeds from 0.
    Train,
    /// Scenes that choose between checkpoints: seeds from 1,000,000,000,000.
    Val,
    /// Scenes that results are reported on: seeds from 2,000,000,000,000 (default).
    #[default]
    Test,
}

/// Seeds a split owns. All of them stay below 2^53, so that any reader of JSON gets them exactly.
pub const SPLIT_SEEDS: u64 = 1_000_000_000_000;
/// Seeds that one base seed owns inside its split: as many episodes as one command can ask for.
pub const BASE_SEEDS: u64 = 1_000_000;
/// Base seeds a split has room for.
pub const BASES: u64 = SPLIT_SEEDS / BASE_SEEDS;

impl Split {
    /// All of them, in the order help lists them.
    pub const ALL: [Self; 3] = [Self::Train, Self::Val, Self::Test];

    /// Its name on the command line and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Val => "val",
            Self::Test => "test",
        }
    }

    /// Its first seed.
    pub fn first_seed(self) -> u64 {
        match self {
            Self::Train => 0,
            Self::Val => SPLIT_SEEDS,
            Self::Test => 2 * SPLIT_SEEDS,
        }
    }

    /// The seed of one episode of a base seed: different for every split, base and episode.
    ///
    /// None when `base` is not below [`BASES`] or `episode` not below [`BASE_SEEDS`].
    pub fn seed(self, base: u64, episode: u64) -> Option<u64> {
        let fits = base < BASES && episode < BASE_SEEDS;
        fits.then(|| self.first_seed() + base * BASE_SEEDS + episode)
    }
}

impl FromStr for Split {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|split| split.name() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("`{text}` is none of {names}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_never_meet() {
        let corners = |split: Split| {
            let cases = [(0, 0), (0, BASE_SEEDS - 1), (1, 0), (BASES - 1, BASE_SEEDS - 1)];
            cases.map(|(base, episode)| split.seed(base, episode).unwrap())
        };
        let all: Vec<u64> = Split::ALL.into_iter().flat_map(corners).collect();
        assert!(all.is_sorted_by(|a, b| a < b), "{all:?}");
        assert!(all.iter().all(|&seed| seed < 1 << 53));
        assert_eq!(Split::Test.seed(3, 7), Some(2_000_003_000_007));
    }

    #[test]
    fn what_does_not_fit_has_no_seed() {
        assert_eq!(Split::Train.seed(BASES, 0), None);
        assert_eq!(Split::Train.seed(0, BASE_SEEDS), None);
    }

    #[test]
    fn names_are_read_back() {
        for split in Split::ALL {
            assert_eq!(split.name().parse(), Ok(split));
        }
        assert_eq!("tset".parse::<Split>(), Err("`tset` is none of train, val, test".into()));
    }
}
