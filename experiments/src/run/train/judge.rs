//! Offline judgement on demonstrations: does the policy point where the expert went, and is the video
//! recognised?

use agents::policy;
use agents::policy::{Workspace, geodesic};
use agents::presets::Preset;
use agents::video;
use agents::video::midpoints;
use burn::tensor::Tensor;
use rayon::prelude::*;
use serde::Serialize;
use sim::tasks;

use super::alignment_score::LabelledFeature;
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

/// What the policy decided where an expert had gone on.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedKeyframe {
    /// Number of the episode in the dataset.
    pub episode: usize,
    /// Number of the keyframe in the episode, from 0.
    pub keyframe: usize,
    /// Number of the task.
    pub task: usize,
    /// Distance of the coarse stage's point from the expert's, m; none where the policy has no stages.
    pub coarse: Option<f32>,
    /// From the expert's position to the decided one, world, m.
    pub offset: [f32; 3],
    /// Angle between the rotations, rad.
    pub turned: f32,
    /// The same about each of the fixed axes x, y, z, by Euler angles, rad.
    pub angles: [f32; 3],
    /// Whether the gripper is right.
    pub gripper: bool,
    /// Whether the collision bit is right.
    pub collision: bool,
    /// The policy's tap.
    pub tap: Vec<f32>,
}

impl JudgedKeyframe {
    /// Distance of the positions, m.
    #[must_use]
    pub fn apart(&self) -> f32 {
        self.offset.iter().map(|axis| axis * axis).sum::<f32>().sqrt()
    }

    /// Whether the position is hit.
    #[must_use]
    pub fn position(&self) -> bool {
        self.apart() <= NEAR
    }

    /// Whether the rotation is hit.
    #[must_use]
    pub fn rotation(&self) -> bool {
        self.turned <= TURNED
    }

    /// Whether the angle about one of the axes is hit.
    #[must_use]
    pub fn angle(&self, axis: usize) -> bool {
        self.angles[axis] <= TURNED
    }

    /// Whether the fine stage saw the expert's point: it was taught to find points up to this far from
    /// its middle.
    #[must_use]
    pub fn centred(&self, config: &Config) -> bool {
        let reach = config.augment.centre * 0.5 * Workspace::default().side;
        self.coarse.is_none_or(|apart| apart <= reach)
    }

    /// Whether everything is.
    #[must_use]
    pub fn all(&self) -> bool {
        self.position() && self.rotation() && self.gripper && self.collision
    }
}

/// What the policy decides at every keyframe of a dataset, in order.
pub fn keyframes(
    models: &Models,
    pairs: &Pairs,
    config: &Config,
) -> anyhow::Result<Vec<JudgedKeyframe>> {
    let tap: policy::Tap = config.align.tap_e.parse().map_err(anyhow::Error::msg)?;
    let rows = pairs.loader.rows().iter().enumerate();
    let all = rows.flat_map(|(episode, row)| (0..row.keyframes.len()).map(move |k| (episode, k)));
    let all: Vec<(usize, usize)> = all.collect();
    let mut judged = Vec::with_capacity(all.len());
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
        let decided = models.policy.decide(pairs.preprocessor(), &observed, tap)?;
        for ((decision, transition), &(episode, keyframe)) in
            decided.into_iter().zip(&loaded).zip(round)
        {
            let task = pairs.episode_instructions[episode].task;
            let wanted = models::target(&transition.action);
            judged.push(judged_keyframe([episode, keyframe, task], decision, &wanted));
        }
    }
    Ok(judged)
}

fn judged_keyframe(
    [episode, keyframe, task]: [usize; 3],
    decision: policy::Decision,
    wanted: &policy::Action,
) -> JudgedKeyframe {
    let policy::Decision { action: found, tap, explanation } = decision;
    let offset = |point: [f32; 3]| core::array::from_fn(|i| point[i] - wanted.position[i]);
    let length = |[x, y, z]: [f32; 3]| (x * x + y * y + z * z).sqrt();
    let [there, here] = [found.quaternion, wanted.quaternion].map(policy::euler);
    let between = |axis: usize| {
        let apart = (there[axis] - here[axis]).rem_euclid(360.0);
        apart.min(360.0 - apart).to_radians()
    };
    JudgedKeyframe {
        episode,
        keyframe,
        task,
        coarse: explanation.first().map(|stage| length(offset(stage.peak))),
        offset: offset(found.position),
        turned: geodesic(found.quaternion, wanted.quaternion),
        angles: [0, 1, 2].map(between),
        gripper: found.open == wanted.open,
        collision: found.ignore_collisions == wanted.ignore_collisions,
        tap,
    }
}

/// Hits by task, in the tables' order; tasks without a keyframe are left out.
#[must_use]
pub fn by_task(judged: &[JudgedKeyframe]) -> ByTask {
    let of_task = |task: usize| judged.iter().filter(move |one| one.task == task);
    let hits = (0..tasks::ALL.len()).map(|task| (task, Hits::of(of_task(task))));
    hits.filter(|(_, hits)| hits.transitions > 0).collect()
}

impl Hits {
    /// Counts them.
    pub fn of<'a>(judged: impl Iterator<Item = &'a JudgedKeyframe>) -> Self {
        judged.fold(Self::default(), |sum, one| Self {
            transitions: sum.transitions + 1,
            position: sum.position + i64::from(one.position()),
            rotation: sum.rotation + i64::from(one.rotation()),
            gripper: sum.gripper + i64::from(one.gripper),
            collision: sum.collision + i64::from(one.collision),
            all: sum.all + i64::from(one.all()),
        })
    }
}

/// What every video of the dataset is taken for, among the instructions of the dataset's tasks.
///
/// A clip is the middle frame of equally long segments of the whole episode.
pub fn recognise(
    models: &Models,
    pairs: &Pairs,
    shape: &Preset,
) -> anyhow::Result<Vec<Recognised>> {
    Ok(recognise_and_tap(models, pairs, shape, video::Tap::default())?.0)
}

/// The same, and the video encoder's tap of every clip.
pub(super) fn recognise_and_tap(
    models: &Models,
    pairs: &Pairs,
    shape: &Preset,
    tap: video::Tap,
) -> anyhow::Result<(Vec<Recognised>, Vec<LabelledFeature>)> {
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
    let sentences = unit(models.video.encode_text(&pairs.instructions.tokenize(&texts)));
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
        let encoded = models.video.encode_clips(&clips, None, None);
        let tapped = encoded.tap(tap);
        let width = tapped.dims()[1];
        let tapped: Vec<f32> = tapped.into_data().iter::<f32>().collect();
        for (tap, &episode) in tapped.chunks_exact(width).zip(round) {
            taps.push(LabelledFeature { label: pairs.label(episode), tap: tap.to_vec() });
        }
        let scores = unit(encoded.embedding).matmul(sentences.clone().transpose()).into_data();
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
