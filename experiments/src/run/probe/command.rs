//! The command `mirror probe`.

use std::path::PathBuf;

use agents::alignment::{Alignment, Label};
use agents::nn::weights::stream;
use burn::tensor::Device;
use clap::Args;
use sim::episode::split::Split;

use super::features::{Features, Rows};
use super::fit::{Set, fit};
use super::report::{ProbeReport, Variant};
use super::score;
use crate::cli::flags::{DeviceFlag, Workers};
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::run::evaluate::Policy;
use crate::run::models::Models;
use crate::store::run_folder::RunFolder;
use crate::store::tables;
use crate::store::tables::Probe;

/// Arguments of `mirror probe`.
#[derive(Args, Clone, Debug)]
pub struct ProbeArguments {
    /// Folder of a trained run
    #[arg(long, value_name = "DIR")]
    run: PathBuf,
    /// Times the maps are trained, each from other first weights
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100))]
    seeds: u64,
    /// Most steps of the maps; they end sooner where the episodes held out say so
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..))]
    steps: u64,
    /// Dataset that the run learned from [default: the one its settings describe]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    workers: Workers,
    #[command(flatten)]
    device: DeviceFlag,
}

/// Probes a run, writes the table `probe` into its folder, and prints it.
///
/// # Errors
/// Names what is missing of the run.
pub fn run(arguments: &ProbeArguments, output: &Output) -> anyhow::Result<()> {
    let device = arguments.device.open()?;
    arguments.workers.everywhere()?;
    let policy = Policy::load(&arguments.run, &device)?;
    let report = probe(&policy, arguments, &device)?;
    let table = RunFolder::new(&arguments.run).table::<Probe>();
    tables::write(&table, &rows(&policy, &report)?)?;
    output.print(&report)
}

fn probe(
    policy: &Policy,
    arguments: &ProbeArguments,
    device: &Device,
) -> anyhow::Result<ProbeReport> {
    let Policy { config, shape, models, .. } = policy;
    let given = arguments.data.as_deref();
    let learned = policy.demonstrations(Split::Train, given, device)?;
    let unseen = policy.demonstrations(Split::Test, None, device)?;
    let of = |models: &Models| -> anyhow::Result<[Features; 2]> {
        Ok([Features::of(models, &learned, config)?, Features::of(models, &unseen, config)?])
    };
    let trained = of(models)?;
    let random = of(&Models::new(config, shape, device)?)?;
    let mean: fn(&Features) -> &Rows = |features| &features.done;
    let once: fn(&Features) -> &Rows = |features| &features.once;
    let kinds = [
        ("keyframes", &trained, mean, false),
        ("one keyframe", &trained, once, false),
        ("shuffled pairs", &trained, mean, true),
        ("random towers", &random, mean, false),
    ];
    let progress = Progress::new(kinds.len() * arguments.seeds as usize, "maps");
    let labels = &trained[1].labels;
    let mut variants = Vec::with_capacity(kinds.len() + 1);
    for (name, [train, test], side, shuffled) in kinds {
        let [train, test] = standard(train, test, side);
        let mut measured = Vec::with_capacity(arguments.seeds as usize);
        for seed in 0..arguments.seeds {
            let train = match shuffled {
                true => &train.shuffled(&mut stream(seed, 0, 0, "probe shuffle")),
                false => &train,
            };
            let maps = fit(train, shape.alignment.latent, arguments.steps, seed, device)?;
            measured.push(measure(&maps, &test, seed, device));
            progress.step();
        }
        variants.push(Variant::of(name, &measured));
    }
    if config.align.enabled {
        let Features { seen, done, labels, .. } = &trained[1];
        let test = Set { seen: seen.clone(), done: done.clone(), labels: labels.clone() };
        variants.push(Variant::of(
            "the run's own maps",
            &[measure(&models.alignment, &test, 0, device)],
        ));
    }
    Ok(ProbeReport {
        run: config.hash()?,
        arm: config.arm(),
        learned: trained[0].labels.len(),
        tested: labels.len(),
        instructions: instructions(labels),
        chance: score::chance(labels).into_iter().collect(),
        variants,
    })
}

