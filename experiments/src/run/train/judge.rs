//! Offline judgement on demonstrations: does the policy point where the expert went, and is the video
//! recognised?

use agents::policy;
use agents::policy::arp;
use agents::policy::geodesic;
use agents::presets::Preset;
use agents::video::viclip;
use agents::video::viclip::midpoints;
use burn::tensor::Tensor;
use rayon::prelude::*;
use serde::Serialize;
use sim::tasks;

use super::alignment::Tapped;
use super::pairs::Pairs;
use crate::run::config::Config;
use crate::run::models;
use crate::run::models::{Instruction, Models};

/// Distance within which a position is hit, m (success criterion of the specification's section 5.6).
const NEAR: f32 = 0.01;
/// Angle within which a rotation is hit, rad (the same).
const TURNED: f32 = 10.0 * core::f32::consts::PI / 180.0;
/// Observations decided on at once: bounds memory.
const ROUND: usize = 32;

/// Keyframes of a task that the policy was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hits {
    /// Keyframes asked for.
    pub transitions: i64,
    /// Position right.
    pub position: i64,
    /// Rotation right.
    pub rotation: i64,
    /// Gripper right.
    pub gripper: i64,
    /// Collision bit right.
    pub collision: i64,
    /// All of them right.
    pub all: i64,
}

/// Keyframes of each task.
pub type ByTask = Vec<(usize, Hits)>;

/// A video and what the video encoder took it for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Number of the episode in the dataset.
    pub episode: usize,
    /// What it shows.
    pub truth: Instruction,
    /// The likeliest of all instructions of the run's tasks.
    pub guess: Instruction,
    /// The likeliest of the true task's.
    pub within: Instruction,
}

/// Keyframe hits by task, in the tables' order, and the policy's tap at every keyframe; tasks without an
/// episode are left out.
pub fn keyframes(
    models: &Models,
    pairs: &Pairs,
    config: &Config,
) -> anyhow::Result<(ByTask, Vec<Tapped>)> {
    let tap: arp::Tap = config.align.tap_e.parse().map_err(anyhow::Error::msg)?;
    let rows = pairs.loader.rows().iter().enumerate();
    let all = rows.flat_map(|(episode, row)| (0..row.keyframes.len()).map(move |k| (episode, k)));
    let all: Vec<(usize, usize)> = all.collect();
    let mut hits = vec![Hits::default(); tasks::ALL.len()];
    let mut taps = Vec::with_capacity(all.len());
    for round in all.chunks(ROUND) {
        let loaded: Vec<_> = round
            .par_iter()
            .map(|&(episode, k)| pairs.loader.transition(episode, k))
            .collect::<anyhow::Result<_>>()?;
        let mut observed = Vec::with_capacity(round.len());
        for (transition, &(episode, k)) in loaded.iter().zip(round) {
            let text = pairs.instructions.canonical(pairs.episode_instructions[episode])?;
            let (seen, timed) = (&transition.observation, config.time_in_state);
            observed.push(models::observation(seen, pairs.instructions.tell(text), timed, k));
        }
        let decided = pairs.preprocessor().decide(&models.policy, &observed, tap)?;
        for ((decision, transition), &(episode, _)) in decided.into_iter().zip(&loaded).zip(round) {
            let task = pairs.episode_instructions[episode].task;
            count(&mut hits[task], &decision.action, &models::target(&transition.action));
            taps.push(Tapped { label: pairs.label(episode), tap: decision.tap });
        }
    }
    let hits = hits.into_iter().enumerate().filter(|(_, hits)| hits.transitions > 0);
    Ok((hits.collect(), taps))
}

fn count(hits: &mut Hits, found: &policy::Action, wanted: &policy::Action) {
    let apart = (0..3).map(|axis| (found.position[axis] - wanted.position[axis]).powi(2));
    let position = apart.sum::<f32>().sqrt() <= NEAR;
    let rotation = geodesic(found.quaternion, wanted.quaternion) <= TURNED;
    let gripper = found.open == wanted.open;
    let collision = found.ignore_collisions == wanted.ignore_collisions;
    hits.transitions += 1;
    hits.position += i64::from(position);
    hits.rotation += i64::from(rotation);
    hits.gripper += i64::from(gripper);
    hits.collision += i64::from(collision);
    hits.all += i64::from(position && rotation && gripper && collision);
}

/// What every video of the dataset is taken for, among the instructions of the dataset's tasks.
///
/// A clip is the middle frame of equally long segments of the whole episode.
pub fn recognise(
    models: &Models,
    pairs: &Pairs,
    shape: &Preset,
) -> anyhow::Result<Vec<Recognised>> {
    Ok(watch(models, pairs, shape, viclip::Tap::default())?.0)
}

/// The same, and the video encoder's tap of every clip.
pub(super) fn watch(
    models: &Models,
    pairs: &Pairs,
    shape: &Preset,
    tap: viclip::Tap,
) -> anyhow::Result<(Vec<Recognised>, Vec<Tapped>)> {
    let mut known: Vec<usize> = pairs.episode_instructions.iter().map(|said| said.task).collect();
    known.sort_unstable();
    known.dedup();
    let candidates: Vec<Instruction> =
        known.iter().flat_map(|&task| pairs.instructions.of_task(task)).collect();
    let texts: Vec<&str> = candidates
        .iter()
        .map(|&said| pairs.instructions.canonical(said))
        .collect::<anyhow::Result<_>>()?;
    let unit = |x: Tensor<2>| {
        let length = x.clone().powf_scalar(2.0).sum_dim(1).sqrt();
        x / length
    };
    let sentences = unit(models.video.read(&pairs.instructions.read(&texts)));
    let mut found = Vec::with_capacity(pairs.episode_instructions.len());
    let mut taps = Vec::with_capacity(pairs.episode_instructions.len());
    let episodes: Vec<usize> = (0..pairs.episode_instructions.len()).collect();
    for round in episodes.chunks(ROUND) {
        let clips: Vec<_> = round
            .par_iter()
            .map(|&episode| {
                let length = pairs.loader.rows()[episode].length as usize;
                pairs.clip(episode, midpoints(length, shape.video.frames))
            })
            .collect::<anyhow::Result<_>>()?;
        let seen = models.video.see(&clips, None, None);
        let tapped = seen.tap(tap);
        let width = tapped.dims()[1];
        let tapped: Vec<f32> = tapped.into_data().iter::<f32>().collect();
        for (tap, &episode) in tapped.chunks_exact(width).zip(round) {
            taps.push(Tapped { label: pairs.label(episode), tap: tap.to_vec() });
        }
        let seen = unit(seen.embedding);
        let scores = seen.matmul(sentences.clone().transpose()).into_data();
        let scores: Vec<f32> = scores.iter::<f32>().collect();
        for (row, &episode) in scores.chunks_exact(candidates.len()).zip(round) {
            let truth = pairs.episode_instructions[episode];
            let best = |task: Option<usize>| {
                let scored = candidates.iter().zip(row);
                let among = scored.filter(|(said, _)| task.is_none_or(|task| said.task == task));
                // The first of equals, so that the answer never depends on an iterator's direction.
                among.fold((truth, f32::NEG_INFINITY), |best, (&said, &score)| {
                    if score > best.1 { (said, score) } else { best }
                })
            };
            let (guess, within) = (best(None).0, best(Some(truth.task)).0);
            found.push(Recognised { episode, truth, guess, within });
        }
    }
    Ok((found, taps))
}
