//! `mirror video`: films of scripted episodes, as contact sheet or animation.

mod report;
mod size;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use rayon::prelude::*;
use sim::episode::rollout::Agent;
use sim::episode::scene_file::{SceneError, SceneFile};
use sim::render::camera::Camera;
use sim::render::renderer::{CannotDraw, Renderer};
use sim::task::definition::Task;
use sim::tasks;

use crate::cli::flags;
use crate::cli::flags::{GraspFlag, RendererFlag, RulesFlag, Seed, Workers, one_of};
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::usage::UsageError;
use crate::media::film::{Captioned, Grid, Lens, Picture, Reel, animate, contact_sheet, write_png};
use crate::media::mp4;
use crate::store::file;

use report::{Report, Shown};
use size::Size;

/// Arguments of `mirror video`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Task to film
    #[arg(long, value_name = "NAME", required_unless_present = "all", value_parser = flags::task)]
    task: Option<&'static Task>,
    /// Film every task instead: first, middle and last moment of each, on one sheet
    #[arg(long, conflicts_with_all = ["task", "every", "frames", "keyframes"])]
    all: bool,
    /// Variation of the task
    #[arg(long, value_name = "V", default_value_t = 0)]
    variation: usize,
    #[command(flatten)]
    seed: Seed,
    /// Who acts: the expert, or its keyframes sent through the action interface
    #[arg(long, default_value = "expert", value_parser = one_of::<Agent>(&["expert", "replay"]))]
    agent: Agent,
    /// front, left_shoulder, right_shoulder, overhead, wrist, side, behind, close, or eye:target in
    /// metres [default: front; with --all behind]
    #[arg(long, value_name = "NAME|x,y,z:x,y,z", allow_hyphen_values = true)]
    camera: Option<Lens>,
    /// Size of each picture, pixels [default: 256x256; with --all 160x160]
    #[arg(long, value_name = "WxH")]
    size: Option<Size>,
    /// Pictures on a contact sheet, evenly spaced [default: 12]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=400), conflicts_with = "keyframes")]
    frames: Option<u32>,
    /// Show every N-th control step (of 20 per second) of a film [default: 2 for .gif, 1 for .mp4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100), conflicts_with_all = ["keyframes", "frames"])]
    every: Option<u16>,
    /// Show the keyframes only
    #[arg(long)]
    keyframes: bool,
    #[command(flatten)]
    renderer: RendererFlag,
    #[command(flatten)]
    rules: RulesFlag,
    #[command(flatten)]
    grasp: GraspFlag,
    #[command(flatten)]
    workers: Workers,
    /// File to write, replaced if it exists: .png is a contact sheet, .gif and .mp4 are films
    #[arg(long, value_name = "FILE.png|.gif|.mp4")]
    out: PathBuf,
}

impl Arguments {
    /// The camera for pictures of this size, pixels.
    fn camera(&self, size: [u32; 2]) -> anyhow::Result<Camera> {
        let usual = || if self.all { "behind" } else { "front" }.parse();
        let lens = self.camera.clone().map_or_else(usual, Ok);
        Ok(lens.map_err(anyhow::Error::msg)?.camera(size))
    }
}

/// Hundredths of a second per control step.
const STEP: u16 = 5;
/// How long a keyframe and the last picture of an animation are shown, hundredths of a second.
const REST: u16 = 60;
/// Pictures side by side on a contact sheet of one episode, and tasks side by side on one of all.
const COLUMNS: u32 = 4;
const TASK_COLUMNS: u32 = 3;
/// Largest contact sheet, pixels: more would not fit into a viewer, or memory.
const LARGEST: u64 = 100_000_000;