fn measure(maps: &Alignment, test: &Set, seed: u64, device: &Device) -> Vec<score::Metric> {
    let mut found = score::score(maps, test, device);
    found.push(score::null(maps, test, &mut stream(seed, 0, 0, "probe null"), device));
    found
}

fn instructions(labels: &[Label]) -> usize {
    let mut all: Vec<usize> = labels.iter().map(|label| label.instruction).collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

/// Both sets, every feature with the mean and the deviation that it has in the first.
fn standard(train: &Features, test: &Features, side: fn(&Features) -> &Rows) -> [Set; 2] {
    let (seen, done) = (Scale::of(&train.seen), Scale::of(side(train)));
    [train, test].map(|features| Set {
        seen: seen.apply(&features.seen),
        done: done.apply(side(features)),
        labels: features.labels.clone(),
    })
}

/// Mean and deviation of each feature.
struct Scale(Vec<[f32; 2]>);

impl Scale {
    fn of(rows: &Rows) -> Self {
        let width = rows.first().map_or(0, Vec::len);
        let count = rows.len().max(1) as f64;
        let scale = |feature: usize| {
            let values = || rows.iter().map(|row| f64::from(row[feature]));
            let mean = values().sum::<f64>() / count;
            let spread = (values().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
            // A feature that never changes says nothing, and stays at zero.
            [mean as f32, if spread > 1e-6 { spread as f32 } else { 1.0 }]
        };
        Self((0..width).map(scale).collect())
    }

    fn apply(&self, rows: &Rows) -> Rows {
        let one = |row: &Vec<f32>| {
            row.iter().zip(&self.0).map(|(value, [mean, spread])| (value - mean) / spread).collect()
        };
        rows.iter().map(one).collect()
    }
}

fn rows(policy: &Policy, report: &ProbeReport) -> anyhow::Result<Vec<Probe>> {
    let config = &policy.config;
    let (run, arm, pairing) = (config.hash()?, config.arm(), config.pairing());
    let row = |variant: &str, metric: &str, value: f64| Probe {
        run: run.clone(),
        arm: arm.clone(),
        pairing: pairing.into(),
        tau: config.align.tau,
        seed: config.seed as i64,
        variant: variant.into(),
        metric: metric.into(),
        value,
    };
    let chance = report.chance.iter().map(|(metric, value)| row("chance", metric, *value));
    let measured = report.variants.iter().flat_map(|variant| {
        variant.metrics.iter().map(|metric| row(&variant.name, &metric.name, metric.mean))
    });
    Ok(chance.chain(measured).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::train::Pairs;
    use crate::store::dataset::DatasetConfig;

    #[test]
    fn probing_leaves_every_parameter_of_the_towers_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        crate::data::collect::collect(&DatasetConfig::small(), folder.path(), None).unwrap();

        let config = crate::run::config::Config::default();
        let shape = config.shape().unwrap();
        let device = agents::nn::device::cpu();
        let models = Models::new(&config, &shape, &device).unwrap();
        let before = models.to_bytes().unwrap();
        let pairs =
            Pairs::open(folder.path(), &config, &shape, models.vocabulary.as_ref()).unwrap();
        let found = Features::of(&models, &pairs, &config).unwrap();
        let [set, _] = standard(&found, &found, |features| &features.done);
        let weights = |steps| {
            let maps = fit(&set, shape.alignment.latent, steps, 0, &device).unwrap();
            let mut bytes = Vec::new();
            agents::nn::weights::write(agents::nn::weights::collect(&maps, "mirror"), &mut bytes)
                .unwrap();
            bytes
        };
        assert!(weights(0) != weights(3), "the maps did not learn");
        assert!(models.to_bytes().unwrap() == before, "the models learned too");
    }
}
