//! Two linear maps, trained on features that stay as they are.

use agents::alignment;
use agents::alignment::{Alignment, Label, Labels, Level, Negatives, losses};
use agents::nn::weights::{Init, stream};
use anyhow::Context as _;
use burn::module::Module as _;
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use std::collections::BTreeMap;

use super::features::Rows;

/// Rate of the maps (ten times the paper's: nothing else moves).
const RATE: f64 = 1e-3;
/// Most pairs in a step, each of another instruction.
const BATCH: usize = 256;
/// Steps between looks at the episodes held out.
const LOOK: u64 = 50;
/// Looks without getting better after which training ends.
const PATIENCE: u32 = 6;
/// Fewer held out episodes than this say nothing: then all steps are taken.
const ENOUGH: usize = 8;

/// Pairs of features: row `i` of both sides is one episode.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub(super) seen: Rows,
    pub(super) done: Rows,
    pub(super) labels: Vec<Label>,
}

impl Set {
    /// The rows of these places.
    pub(super) fn rows(&self, places: &[usize]) -> Self {
        let pick = |rows: &Rows| places.iter().map(|&place| rows[place].clone()).collect();
        let labels = places.iter().map(|&place| self.labels[place]).collect();
        Self { seen: pick(&self.seen), done: pick(&self.done), labels }
    }

    /// The same with the second side shuffled: pairs that mean nothing.
    pub(super) fn shuffled(&self, rng: &mut ChaCha8Rng) -> Self {
        let mut done = self.done.clone();
        for last in (1..done.len()).rev() {
            let other = rng.random_range(0..=last);
            done.swap(last, other);
        }
        Self { done, ..self.clone() }
    }

    /// Both sides on a device, and who they are.
    pub(super) fn tensors(&self, device: &Device) -> (Tensor<2>, Tensor<2>, Labels) {
        let labels = Labels {
            seen: self.labels.clone(),
            done: self.labels.clone(),
            level: Level::Instruction,
        };
        (tensor(&self.seen, device), tensor(&self.done, device), labels)
    }

    fn widths(&self) -> [usize; 2] {
        [&self.seen, &self.done].map(|rows| rows.first().map_or(0, Vec::len))
    }
}

fn tensor(rows: &Rows, device: &Device) -> Tensor<2> {
    let size = [rows.len(), rows.first().map_or(0, Vec::len)];
    Tensor::from_data(TensorData::new(rows.concat(), size), device)
}

/// Trains the maps on nine tenths of a set by the paper's loss, and keeps those that did best on the
/// tenth episodes.
pub(super) fn fit(
    set: &Set,
    latent: usize,
    steps: u64,
    seed: u64,
    device: &Device,
) -> anyhow::Result<Alignment> {
    let device = device.clone().autodiff();
    let (held, learned): (Vec<usize>, Vec<usize>) =
        (0..set.labels.len()).partition(|place| place % 10 == 9);
    let held = set.rows(&held);
    let by_instruction = sorted(set, &learned);
    let settings = alignment::Settings::default();
    let judged = alignment::Settings {
        negatives: Negatives::MultiPositive,
        ..alignment::Settings::default()
    };
    let loss = losses::find(&settings.loss).context("no such loss")?;
    let mut maps = Alignment::new(&Init::new(seed, &device), set.widths(), latent, &settings, loss);
    let mut optimiser: ModuleOptimizer =
        AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(0.0).init();
    let (mut best, mut best_loss, mut worse) = (maps.valid(), f32::INFINITY, 0);
    for step in 0..steps {
        let places = draw(&by_instruction, &mut stream(seed, step, 0, "probe"));
        let (seen, done, labels) = set.rows(&places).tensors(&device);
        let value = maps.forward(seen, done, &labels, &settings, loss).loss;
        let gradients = GradientsParams::from_grads(value.backward(), &maps);
        maps = optimiser.step(RATE, maps, gradients);
        if held.labels.len() < ENOUGH || (step + 1) % LOOK != 0 {
            continue;
        }
        let (seen, done, labels) = held.tensors(&device);
        let value = maps.forward(seen, done, &labels, &judged, loss).loss.into_scalar::<f32>();
        if value < best_loss {
            (best, best_loss, worse) = (maps.valid(), value, 0);
        } else {
            worse += 1;
            if worse == PATIENCE {
                break;
            }
        }
    }
    Ok(if best_loss.is_finite() { best } else { maps.valid() })
}

/// Places by instruction.
fn sorted(set: &Set, places: &[usize]) -> Vec<Vec<usize>> {
    let mut sorted: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &place in places {
        sorted.entry(set.labels[place].instruction).or_default().push(place);
    }
    sorted.into_values().collect()
}

/// One episode each of as many instructions as a batch holds: no negative is a positive in disguise.
fn draw(by_instruction: &[Vec<usize>], rng: &mut ChaCha8Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..by_instruction.len()).collect();
    let count = order.len().min(BATCH);
    for place in 0..count {
        let other = rng.random_range(place..order.len());
        order.swap(place, other);
    }
    let one = |&group: &usize| {
        let group = &by_instruction[group];
        group[rng.random_range(0..group.len())]
    };
    order[..count].iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_every_instruction_once_at_most() {
        let groups: Vec<Vec<usize>> = (0..400).map(|i| vec![2 * i, 2 * i + 1]).collect();
        let drawn = draw(&groups, &mut stream(1, 2, 0, "probe"));
        assert_eq!(drawn.len(), BATCH);
        let mut instructions: Vec<usize> = drawn.iter().map(|place| place / 2).collect();
        instructions.sort_unstable();
        instructions.dedup();
        assert_eq!(instructions.len(), BATCH);
        assert_eq!(draw(&groups[..3], &mut stream(1, 2, 0, "probe")).len(), 3);
    }
}
