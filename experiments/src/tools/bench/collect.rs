//! How fast demonstrations are made, stored and read again.

use std::path::Path;
use std::time::Instant;

use agents::alignment::Pairing;
use sim::episode::split::Split;
use sim::render::camera::SIDE;
use sim::robot::GraspMode;
use sim::task::Rules;
use sim::tasks;

use super::report::{Bench, Metric};
use crate::cli::clock::processor_seconds;
use crate::cli::flags::Renderer;
use crate::data::cameras::policy_cameras;
use crate::data::collect::{Job, demonstrate};
use crate::run::config::Config;
use crate::run::models::vocabulary;
use crate::run::train::{Pairs, Phase};
use crate::store::dataset;
use crate::store::dataset::{DatasetConfig, FORMAT};

/// Demonstrations of each task (default 4).
const EPISODES: u32 = 4;
/// Batches per measurement of what training is given (default 12).
const BATCHES: u64 = 12;

/// Measures on one thread what one core stores, and what training is then given.
pub(super) fn run() -> anyhow::Result<Bench> {
    let folder = std::env::temp_dir().join(format!("mirror-bench-{}", std::process::id()));
    let measured = measure_in(&folder);
    std::fs::remove_dir_all(&folder).ok();
    Ok(Bench::new("collect", measured?))
}

fn measure_in(folder: &Path) -> anyhow::Result<Vec<Metric>> {
    let config = config(EPISODES);
    let jobs = Job::all(&config)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let begun = processor_seconds();
    let summary = pool.install(|| crate::data::collect::collect(&config, folder, None))?;
    // Keyframes are not stored, they are drawn when asked for; here they count as if they were.
    let drawn = processor_seconds();
    let views = views(folder, &jobs, &config)?;
    let drawing = processor_seconds() - drawn;
    let total = processor_seconds() - begun;
    let count = jobs.len() as f64;
    let making = processor_seconds();
    for job in &jobs {
        demonstrate(job, &config, &sim::render::renderer::Renderer::Raster)?;
    }
    let bare = processor_seconds() - making;
    let mut metrics = vec![
        Metric::new("stored_demos_per_core", count / total, "demos/s"),
        Metric::new("demos_without_disk", count / bare, "demos/s"),
        Metric::new("keyframe_views", f64::from(views) / drawing, "views/s"),
        Metric::new("bytes_per_demo", summary.bytes as f64 / count, "B"),
    ];
    for workers in [1, std::thread::available_parallelism().map_or(1, usize::from)] {
        let rate = pairs(folder, workers)?;
        metrics.push(Metric::new(format!("pairs_{workers}_threads"), rate, "pairs/s"));
    }
    metrics.dedup_by(|a, b| a.name == b.name);
    Ok(metrics)
}

/// Demonstrations of every task with the defaults of `mirror collect`, through the front camera.
pub(super) fn config(episodes: u32) -> DatasetConfig {
    DatasetConfig {
        format: FORMAT,
        mirror: env!("CARGO_PKG_VERSION").into(),
        tasks: tasks::ALL.iter().map(|task| task.name.to_owned()).collect(),
        episodes,
        split: Split::Train,
        seed: 0,
        rules: Rules::Fixed,
        grasp: GraspMode::Assist,
        renderer: Renderer::Raster,
        adapter: None,
        cameras: vec!["front".into()],
        size: 128,
        views: None,
    }
}

/// Draws the four views of every keyframe from the stored logs; returns how many.
fn views(folder: &Path, jobs: &[Job], config: &DatasetConfig) -> anyhow::Result<u32> {
    let cameras = policy_cameras(SIDE)?;
    let mut count = 0;
    for job in jobs {
        let log = dataset::load_log(&folder.join(dataset::state_path(&job.id(config))))?;
        let mut observer = sim::render::observe::Observer::new(&log.scene.scene);
        for &step in [0].iter().chain(&log.keyframes) {
            let seen = log.observe(&mut observer, &log.steps[step as usize], &cameras)?;
            count += seen.views.len() as u32;
        }
    }
    Ok(count)
}

/// Pairs per second that training is given of the dataset: clips and transitions drawn again, and made
/// into tensors, by so many threads.
fn pairs(folder: &Path, workers: usize) -> anyhow::Result<f64> {
    let config = Config::default();
    let shape = config.shape().map_err(anyhow::Error::msg)?;
    let words = vocabulary(&shape, config.data.rules)?;
    let pairs = Pairs::open(folder, &config, &shape, words.as_ref())?;
    let sampler = pairs.sampler(Pairing::default())?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build()?;
    let begun = Instant::now();
    for step in 0..BATCHES {
        pool.install(|| pairs.batch(&sampler, Phase::Solo.position(&config, step)))?;
    }
    Ok((BATCHES as usize * config.train.batch) as f64 / begun.elapsed().as_secs_f64())
}
