//! What frozen towers make of the episodes of a dataset.

use agents::alignment::Label;
use agents::nn::weights::stream;
use agents::policy::arp;
use agents::video::viclip::midpoints;
use rand::RngExt as _;
use rayon::prelude::*;

use crate::cli::progress::Progress;
use crate::run::config::Config;
use crate::run::models;
use crate::run::models::Models;
use crate::run::train::Pairs;

/// Clips or observations that go through a tower at once: bounds memory.
const ROUND: usize = 32;

/// Rows of numbers, one for each episode.
pub(super) type Rows = Vec<Vec<f32>>;

/// Both towers' features of every episode of a dataset.
#[derive(Clone, Debug)]
pub(super) struct Features {
    /// ViClip's tap of the whole clip, nothing masked.
    pub(super) seen: Rows,
    /// The policy's tap, averaged over the keyframes of the episode.
    pub(super) done: Rows,
    /// The same at one keyframe, drawn at random.
    pub(super) once: Rows,
    /// Where each row comes from.
    pub(super) labels: Vec<Label>,
}

impl Features {
    /// Of every episode, in the order of the dataset.
    pub(super) fn of(models: &Models, pairs: &Pairs, config: &Config) -> anyhow::Result<Self> {
        let (done, once) = done(models, pairs, config)?;
        let said = pairs.episode_instructions.iter().enumerate();
        let label = |(episode, &said): (usize, &models::Instruction)| Label {
            episode,
            instruction: pairs.instructions.number(said),
            task: said.task,
        };
        let labels = said.map(label).collect();
        Ok(Self { seen: seen(models, pairs, config)?, done, once, labels })
    }
}

fn seen(models: &Models, pairs: &Pairs, config: &Config) -> anyhow::Result<Rows> {
    let frames = config.shape().map_err(anyhow::Error::msg)?.video.frames;
    let episodes: Vec<usize> = (0..pairs.episode_instructions.len()).collect();
    let progress = Progress::new(episodes.len(), "clips");
    let mut rows = Rows::with_capacity(episodes.len());
    for round in episodes.chunks(ROUND) {
        let clip = |&episode: &usize| {
            let length = pairs.loader.rows()[episode].length as usize;
            pairs.clip(episode, midpoints(length, frames))
        };
        let clips: Vec<_> = round.par_iter().map(clip).collect::<anyhow::Result<_>>()?;
        let tap = models.video.see(&clips, None, None).tap(config.align.tap_u);
        let width = tap.dims()[1];
        let values: Vec<f32> = tap.into_data().iter::<f32>().collect();
        rows.extend(values.chunks_exact(width).map(<[f32]>::to_vec));
        round.iter().for_each(|_| progress.step());
    }
    Ok(rows)
}

/// The mean over the keyframes, and one of them.
fn done(models: &Models, pairs: &Pairs, config: &Config) -> anyhow::Result<(Rows, Rows)> {
    let tap: arp::Tap = config.align.tap_e.parse().map_err(anyhow::Error::msg)?;
    let episodes = pairs.loader.rows();
    let one = |(episode, row): (usize, &crate::store::dataset::Row)| {
        let mut rng = stream(config.seed, 0, episode as u64, "probe keyframe");
        rng.random_range(0..row.keyframes.len())
    };
    let chosen: Vec<usize> = episodes.iter().enumerate().map(one).collect();
    let all = episodes.iter().enumerate();
    let all = all.flat_map(|(episode, row)| (0..row.keyframes.len()).map(move |k| (episode, k)));
    let all: Vec<(usize, usize)> = all.collect();
    let progress = Progress::new(all.len(), "keyframes");
    let mut sums: Rows = vec![Vec::new(); episodes.len()];
    let mut once: Rows = vec![Vec::new(); episodes.len()];
    for round in all.chunks(ROUND) {
        let load = |&(episode, k): &(usize, usize)| pairs.loader.transition(episode, k);
        let loaded: Vec<_> = round.par_iter().map(load).collect::<anyhow::Result<_>>()?;
        let mut observed = Vec::with_capacity(round.len());
        for (transition, &(episode, k)) in loaded.iter().zip(round) {
            let text = pairs
                .instructions
                .tell(pairs.instructions.canonical(pairs.episode_instructions[episode])?);
            let (seen, timed) = (&transition.observation, config.time_in_state);
            observed.push(models::observation(seen, text, timed, k));
        }
        let decided = pairs.preprocessor().decide(&models.policy, &observed, tap)?;
        for (decision, &(episode, k)) in decided.into_iter().zip(round) {
            let sum = &mut sums[episode];
            sum.resize(decision.tap.len(), 0.0);
            sum.iter_mut().zip(&decision.tap).for_each(|(sum, value)| *sum += value);
            if k == chosen[episode] {
                once[episode] = decision.tap;
            }
            progress.step();
        }
    }
    for (sum, row) in sums.iter_mut().zip(episodes) {
        let count = row.keyframes.len() as f32;
        sum.iter_mut().for_each(|value| *value /= count);
    }
    Ok((sums, once))
}