/// Films, writes the file, and prints what it shows.
pub fn run(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let kind = file::extension("--out", &arguments.out, &["png", "gif", "mp4"])?;
    refuse(arguments, kind)?;
    file::check_writable("--out", &arguments.out)?;
    let renderer = arguments.renderer.renderer.open()?;
    let (reels, pictures) = match arguments.task {
        _ if arguments.all => film_all(arguments, &renderer)?,
        Some(task) => {
            let mut reel = record(arguments, task, &renderer)?;
            let pictures = match kind {
                "png" => sheet(arguments, &mut reel)?,
                "gif" => animation(arguments, &mut reel)?,
                _ => film(arguments, &mut reel)?,
            };
            (vec![reel], pictures)
        }
        None => (Vec::new(), 0),
    };
    let bytes = arguments.out.metadata().map_or(0, |file| file.len());
    let episodes = reels.iter().map(|reel| Shown::of(reel, arguments.agent)).collect();
    output.print(&Report { file: arguments.out.clone(), bytes, pictures, episodes })
}

/// Flags that the kind of file has no use for are mistakes, not to be ignored.
fn refuse(arguments: &Arguments, kind: &str) -> anyhow::Result<()> {
    let moving = kind != "png";
    let odd = arguments.size.is_some_and(|size| !size.0.into_iter().all(mp4::is_side));
    let (least, most) = mp4::SIDES;
    let wrong = match kind {
        _ if moving && arguments.all => "--all: makes a contact sheet, so --out must end in .png",
        _ if moving && arguments.frames.is_some() => {
            "--frames: is for .png; --every is for .gif and .mp4"
        }
        "png" if arguments.every.is_some() => "--every: is for .gif and .mp4; --frames is for .png",
        "mp4" if odd => &format!("--size: sides of an .mp4 must be even, {least} to {most}"),
        _ => return Ok(()),
    };
    Err(UsageError(wrong.into()).into())
}

fn record(arguments: &Arguments, task: &Task, by: &Renderer) -> anyhow::Result<Reel> {
    let (variation, seed) = (arguments.variation, arguments.seed.seed);
    let file = SceneFile::sample(task, variation, seed, arguments.rules.rules);
    let file = file.map_err(|error| match error {
        SceneError::NoVariation { .. } => UsageError(format!("--variation: {error}")).into(),
        other => anyhow::Error::new(other),
    })?;
    let reel = match arguments.agent {
        Agent::Replay => Reel::replay(file, arguments.grasp.grasp, by),
        _ => Reel::expert(file, arguments.grasp.grasp, by),
    };
    reel.with_context(|| format!("task `{}` variation {variation} seed {seed}", task.name))
}

fn sheet(arguments: &Arguments, reel: &mut Reel) -> anyhow::Result<usize> {
    let size = arguments.size.map_or([256, 256], |size| size.0);
    let moments = match arguments.keyframes {
        true => reel.keyframes.clone(),
        false => reel.spread(arguments.frames.unwrap_or(12) as usize),
    };
    let strips = moments.len() as u32;
    let grid = Grid { strips, columns: strips.clamp(1, COLUMNS), pictures: 1, picture: size };
    fits(&grid)?;
    let camera = arguments.camera(size)?;
    let strips = moments.iter().map(|&moment| strip(reel, moment, &camera));
    let strips = strips.collect::<Result<Vec<Captioned>, _>>()?;
    let sheet = contact_sheet(&grid, &strips);
    file::write_with(&arguments.out, |file| write_png(&sheet, file))?;
    Ok(moments.len())
}

/// A picture under its time, and the keyframe's number if it is one.
fn strip(reel: &mut Reel, moment: usize, camera: &Camera) -> Result<Captioned, CannotDraw> {
    let seconds = moment as f64 * f64::from(STEP) / 100.0;
    let keyframe = reel.keyframes.iter().position(|one| *one == moment);
    let keyframe = keyframe.map(|n| format!("  keyframe {}", n + 1)).unwrap_or_default();
    let caption = format!("{seconds:.2} s{keyframe}");
    Ok(Captioned { caption, pictures: vec![reel.draw(moment, camera)?] })
}

