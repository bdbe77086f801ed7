//! `mirror bench render`: how fast the cameras draw, on one core.

use anyhow::Context as _;
use serde_json::{Value, json};
use sim::episode::environment::Episode;
use sim::episode::expert::demonstrate;
use sim::episode::scene_file::SceneFile;
use sim::episode::split::Split;
use sim::render::camera::{Camera, SIDE, rlbench_cameras};
use sim::render::observe::{Observer, PoseSnapshot};
use sim::render::raster::Frame;
use sim::render::renderer::RenderError;
use sim::robot::GraspMode;
use sim::robot::links::{self, LINKS};
use sim::task::{Rules, Task};
use sim::tasks;

#[cfg(feature = "bevy")]
use super::bevy;
use super::mjcf;
use super::mujoco::Mujoco;
use super::report::{Bench, Metric, readable};
use crate::cli::clock::processor_seconds;
use crate::cli::machine::Machine;
use crate::cli::progress::Progress;
use crate::cli::table::Table;
use crate::statistics::{mean, median};

/// What a policy sees through; the overhead camera is not among them.
const CAMERAS: [&str; 4] = ["front", "left_shoulder", "right_shoulder", "wrist"];
/// Moments of the expert's episode that are drawn, evenly spaced; each through all cameras.
const MOMENTS: usize = 40;
/// Repetitions; figures are medians over them.
const REPEATS: usize = 7;

/// One task's scene with moments at which something has moved.
struct RecordedScene {
    task: &'static Task,
    file: SceneFile,
    cameras: Vec<Camera>,
    observer: Observer,
    moments: Vec<PoseSnapshot>,
}

/// Measures, and compares with MuJoCo where it is installed.
pub(super) fn run() -> anyhow::Result<Bench> {
    // Before the thread is bound to one core, or the machine would seem to have no other.
    let machine = Machine::current();
    let everywhere = rustix::thread::sched_getaffinity(None).ok();
    let mut notes = vec![pin()];
    let progress = Progress::new(tasks::ALL.len() + REPEATS, "steps");
    let mut scenes = Vec::new();
    for task in tasks::ALL {
        scenes.push(RecordedScene::of(task)?);
        progress.step();
    }
    let work: Vec<Value> = scenes.iter().map(RecordedScene::mujoco).collect();
    let mut mujoco = match Mujoco::renderer([SIDE, SIDE], &work) {
        Ok(mujoco) => Some(mujoco),
        Err(reason) => {
            notes.push(format!("no comparison with MuJoCo: {reason}"));
            None
        }
    };
    // Seconds per picture: a row for each repetition, a column for each task.
    let (mut ours, mut theirs) = (Vec::<Vec<f64>>::new(), Vec::<Vec<f64>>::new());
    for _ in 0..REPEATS {
        ours.push(scenes.iter_mut().map(RecordedScene::seconds).collect::<Result<Vec<f64>, _>>()?);
        if let Some(other) = &mut mujoco {
            match other.repeat::<Vec<f64>>() {
                Ok(total) => {
                    let pictures = scenes.iter().map(|s| s.pictures() as f64);
                    theirs.push(total.iter().zip(pictures).map(|(s, n)| s / n).collect());
                }
                Err(reason) => {
                    notes.push(format!("no comparison with MuJoCo: {reason}"));
                    (mujoco, theirs) = (None, Vec::new());
                }
            }
        }
        progress.step();
    }
    let mut metrics = figures(&scenes, &ours);
    // Bevy may use every core: its driver does.
    if let Some(set) = everywhere {
        rustix::thread::sched_setaffinity(None, &set).ok();
    }
    match bevy_metrics(&scenes) {
        Ok((drawn, note)) => {
            metrics.extend(drawn);
            notes.push(note);
        }
        Err(reason) => notes.push(format!("no comparison with Bevy: {reason:#}")),
    }
    if let Some(mujoco) = &mujoco {
        notes.push(format!("compared with {}, RGB and depth", mujoco.name));
        let rates: Vec<f64> = theirs.iter().map(|row| 1.0 / mean(row)).collect();
        let pairs = ours.iter().zip(&theirs);
        let ratios: Vec<f64> = pairs.map(|(our, their)| mean(their) / mean(our)).collect();
        metrics.push(Metric::new("mujoco_frames", median(&rates), "frames/s"));
        metrics.push(Metric::new("ratio_to_mujoco", median(&ratios), "x"));
    }
    let table = by_task(&metrics);
    let tabled = &["camera_frames.", "bevy_camera_frames.", "triangles."];
    Ok(Bench { machine, notes, table, tabled, ..Bench::new("render", metrics) })
}

/// The figures of each task side by side.
fn by_task(metrics: &[Metric]) -> String {
    let find = |name: &str, task: &str| {
        let name = format!("{name}.{task}");
        let found = metrics.iter().find(|metric| metric.name == name);
        found.map_or_else(|| "-".into(), |metric| readable(metric.value))
    };
    let mut table = Table::new().indent(2).right(1).right(2).right(3);
    table.row(["frames/s by task", "raster", "bevy", "triangles"]);
    for task in tasks::ALL {
        let columns = ["camera_frames", "bevy_camera_frames", "triangles"];
        let [raster, bevy, triangles] = columns.map(|name| find(name, task.name));
        table.row([task.name, &raster, &bevy, &triangles]);
    }
    table.to_string()
}

