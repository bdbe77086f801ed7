//! Bevy beside the rasteriser: the same scenes, cameras and moments.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sim::render::bevy::{OffscreenRenderer, RenderTimings};
use sim::render::camera::Camera;
use sim::render::observe::{Observer, PoseSnapshot};
use sim::render::renderer::{RenderError, Renderer};

use super::{Metric, mean, median, threads};
use crate::cli::clock::processor_seconds;
use crate::cli::progress::Progress;

/// Every how many of a scene's moments Bevy draws: it is far slower than the rasteriser.
const STRIDE: usize = 5;
/// Repetitions; figures are medians over them.
const REPEATS: usize = 3;

/// What is drawn: one scene at some moments through some cameras.
pub(super) struct Take<'a> {
    pub(super) task: &'static str,
    pub(super) scene: &'a sim::scene::description::Scene,
    pub(super) cameras: &'a [Camera],
    pub(super) moments: &'a [PoseSnapshot],
}

/// One repetition over all scenes.
struct Lap {
    /// Seconds per picture, by the clock.
    clock: f64,
    /// Seconds of processor time per picture of each scene, all threads together.
    processor: Vec<f64>,
}

/// Figures of Bevy and what they were measured on.
pub(super) fn measure(takes: &[Take]) -> anyhow::Result<(Vec<Metric>, String)> {
    let begun = Instant::now();
    let renderer = OffscreenRenderer::open()?;
    let start = begun.elapsed().as_secs_f64();
    let bevy = Renderer::Bevy(renderer.clone());
    let observers = takes.iter().map(|take| Observer::by(&bevy, take.scene));
    let mut observers = observers.collect::<Result<Vec<_>, _>>()?;
    let progress = Progress::new(REPEATS + 1, "rounds of Bevy");
    // The first round meets sizes and meshes for the first time.
    lap(takes, &mut observers)?;
    progress.step();
    let (before, idle) = (renderer.timings(), threads::ticks());
    let mut laps = Vec::with_capacity(REPEATS);
    for _ in 0..REPEATS {
        laps.push(lap(takes, &mut observers)?);
        progress.step();
    }
    let (spent, busy) = (renderer.timings(), threads::ticks());
    let overall = median(laps.iter().map(|lap| 1.0 / mean(&lap.processor)).collect());
    let clock = median(laps.iter().map(|lap| 1.0 / lap.clock).collect());
    let rates: Vec<f64> = (0..takes.len())
        .map(|task| median(laps.iter().map(|lap| 1.0 / lap.processor[task]).collect()))
        .collect();
    let slowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    let mut metrics = vec![
        Metric::new("bevy_camera_frames", overall, "frames/s"),
        Metric::new("bevy_camera_frames_slowest_task", slowest, "frames/s"),
        Metric::new("bevy_camera_frames_by_the_clock", clock, "frames/s"),
        Metric::new("bevy_start", start, "s"),
    ];
    let pictures = (REPEATS * takes.iter().map(Take::pictures).sum::<usize>()) as f64;
    metrics.extend(shares(before, spent, pictures));
    metrics.extend(threads_of(&idle, &busy));
    for (take, rate) in takes.iter().zip(rates) {
        metrics.push(Metric::new(format!("bevy_camera_frames.{}", take.task), rate, "frames/s"));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let note = format!(
        "Bevy on {}, processor time of all threads (a GPU's own time is not in it), {cores} cores, \
         medians of {REPEATS} repetitions; its costs are by the clock",
        renderer.adapter()
    );
    Ok((metrics, note))
}

/// Where the time goes, for each picture; the most expensive first.
fn shares(before: RenderTimings, after: RenderTimings, pictures: f64) -> Vec<Metric> {
    let mut spent = [
        ("moving", after.moving - before.moving),
        ("queueing", after.queueing - before.queueing),
        ("preparing", after.preparing - before.preparing),
        ("encoding", after.encoding - before.encoding),
        ("driver", after.driver - before.driver),
        ("reading", after.reading - before.reading),
    ];
    spent.sort_by_key(|(_, time)| Reverse(*time));
    let metric = |(name, time): (&str, Duration)| {
        let each = 1e3 * time.as_secs_f64() / pictures;
        Metric::new(format!("bevy_cost_of_{name}"), each, "ms/frame")
    };
    spent.into_iter().map(metric).collect()
}

/// Whose threads the processor time went to; the busiest first, those below one per cent left out.
fn threads_of(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> Vec<Metric> {
    let of = |(name, ticks): (&String, &u64)| {
        (name.clone(), (ticks - before.get(name).unwrap_or(&0).min(ticks)) as f64)
    };
    let mut spent: Vec<(String, f64)> = after.iter().map(of).collect();
    let all: f64 = spent.iter().map(|(_, ticks)| ticks).sum();
    spent.retain(|(_, ticks)| *ticks > 0.01 * all);
    spent.sort_by(|a, b| b.1.total_cmp(&a.1));
    let metric = |(name, ticks): (String, f64)| {
        Metric::new(format!("bevy_threads_of_{name}"), 100.0 * ticks / all, "%")
    };
    spent.into_iter().map(metric).collect()
}

impl Take<'_> {
    fn pictures(&self) -> usize {
        self.cameras.len() * self.moments.iter().step_by(STRIDE).count()
    }
}

fn lap(takes: &[Take], observers: &mut [Observer]) -> Result<Lap, RenderError> {
    let mut processor = Vec::with_capacity(takes.len());
    let mut clock = 0.0;
    let mut frames = Vec::new();
    for (take, observer) in takes.iter().zip(observers) {
        // A scene is put on stage once, then filmed.
        draw(take, observer, &take.moments[0], &mut frames)?;
        let (begun, busy) = (Instant::now(), processor_seconds());
        for moment in take.moments.iter().step_by(STRIDE) {
            draw(take, observer, moment, &mut frames)?;
        }
        clock += begun.elapsed().as_secs_f64();
        processor.push((processor_seconds() - busy) / take.pictures() as f64);
    }
    let pictures: usize = takes.iter().map(Take::pictures).sum();
    Ok(Lap { clock: clock / pictures as f64, processor })
}

fn draw(
    take: &Take,
    observer: &mut Observer,
    moment: &PoseSnapshot,
    frames: &mut Vec<sim::render::raster::Frame>,
) -> Result<(), RenderError> {
    observer.restore(moment);
    let cameras: Vec<Camera> = take.cameras.iter().map(|c| c.resolved(moment.tip())).collect();
    observer.draw_all(&cameras, frames)
}
