//! `mirror bench train`: what a joint step of training costs on one core, and where its time goes.
//!
//! Data, forward and backward pass, and update are timed where they happen, in a pool of one thread and
//! in processor time, so that other work on the machine does not count. The share of matrix products is
//! measured too: the products of the step, forward and backward, by their shapes alone and on the same
//! thread, in turn with the steps. It includes what a product does beside multiplying: fresh memory for
//! the result, and packing.

use std::path::Path;

use agents::alignment::Pairing;
use agents::count;
use agents::presets::Preset;
use burn::tensor::Device;

use super::products::Products;
use super::pytorch;
use super::report::{Bench, Metric, spread};
use crate::cli::clock::processor_seconds;
use crate::cli::machine::memory_peak_bytes;
use crate::cli::progress::Progress;
use crate::cli::usage::UsageError;
use crate::run::config::Config;
use crate::run::models::Models;
use crate::run::train::{Learner, Pairs, Phase, StepTimings};
use crate::statistics::median;

/// Demonstrations of each task.
const EPISODES: u32 = 2;
/// Steps in a repeat.
const STEPS: u64 = 4;

/// Measures; `repeats` of everything, in turn.
pub(super) fn run(preset: &str, repeats: usize) -> anyhow::Result<Bench> {
    let config = config(preset);
    let shape = config.shape().map_err(UsageError)?;
    let folder = std::env::temp_dir().join(format!("mirror-bench-{}", std::process::id()));
    // One thread for everything; a pool, because the libraries' own pool has as many as the machine.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let measured = pool.install(|| measure(&folder, &config, &shape, repeats));
    std::fs::remove_dir_all(&folder).ok();
    let (mut metrics, step) = measured?;
    let mut notes = vec![format!(
        "preset {preset}, batches of {}; processor time of one thread",
        config.train.batch
    )];
    match pytorch::measure(&shape, config.train.batch, repeats) {
        Ok(found) => {
            metrics.extend(spread("pytorch_step", &found.seconds, "s"));
            let theirs = median(&found.seconds);
            metrics.push(Metric::new("ratio_to_pytorch", theirs / step, "x"));
            notes.push(format!("{}, one thread, the same shapes without data", found.name));
        }
        Err(reason) => notes.push(format!("no comparison with PyTorch: {reason}")),
    }
    Ok(Bench { notes, ..Bench::new("train", metrics) })
}

fn config(preset: &str) -> Config {
    let mut config = Config { preset: preset.into(), ..Config::default() };
    // The angle of the gradients takes two more passes every so many steps, and judges nothing here.
    config.train.angle = 0;
    config
}

/// The metrics, and seconds of a step without its data.
fn measure(
    folder: &Path,
    config: &Config,
    shape: &Preset,
    repeats: usize,
) -> anyhow::Result<(Vec<Metric>, f64)> {
    crate::data::collect::collect(&super::collect::config(EPISODES), folder, None)?;
    let device = Device::flex().autodiff();
    let models = Models::new(config, shape, &device)?;
    let pairs = Pairs::open(folder, config, shape, models.vocabulary.as_ref())?;
    let sampler = pairs.sampler(Pairing::default())?;
    let mut learner = Learner::new(models, config, shape, &device)?;
    let products = Products::new(shape, config.train.batch);
    let progress = Progress::new(repeats, "repeats");
    // Seconds per step: data, forward, backward, update, matrix products.
    let mut rows: Vec<[f64; 5]> = Vec::new();
    let mut next = 0;
    for repeat in 0..=repeats {
        let (mut data, before) = (0.0, learner.spent);
        for _ in 0..STEPS {
            let begun = processor_seconds();
            let batch = pairs.batch(&sampler, Phase::Joint.position(config, next))?;
            data += processor_seconds() - begun;
            learner.step(batch, &pairs.instructions, Phase::Joint, next, false)?;
            next += 1;
        }
        let StepTimings { forward, backward, update } = learner.spent;
        let parts = [forward - before.forward, backward - before.backward, update - before.update];
        let begun = processor_seconds();
        (0..STEPS).for_each(|_| products.multiply());
        let multiplying = processor_seconds() - begun;
        // The first repeat warms up.
        if repeat > 0 {
            let row = [data, parts[0], parts[1], parts[2], multiplying];
            rows.push(row.map(|seconds| seconds / STEPS as f64));
            progress.step();
        }
    }
    Ok((figures(config, shape, &rows), median(&rows.iter().map(step).collect::<Vec<_>>())))
}

/// Seconds of a step without its data.
fn step([_, forward, backward, update, _]: &[f64; 5]) -> f64 {
    forward + backward + update
}

fn figures(config: &Config, shape: &Preset, rows: &[[f64; 5]]) -> Vec<Metric> {
    let batch = config.train.batch as f64;
    let flop = count::counts(shape).train_flop * batch;
    let each = |of: &dyn Fn(&[f64; 5]) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
    let whole = |row: &[f64; 5]| row[0] + step(row);
    let mut metrics = Vec::new();
    metrics.extend(spread("pairs", &each(&|row| batch / whole(row)), "pairs/s"));
    metrics.extend(spread("pairs_without_data", &each(&|row| batch / step(row)), "pairs/s"));
    metrics.extend(spread("rate", &each(&|row| flop / step(row) / 1e9), "GFLOP/s"));
    let products = each(&|row| flop / row[4] / 1e9);
    metrics.extend(spread("rate_of_products_alone", &products, "GFLOP/s"));
    metrics.extend(spread("step", &each(&step), "s"));
    for (index, name) in ["data", "forward", "backward", "update"].into_iter().enumerate() {
        let share = each(&|row| 100.0 * row[index] / whole(row));
        metrics.push(Metric::new(format!("share/{name}"), median(&share), "%"));
    }
    let share = each(&|row| 100.0 * row[4] / step(row));
    metrics.extend(spread("products_of_step", &share, "%"));
    metrics.push(Metric::new("peak_memory", memory_peak_bytes() as f64 / 1e6, "MB"));
    metrics
}