fn animation(arguments: &Arguments, reel: &mut Reel) -> anyhow::Result<usize> {
    let size = arguments.size.map_or([256, 256], |size| size.0);
    let every = arguments.every.unwrap_or(2);
    let moments = moments(arguments, reel, every);
    let delay = if arguments.keyframes { REST } else { STEP * every };
    let mut delays = vec![delay; moments.len()];
    if let Some(last) = delays.last_mut() {
        *last = REST.max(delay);
    }
    let camera = arguments.camera(size)?;
    let progress = Progress::new(2 * moments.len(), "pictures");
    let picture = |index: usize| {
        progress.step();
        reel.draw(moments[index], &camera)
    };
    let size = size.map(|length| length as u16);
    file::write_with(&arguments.out, |file| animate(size, &delays, picture, file))?;
    Ok(moments.len())
}

/// A film in real time, or as much faster as steps are left out; keyframes rest.
fn film(arguments: &Arguments, reel: &mut Reel) -> anyhow::Result<usize> {
    let [width, height] = arguments.size.map_or([256, 256], |size| size.0);
    let moments = moments(arguments, reel, arguments.every.unwrap_or(1));
    let camera = arguments.camera([width, height])?;
    let rest = if arguments.keyframes { REST / STEP } else { 1 };
    let progress = Progress::new(moments.len(), "pictures");
    let mut writer = mp4::Writer::new(width, height)?;
    let (mut count, last) = (0, moments.len() - 1);
    for (index, &moment) in moments.iter().enumerate() {
        let picture = reel.draw(moment, &camera)?;
        for _ in 0..if index == last { REST / STEP } else { rest } {
            writer.add(&picture.rgb)?;
            count += 1;
        }
        progress.step();
    }
    let film = writer.finish()?;
    file::write_with(&arguments.out, |file| file.write_all(&film).context("mp4"))?;
    Ok(count)
}

/// The moments that a film shows, the last one among them.
fn moments(arguments: &Arguments, reel: &Reel, every: u16) -> Vec<usize> {
    if arguments.keyframes && !reel.keyframes.is_empty() {
        return reel.keyframes.clone();
    }
    let last = reel.len() - 1;
    (0..last).step_by(usize::from(every)).chain([last]).collect()
}

fn film_all(arguments: &Arguments, by: &Renderer) -> anyhow::Result<(Vec<Reel>, usize)> {
    let size = arguments.size.map_or([160, 160], |size| size.0);
    let count = tasks::ALL.len() as u32;
    let columns = count.clamp(1, TASK_COLUMNS);
    let grid = Grid { strips: count, columns, pictures: 3, picture: size };
    fits(&grid)?;
    let camera = arguments.camera(size)?;
    let progress = Progress::new(tasks::ALL.len(), "tasks");
    let film = |task: &Task| -> anyhow::Result<(Reel, Captioned)> {
        let mut reel = record(arguments, task, by)?;
        let moments = reel.spread(3);
        let pictures = moments.iter().map(|&moment| reel.draw(moment, &camera));
        let pictures = pictures.collect::<Result<Vec<Picture>, _>>()?;
        progress.step();
        Ok((reel, Captioned { caption: task.name.replace('_', " "), pictures }))
    };
    let pool = arguments.workers.pool()?;
    let films: anyhow::Result<Vec<_>> = pool.install(|| tasks::ALL.par_iter().map(film).collect());
    let (reels, strips): (Vec<Reel>, Vec<Captioned>) = films?.into_iter().unzip();
    let sheet = contact_sheet(&grid, &strips);
    file::write_with(&arguments.out, |file| write_png(&sheet, file))?;
    Ok((reels, 3 * strips.len()))
}

fn fits(grid: &Grid) -> anyhow::Result<()> {
    let [width, height] = grid.size();
    if width * height <= LARGEST {
        return Ok(());
    }
    Err(UsageError(format!(
        "--size: the contact sheet would have {width}x{height} pixels; the limit is {} million",
        LARGEST / 1_000_000
    ))
    .into())
}
