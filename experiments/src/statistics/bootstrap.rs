//! The hierarchical bootstrap: how far chance alone moves the mean difference between two arms.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use serde::Serialize;

/// Draws that a report's intervals rest on.
pub const DRAWS: usize = 10_000;

/// What two arms did on one scene with one training seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference<'a> {
    /// Training seed of both arms.
    pub seed: i64,
    /// Task of the scene.
    pub task: &'a str,
    /// Variation and seed of the scene.
    pub scene: (i64, i64),
    /// The arm's outcome less the baseline's.
    pub value: f64,
}

/// Which tasks a draw consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resample {
    /// The same tasks in every draw: the claim is about these tasks.
    Scenes,
    /// Tasks drawn too: the claim is about tasks like these.
    TasksAndScenes,
}

/// The mean difference and where it may lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bootstrap {
    /// Mean over the tasks of the mean over their scenes and training seeds.
    pub mean: f64,
    /// 2.5 % point of the draws.
    pub low: f64,
    /// 97.5 % point of the draws.
    pub high: f64,
    /// Share of draws above 0.
    pub above: f64,
    /// Training seeds; with one, the interval knows nothing of the luck of training.
    pub seeds: usize,
}

/// Draws training seeds, then (where asked) tasks, then scenes, each with replacement.
///
/// Scenes are the same for every training seed, so a draw takes the same scenes for all seeds it took:
/// what is hard about a scene is not averaged away by training more often. None for no differences.
pub fn bootstrap(
    differences: &[Difference<'_>],
    resample: Resample,
    draws: usize,
    rng: &mut ChaCha8Rng,
) -> Option<Bootstrap> {
    let seeds: BTreeSet<i64> = differences.iter().map(|d| d.seed).collect();
    let seeds: Vec<i64> = seeds.into_iter().collect();
    let tasks = grid(differences, &seeds);
    let all: Vec<usize> = (0..seeds.len()).collect();
    let observed = tasks.iter().filter_map(|task| mean(task.iter().flat_map(|s| taken(s, &all))));
    let observed = mean(observed)?;

    let mut draw = || {
        let drawn: Vec<usize> = all.iter().map(|_| rng.random_range(0..all.len())).collect();
        let chosen = (0..tasks.len()).filter_map(|index| {
            let task = match resample {
                Resample::Scenes => &tasks[index],
                Resample::TasksAndScenes => &tasks[rng.random_range(0..tasks.len())],
            };
            let scenes = (0..task.len()).map(|_| &task[rng.random_range(0..task.len())]);
            mean(scenes.flat_map(|scene| taken(scene, &drawn)))
        });
        mean(chosen)
    };
    // Empty draws happen only where seeds miss scenes; they say nothing.
    let mut means: Vec<f64> = (0..draws).filter_map(|_| draw()).collect();
    means.sort_by(f64::total_cmp);
    let above = means.iter().filter(|mean| **mean > 0.0).count() as f64 / means.len() as f64;
    let (low, high) = (quantile(&means, 0.025)?, quantile(&means, 0.975)?);
    Some(Bootstrap { mean: observed, low, high, above, seeds: seeds.len() })
}

/// One scene's difference for each training seed, where there is one.
type Scene = Vec<Option<f64>>;

/// The differences by task and scene, in the order of their names.
fn grid(differences: &[Difference<'_>], seeds: &[i64]) -> Vec<Vec<Scene>> {
    let mut tasks: BTreeMap<&str, BTreeMap<(i64, i64), Scene>> = BTreeMap::new();
    for Difference { seed, task, scene, value } in differences {
        let scenes = tasks.entry(task).or_default();
        let scene = scenes.entry(*scene).or_insert_with(|| vec![None; seeds.len()]);
        if let Ok(index) = seeds.binary_search(seed) {
            scene[index] = Some(*value);
        }
    }
    tasks.into_values().map(|scenes| scenes.into_values().collect()).collect()
}

fn taken<'a>(scene: &'a Scene, seeds: &'a [usize]) -> impl Iterator<Item = f64> + 'a {
    seeds.iter().filter_map(|&seed| scene[seed])
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// Of sorted values, linear between neighbours.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * (sorted.len().checked_sub(1)? as f64);
    let (below, part) = (place.floor() as usize, place.fract());
    let low = *sorted.get(below)?;
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    Some(low + part * (high - low))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    fn of(differences: &[Difference<'_>], resample: Resample) -> Bootstrap {
        bootstrap(differences, resample, DRAWS, &mut ChaCha8Rng::seed_from_u64(7)).unwrap()
    }

    /// A hundred scenes of one task: `wins` of +1, `losses` of -1, the rest 0.
    fn scenes(seed: i64, task: &str, wins: i64, losses: i64) -> Vec<Difference<'_>> {
        let value =
            |i: i64| f64::from(i8::from(i < wins) - i8::from((wins..wins + losses).contains(&i)));
        (0..100).map(|i| Difference { seed, task, scene: (0, i), value: value(i) }).collect()
    }

    /// numpy, 100,000 draws of the same hundred differences: [0.08, 0.32], share above 0 is 0.9996.
    /// By the normal approximation: 0.2 -+ 1.96 * sqrt(0.36 / 100).
    #[test]
    fn one_seed_and_one_task_match_the_plain_bootstrap() {
        let found = of(&scenes(0, "a", 30, 10), Resample::Scenes);
        assert!((found.mean - 0.2).abs() < 1e-12 && found.seeds == 1);
        assert!((found.low - 0.08).abs() < 0.011 && (found.high - 0.32).abs() < 0.011, "{found:?}");
        assert!(found.above > 0.998, "{found:?}");
    }

    /// Seeds at +0.5 and -0.3 without scene noise: draws are 0.5, 0.1, 0.1, -0.3 in equal parts.
    #[test]
    fn the_luck_of_training_is_in_the_interval() {
        let flat = |seed, value| {
            (0..100).map(move |i| Difference { seed, task: "a", scene: (0, i), value })
        };
        let all: Vec<_> = flat(0, 0.5).chain(flat(1, -0.3)).collect();
        let found = of(&all, Resample::Scenes);
        assert!((found.mean - 0.1).abs() < 1e-12 && (found.above - 0.75).abs() < 0.02, "{found:?}");
        assert!((found.low + 0.3).abs() < 1e-9 && (found.high - 0.5).abs() < 1e-9, "{found:?}");
    }

    /// The same scenes under a second, identical seed are no new evidence.
    #[test]
    fn training_twice_does_not_make_scenes_twice_as_many() {
        let once = of(&scenes(0, "a", 30, 10), Resample::Scenes);
        let twice = [scenes(0, "a", 30, 10), scenes(1, "a", 30, 10)].concat();
        let twice = of(&twice, Resample::Scenes);
        assert!((twice.high - twice.low) / (once.high - once.low) > 0.9, "{once:?} {twice:?}");
    }

    /// One task all wins, one all ties: their mean is sure for these tasks, not for tasks like them.
    #[test]
    fn tasks_are_drawn_only_where_the_claim_is_about_more_of_them() {
        let all = [scenes(0, "a", 100, 0), scenes(0, "b", 0, 0)].concat();
        let these = of(&all, Resample::Scenes);
        assert_eq!((these.low, these.high), (0.5, 0.5));
        let like = of(&all, Resample::TasksAndScenes);
        assert_eq!((like.low, like.high), (0.0, 1.0));
        assert!((like.above - 0.75).abs() < 0.02);
    }

    #[test]
    fn the_same_seed_draws_the_same_and_nothing_draws_nothing() {
        let all = scenes(3, "a", 20, 10);
        assert_eq!(of(&all, Resample::Scenes), of(&all, Resample::Scenes));
        let none = bootstrap(&[], Resample::Scenes, 10, &mut ChaCha8Rng::seed_from_u64(0));
        assert_eq!(none, None);
    }
}
