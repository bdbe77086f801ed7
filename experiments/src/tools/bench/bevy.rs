//! Bevy beside the rasteriser: the same scenes, cameras and moments.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sim::render::bevy::{OffscreenRenderer, RenderTimings};
use sim::render::camera::Camera;
use sim::render::observe::{Observer, PoseSnapshot};
use sim::render::renderer::{RenderError, Renderer};

use super::report::Metric;
use crate::cli::clock::processor_seconds;
use crate::cli::progress::Progress;
use crate::statistics::{mean, median};

/// Every how many of a scene's moments Bevy draws: it is far slower than the rasteriser.
const STRIDE: usize = 5;
/// Repetitions; figures are medians over them.
const REPEATS: usize = 3;

/// What is drawn: one scene at some moments through some cameras.
pub(super) struct DrawnScene<'a> {
    pub(super) task: &'static str,
    pub(super) scene: &'a sim::scene::description::Scene,
    pub(super) cameras: &'a [Camera],
    pub(super) moments: &'a [PoseSnapshot],
}

/// One repetition over all scenes.
struct Repetition {
    /// Seconds per picture, by the clock.
    clock: f64,
    /// Seconds of processor time per picture of each scene, all threads together.
    processor: Vec<f64>,
}

/// Figures of Bevy and what they were measured on.
pub(super) fn measure(scenes: &[DrawnScene]) -> anyhow::Result<(Vec<Metric>, String)> {
    let begun = Instant::now();
    let studio = OffscreenRenderer::open()?;
    let start = begun.elapsed().as_secs_f64();
    let renderer = Renderer::Bevy(studio.clone());
    let observers = scenes.iter().map(|scene| Observer::by(&renderer, scene.scene));
    let mut observers = observers.collect::<Result<Vec<_>, _>>()?;
    let progress = Progress::new(REPEATS + 1, "rounds of Bevy");
    // The first round meets sizes and meshes for the first time.
    repetition(scenes, &mut observers)?;
    progress.step();
    let (before, idle) = (studio.timings(), ticks());
    let mut repetitions = Vec::with_capacity(REPEATS);
    for _ in 0..REPEATS {
        repetitions.push(repetition(scenes, &mut observers)?);
        progress.step();
    }
    let (spent, busy) = (studio.timings(), ticks());
    let each = |seconds: &dyn Fn(&Repetition) -> f64| -> Vec<f64> {
        repetitions.iter().map(|one| 1.0 / seconds(one)).collect()
    };
    let overall = median(&each(&|one| mean(&one.processor)));
    let clock = median(&each(&|one| one.clock));
    let rates: Vec<f64> =
        (0..scenes.len()).map(|task| median(&each(&|one| one.processor[task]))).collect();
    let slowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    let mut metrics = vec![
        Metric::new("bevy_camera_frames", overall, "frames/s"),
        Metric::new("bevy_camera_frames_slowest_task", slowest, "frames/s"),
        Metric::new("bevy_camera_frames_by_the_clock", clock, "frames/s"),
        Metric::new("bevy_start", start, "s"),
    ];
    let pictures = (REPEATS * scenes.iter().map(DrawnScene::pictures).sum::<usize>()) as f64;
    metrics.extend(shares(before, spent, pictures));
    metrics.extend(threads_of(&idle, &busy));
    for (scene, rate) in scenes.iter().zip(rates) {
        metrics.push(Metric::new(format!("bevy_camera_frames.{}", scene.task), rate, "frames/s"));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let note = format!(
        "Bevy on {}, processor time of all threads (a GPU's own time is not in it), {cores} cores, \
         medians of {REPEATS} repetitions; its costs are by the clock",
        studio.adapter()
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

impl DrawnScene<'_> {
    fn pictures(&self) -> usize {
        self.cameras.len() * self.moments.iter().step_by(STRIDE).count()
    }
}

fn repetition(
    scenes: &[DrawnScene],
    observers: &mut [Observer],
) -> Result<Repetition, RenderError> {
    let mut processor = Vec::with_capacity(scenes.len());
    let mut clock = 0.0;
    let mut frames = Vec::new();
    for (scene, observer) in scenes.iter().zip(observers) {
        // A scene is put on stage once, then filmed.
        draw(scene, observer, &scene.moments[0], &mut frames)?;
        let (begun, busy) = (Instant::now(), processor_seconds());
        for moment in scene.moments.iter().step_by(STRIDE) {
            draw(scene, observer, moment, &mut frames)?;
        }
        clock += begun.elapsed().as_secs_f64();
        processor.push((processor_seconds() - busy) / scene.pictures() as f64);
    }
    let pictures: usize = scenes.iter().map(DrawnScene::pictures).sum();
    Ok(Repetition { clock: clock / pictures as f64, processor })
}

fn draw(
    scene: &DrawnScene,
    observer: &mut Observer,
    moment: &PoseSnapshot,
    frames: &mut Vec<sim::render::raster::Frame>,
) -> Result<(), RenderError> {
    observer.restore(moment);
    let cameras: Vec<Camera> = scene.cameras.iter().map(|c| c.resolved(moment.tip())).collect();
    observer.draw_all(&cameras, frames)
}

/// Places of `utime` and `stime` after the name of the thread (proc(5), `/proc/PID/stat`).
const TIMES: [usize; 2] = [11, 12];

/// Clock ticks that threads of each name have been busy, the numbers at the ends of names left out:
/// `llvmpipe-0` and `llvmpipe-1` are one. Empty where there is no `/proc`.
fn ticks() -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for task in std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let stat = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        if let Some((name, ticks)) = parse(&stat) {
            *found.entry(name).or_default() += ticks;
        }
    }
    found
}

fn parse(stat: &str) -> Option<(String, u64)> {
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = TIMES.iter().filter_map(|&place| fields.get(place)?.parse::<u64>().ok()).sum();
    Some((name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned(), ticks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_brackets_and_numbers_are_read() {
        let stat = "77 (llvm (x)-12) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1 0";
        assert_eq!(parse(stat), Some(("llvm (x)".into(), 300)));
        assert_eq!(parse("nothing"), None);
    }
}
