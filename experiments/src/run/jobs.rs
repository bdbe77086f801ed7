//! Which episodes are played.

use sim::episode::rollout::Job;
use sim::episode::split::{BASES, Split};
use sim::task::Task;

use crate::cli::usage::UsageError;

/// Every episode to run: task by task, each going through its variations.
///
/// # Errors
/// When the seed leaves its split.
pub fn jobs(
    tasks: &[&'static Task],
    episodes: u64,
    split: Split,
    base: u64,
) -> anyhow::Result<Vec<Job>> {
    let job = |task: &'static Task, episode: u64| {
        let variation = (episode % task.variations as u64) as usize;
        Some(Job { task, variation, seed: split.seed(base, episode)? })
    };
    let all = tasks.iter().flat_map(|task| (0..episodes).map(move |episode| job(task, episode)));
    all.collect::<Option<_>>().ok_or_else(|| {
        UsageError(format!("--seed {base}: must be below {BASES}, for splits to stay apart")).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn episodes_cycle_through_the_variations_and_have_seeds_of_their_own() {
        let task = &sim::tasks::ALL[0];
        let count = task.variations as u64 + 2;
        let jobs = jobs(&[task], count, Split::Val, 0).unwrap();
        assert_eq!(jobs[task.variations].variation, 0);
        assert_eq!(jobs[task.variations + 1].variation, 1 % task.variations);
        let seeds: Vec<u64> = jobs.iter().map(|job| job.seed).collect();
        assert!(seeds.is_sorted_by(|a, b| a < b) && seeds[0] == Split::Val.first_seed());
    }

    #[test]
    fn a_base_seed_beyond_the_split_is_a_usage_error() {
        let error = jobs(&[&sim::tasks::ALL[0]], 1, Split::Test, BASES).unwrap_err();
        assert!(error.is::<UsageError>() && error.to_string().starts_with("--seed 1000000: "));
    }
}
