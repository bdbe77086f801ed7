//! Arms against their baseline, on the same scenes and training seeds.

use std::collections::BTreeMap;

use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;

use super::arm::Arm;
use super::measure::{Counts, Key, Measure};
use crate::statistics::{
    Bootstrap, CochranMantelHaenszel, DRAWS, Design, Difference, McNemar, Resample, Stratum,
    bootstrap, holm, minimum_detectable_effect,
};

/// Seed of every bootstrap, so that the same outcomes give the same interval.
const SEED: u64 = 0;

/// What one arm did that its baseline did not.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    /// Indices of the arm and its baseline.
    pub(super) arm: usize,
    pub(super) baseline: usize,
    pub(super) measure: Measure,
    /// Scenes that both arms have, counted once per training seed.
    pub(super) pairs: usize,
    /// Scenes that only one of the two has.
    pub(super) unpaired: usize,
    pub(super) disagreements: McNemar,
    /// None where there is no pair.
    pub(super) p: Option<f64>,
    /// Corrected inside the family of pairings; none for arms outside it.
    pub(super) holm_pairing: Option<f64>,
    /// Corrected inside the family of temperatures; none for arms outside it.
    pub(super) holm_tau: Option<f64>,
    pub(super) pooled: Option<CochranMantelHaenszel>,
    /// For these tasks.
    pub(super) difference: Option<Bootstrap>,
    /// For tasks like these.
    pub(super) generalised: Option<Bootstrap>,
    /// Smallest rise that so many pairs show four times in five.
    pub(super) detectable: Option<f64>,
    /// Scenes of each task: only the arm solved, only the baseline solved, pairs.
    pub(super) by_task: BTreeMap<String, [u64; 3]>,
}

/// Every arm that has a baseline, by one measure.
pub(super) fn comparisons(arms: &[Arm<'_>], measure: Measure) -> Vec<Comparison> {
    let with = |(index, arm): (usize, &Arm<'_>)| Some((index, arm.baseline?));
    let pairs = arms.iter().enumerate().filter_map(with);
    let mut all: Vec<Comparison> =
        pairs.map(|(arm, baseline)| compare(arms, arm, baseline, measure)).collect();
    for primary in arms.iter().filter(|arm| arm.primary) {
        let pairing = |arm: &Arm<'_>| arm.tau == primary.tau;
        let tau = |arm: &Arm<'_>| arm.pairing == primary.pairing;
        for (index, corrected) in family(arms, &all, primary, pairing) {
            all[index].holm_pairing = Some(corrected);
        }
        for (index, corrected) in family(arms, &all, primary, tau) {
            all[index].holm_tau = Some(corrected);
        }
    }
    all
}

/// Indices of the comparisons in a family of the primary one, with their corrected probabilities.
fn family(
    arms: &[Arm<'_>],
    all: &[Comparison],
    primary: &Arm<'_>,
    belongs: impl Fn(&Arm<'_>) -> bool,
) -> Vec<(usize, f64)> {
    let member = |one: &Comparison| {
        let arm = &arms[one.arm];
        arm.axes == primary.axes && arm.pairing != "none" && belongs(arm)
    };
    let members: Vec<usize> = (0..all.len()).filter(|&index| member(&all[index])).collect();
    let asked = members.iter().filter_map(|&index| Some((index, all[index].p?)));
    let (indices, p): (Vec<usize>, Vec<f64>) = asked.unzip();
    indices.into_iter().zip(holm(&p, members.len())).collect()
}

fn compare(arms: &[Arm<'_>], arm: usize, baseline: usize, measure: Measure) -> Comparison {
    let (ours, theirs) = (arms[arm].outcomes(measure), arms[baseline].outcomes(measure));
    let both: Vec<(Key<'_>, bool, bool)> =
        ours.iter().filter_map(|(key, hit)| Some((*key, *hit, *theirs.get(key)?))).collect();
    let mut by_task: BTreeMap<String, [u64; 3]> = BTreeMap::new();
    let mut strata: BTreeMap<&str, [Counts; 2]> = BTreeMap::new();
    for (Key { task, .. }, ours, theirs) in &both {
        let [wins, losses, pairs] = by_task.entry((*task).to_owned()).or_default();
        *wins += u64::from(*ours && !theirs);
        *losses += u64::from(*theirs && !ours);
        *pairs += 1;
        let [arm, baseline] = strata.entry(task).or_default();
        arm.count(*ours);
        baseline.count(*theirs);
    }
    let sum = |place: usize| by_task.values().map(|counts| counts[place]).sum();
    let disagreements = McNemar { wins: sum(0), losses: sum(1) };
    let strata: Vec<Stratum> = strata
        .into_values()
        .map(|[arm, baseline]| Stratum {
            arm: arm.hits as u64,
            arm_tries: arm.tries as u64,
            baseline: baseline.hits as u64,
            baseline_tries: baseline.tries as u64,
        })
        .collect();
    let differences: Vec<Difference<'_>> = both
        .iter()
        .map(|(Key { seed, task, scene }, ours, theirs)| {
            let value = f64::from(u8::from(*ours)) - f64::from(u8::from(*theirs));
            Difference { seed: *seed, task, scene: *scene, value }
        })
        .collect();
    let draw =
        |resample| bootstrap(&differences, resample, DRAWS, &mut ChaCha8Rng::seed_from_u64(SEED));
    let reference: Counts = both.iter().map(|(_, _, theirs)| *theirs).collect();
    let detectable = reference
        .rate()
        .and_then(|rate| minimum_detectable_effect(rate, reference.tries, Design::SAME_SCENES));
    Comparison {
        arm,
        baseline,
        measure,
        pairs: both.len(),
        unpaired: ours.len() + theirs.len() - 2 * both.len(),
        disagreements,
        p: (!both.is_empty()).then(|| disagreements.p()),
        holm_pairing: None,
        holm_tau: None,
        pooled: CochranMantelHaenszel::of(&strata),
        difference: draw(Resample::Scenes),
        generalised: draw(Resample::TasksAndScenes),
        detectable,
        by_task,
    }
}