/// Bevy's figures on the same scenes.
#[cfg(feature = "bevy")]
fn bevy_metrics(scenes: &[RecordedScene]) -> anyhow::Result<(Vec<Metric>, String)> {
    let drawn: Vec<bevy::DrawnScene> = scenes
        .iter()
        .map(|scene| bevy::DrawnScene {
            task: scene.task.name,
            scene: &scene.file.scene,
            cameras: &scene.cameras,
            moments: &scene.moments,
        })
        .collect();
    bevy::measure(&drawn)
}

#[cfg(not(feature = "bevy"))]
fn bevy_metrics(_: &[RecordedScene]) -> anyhow::Result<(Vec<Metric>, String)> {
    anyhow::bail!("built without the feature `bevy`")
}

impl RecordedScene {
    /// Records the expert's episode; drawing comes later, so that physics is not timed.
    fn of(task: &'static Task) -> anyhow::Result<Self> {
        let seed = Split::Test.first_seed();
        let file = SceneFile::sample(task, 0, seed, Rules::Fixed)?;
        let mut episode = Episode::new(&file, GraspMode::Assist)
            .with_context(|| format!("task `{}` variation 0 seed {seed}", task.name))?;
        let mut moments = vec![PoseSnapshot::of(episode.cell())];
        demonstrate(&mut episode, &mut |cell, _| moments.push(PoseSnapshot::of(cell)));
        moments.dedup();
        let last = moments.len() - 1;
        let count = MOMENTS.min(moments.len());
        let chosen = (0..count).map(|i| moments[i * last / (count - 1).max(1)].clone()).collect();
        let cameras = rlbench_cameras().into_iter();
        let cameras = cameras.filter(|camera| CAMERAS.contains(&camera.name.as_str())).collect();
        let observer = Observer::new(&file.scene);
        Ok(Self { task, file, cameras, observer, moments: chosen })
    }

    fn pictures(&self) -> usize {
        self.moments.len() * self.cameras.len()
    }

    /// Draws every moment through every camera; seconds per picture.
    fn seconds(&mut self) -> Result<f64, RenderError> {
        let mut frame = Frame::new();
        let started = processor_seconds();
        for moment in &self.moments {
            self.observer.restore(moment);
            for camera in &self.cameras {
                self.observer.draw(&camera.resolved(moment.tip()), &mut frame)?;
            }
        }
        Ok((processor_seconds() - started) / self.pictures() as f64)
    }

    /// The same scene, cameras and moments for MuJoCo.
    fn mujoco(&self) -> Value {
        let bodies = self.file.scene.bodies.iter().map(|body| body.parts.clone());
        let bodies: Vec<_> = bodies.chain((0..LINKS).map(links::parts)).collect();
        let names: Vec<&str> = self.cameras.iter().map(|camera| camera.name.as_str()).collect();
        let moment = |moment: &PoseSnapshot| -> Vec<[f32; 7]> {
            let tip = moment.tip();
            moment.poses().iter().chain([&tip]).map(mjcf::pose).collect()
        };
        let moments: Vec<_> = self.moments.iter().map(moment).collect();
        json!({"xml": mjcf::drawn_scene(&bodies, &self.cameras), "cameras": names, "moments": moments})
    }
}

fn figures(scenes: &[RecordedScene], seconds: &[Vec<f64>]) -> Vec<Metric> {
    let each = |of: &dyn Fn(&Vec<f64>) -> f64| -> Vec<f64> {
        seconds.iter().map(|row| 1.0 / of(row)).collect()
    };
    let overall = median(&each(&|row| mean(row)));
    let rate = |i: usize| median(&each(&|row| row[i]));
    let rates: Vec<f64> = (0..scenes.len()).map(rate).collect();
    let triangles: Vec<f64> = scenes.iter().map(|s| s.observer.triangles() as f64).collect();
    let slowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    let fastest = rates.iter().copied().fold(0.0, f64::max);
    let mut metrics = vec![
        Metric::new("camera_frames", overall, "frames/s"),
        Metric::new("camera_frames_slowest_task", slowest, "frames/s"),
        Metric::new("camera_frames_median_task", median(&rates), "frames/s"),
        Metric::new("camera_frames_fastest_task", fastest, "frames/s"),
        Metric::new("triangles", mean(&triangles), "per scene"),
    ];
    for ((scene, rate), triangles) in scenes.iter().zip(rates).zip(triangles) {
        let name = scene.task.name;
        metrics.push(Metric::new(format!("camera_frames.{name}"), rate, "frames/s"));
        metrics.push(Metric::new(format!("triangles.{name}"), triangles, "per scene"));
    }
    metrics
}

/// Keeps this thread, and what it starts, on the core it is on.
fn pin() -> String {
    let core = rustix::thread::sched_getcpu();
    let mut set = rustix::thread::CpuSet::new();
    set.set(core);
    match rustix::thread::sched_setaffinity(None, &set) {
        Ok(()) => {
            format!("one thread, on core {core}; processor time, medians of {REPEATS} repetitions")
        }
        Err(error) => format!("one thread, not kept on a core: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_moves_between_its_moments() {
        let scene = RecordedScene::of(&tasks::ALL[0]).unwrap();
        assert_eq!(scene.cameras.len(), CAMERAS.len());
        assert_eq!(scene.moments.len(), MOMENTS);
        assert!(scene.moments.windows(2).all(|two| two[0] != two[1]));
    }
}
