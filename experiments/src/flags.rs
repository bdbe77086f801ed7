//! Flags that several commands share, so that they mean the same everywhere.

use std::num::NonZeroUsize;

use anyhow::Context as _;
use clap::Args;

/// `--seed`, for every command that draws random numbers.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Seed of everything random; the same seed gives the same result
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// `--workers`, for every command that works in parallel.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workers {
    /// Threads to use; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N")]
    pub workers: Option<NonZeroUsize>,
}

impl Workers {
    /// The number of threads: what was asked for, else every core this process may use.
    pub fn count(self) -> NonZeroUsize {
        self.workers
            .or_else(|| std::thread::available_parallelism().ok())
            .unwrap_or(NonZeroUsize::MIN)
    }

    /// A thread pool of that size.
    pub fn pool(self) -> anyhow::Result<rayon::ThreadPool> {
        let count = self.count();
        rayon::ThreadPoolBuilder::new()
            .num_threads(count.get())
            .build()
            .with_context(|| format!("--workers: cannot start {count} threads"))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Both {
        #[command(flatten)]
        seed: Seed,
        #[command(flatten)]
        workers: Workers,
    }

    #[test]
    fn defaults_are_seed_zero_and_every_core() {
        let both = Both::try_parse_from(["x"]).unwrap();
        assert_eq!(both.seed.seed, 0);
        assert_eq!(both.workers.count(), std::thread::available_parallelism().unwrap());
    }

    #[test]
    fn zero_workers_are_refused() {
        assert!(Both::try_parse_from(["x", "--workers", "0"]).is_err());
        assert_eq!(Both::try_parse_from(["x", "--workers", "3"]).unwrap().workers.count().get(), 3);
    }
}
