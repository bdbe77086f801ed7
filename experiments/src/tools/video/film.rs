//! Films of episodes: contact sheets, animations and videos.

use std::io::Write as _;

use anyhow::Context as _;
use rayon::prelude::*;
use sim::episode::rollout::{Agent, Job};
use sim::episode::sample::SceneError;
use sim::episode::scene_file::SceneFile;
use sim::render::camera::Camera;
use sim::render::renderer::{RenderError, Renderer};
use sim::robot::action::Action;
use sim::task::Task;
use sim::tasks;

use super::actor::Actor;
use super::arguments::FilmArguments;
use crate::cli::progress::Progress;
use crate::cli::usage::UsageError;
use crate::media::film::{
    CaptionedStrip, EpisodeRecording, Picture, SheetLayout, animate, contact_sheet, write_png,
};
use crate::media::mp4;
use crate::store::file;

/// Hundredths of a second per control step.
const STEP: u16 = 5;
/// How long a keyframe and the last picture of an animation are shown, hundredths of a second.
const REST: u16 = 60;
/// Pictures side by side on a contact sheet of one episode, and tasks side by side on one of all.
const COLUMNS: u32 = 4;
const TASK_COLUMNS: u32 = 3;
/// Largest contact sheet, pixels: more would not fit into a viewer, or memory.
const LARGEST: u64 = 100_000_000;

/// Plays one episode and keeps it; `actions`, where a trained run decided them.
pub(super) fn record(
    arguments: &FilmArguments,
    task: &'static Task,
    actions: Option<&[Action]>,
    by: &Renderer,
) -> anyhow::Result<EpisodeRecording> {
    let Job { variation, seed, .. } = job(arguments, task);
    let file = scene(arguments, task)?;
    let grasp = arguments.grasp.grasp;
    let recording = match (actions, &arguments.agent) {
        (Some(actions), _) => EpisodeRecording::acted(file, grasp, actions, by),
        (None, Actor::Script(Agent::Replay)) => EpisodeRecording::replay(file, grasp, by),
        (None, _) => EpisodeRecording::expert(file, grasp, by),
    };
    recording.with_context(|| format!("task `{}` variation {variation} seed {seed}", task.name))
}

/// The episode of a task that is filmed.
pub(super) fn job(arguments: &FilmArguments, task: &'static Task) -> Job {
    Job { task, variation: arguments.variation, seed: arguments.seed.seed }
}

/// The scene of that episode.
pub(super) fn scene(arguments: &FilmArguments, task: &'static Task) -> anyhow::Result<SceneFile> {
    let Job { variation, seed, .. } = job(arguments, task);
    let file = SceneFile::sample(task, variation, seed, arguments.rules.rules);
    file.map_err(|error| match error {
        SceneError::NoVariation { .. } => UsageError(format!("--variation: {error}")).into(),
        other => anyhow::Error::new(other),
    })
}

/// A contact sheet of one episode; returns the number of pictures.
pub(super) fn sheet(
    arguments: &FilmArguments,
    recording: &mut EpisodeRecording,
) -> anyhow::Result<usize> {
    let size = arguments.size.map_or([256, 256], |size| size.0);
    let moments = match arguments.keyframes {
        true => recording.keyframes.clone(),
        false => recording.spread(arguments.frames.unwrap_or(12) as usize),
    };
    let strips = moments.len() as u32;
    let layout =
        SheetLayout { strips, columns: strips.clamp(1, COLUMNS), pictures: 1, picture: size };
    fits(&layout)?;
    let camera = arguments.camera(size)?;
    let strips = moments.iter().map(|&moment| strip(recording, moment, &camera));
    let strips = strips.collect::<Result<Vec<CaptionedStrip>, _>>()?;
    let sheet = contact_sheet(&layout, &strips);
    file::write_with(&arguments.out, |file| write_png(&sheet, file))?;
    Ok(moments.len())
}

/// A picture under its time, and the keyframe's number if it is one.
fn strip(
    recording: &mut EpisodeRecording,
    moment: usize,
    camera: &Camera,
) -> Result<CaptionedStrip, RenderError> {
    let seconds = moment as f64 * f64::from(STEP) / 100.0;
    let keyframe = recording.keyframes.iter().position(|one| *one == moment);
    let keyframe = keyframe.map(|n| format!("  keyframe {}", n + 1)).unwrap_or_default();
    let caption = format!("{seconds:.2} s{keyframe}");
    Ok(CaptionedStrip { caption, pictures: vec![recording.draw(moment, camera)?] })
}

/// A GIF of one episode; returns the number of pictures.
pub(super) fn animation(
    arguments: &FilmArguments,
    recording: &mut EpisodeRecording,
) -> anyhow::Result<usize> {
    let size = arguments.size.map_or([256, 256], |size| size.0);
    let every = arguments.every.unwrap_or(2);
    let moments = moments(arguments, recording, every);
    let delay = if arguments.keyframes { REST } else { STEP * every };
    let mut delays = vec![delay; moments.len()];
    if let Some(last) = delays.last_mut() {
        *last = REST.max(delay);
    }
    let camera = arguments.camera(size)?;
    let progress = Progress::new(2 * moments.len(), "pictures");
    let picture = |index: usize| {
        progress.step();
        recording.draw(moments[index], &camera)
    };
    let size = size.map(|length| length as u16);
    file::write_with(&arguments.out, |file| animate(size, &delays, picture, file))?;
    Ok(moments.len())
}

/// A film in real time, or as much faster as steps are left out; keyframes rest.
pub(super) fn film(
    arguments: &FilmArguments,
    recording: &mut EpisodeRecording,
) -> anyhow::Result<usize> {
    let [width, height] = arguments.size.map_or([256, 256], |size| size.0);
    let moments = moments(arguments, recording, arguments.every.unwrap_or(1));
    let camera = arguments.camera([width, height])?;
    let rest = if arguments.keyframes { REST / STEP } else { 1 };
    let progress = Progress::new(moments.len(), "pictures");
    let mut writer = mp4::Writer::new(width, height)?;
    let (mut count, last) = (0, moments.len() - 1);
    for (index, &moment) in moments.iter().enumerate() {
        let picture = recording.draw(moment, &camera)?;
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
fn moments(arguments: &FilmArguments, recording: &EpisodeRecording, every: u16) -> Vec<usize> {
    if arguments.keyframes && !recording.keyframes.is_empty() {
        return recording.keyframes.clone();
    }
    let last = recording.len() - 1;
    (0..last).step_by(usize::from(every)).chain([last]).collect()
}

/// A contact sheet of all tasks; the episodes, and the number of pictures.
pub(super) fn film_all(
    arguments: &FilmArguments,
    by: &Renderer,
) -> anyhow::Result<(Vec<EpisodeRecording>, usize)> {
    let size = arguments.size.map_or([160, 160], |size| size.0);
    let count = tasks::ALL.len() as u32;
    let columns = count.clamp(1, TASK_COLUMNS);
    let layout = SheetLayout { strips: count, columns, pictures: 3, picture: size };
    fits(&layout)?;
    let camera = arguments.camera(size)?;
    let pool = arguments.workers.pool()?;
    let all = tasks::ALL.iter();
    let jobs: Vec<Job> = all.clone().map(|task| job(arguments, task)).collect();
    all.clone().try_for_each(|task| scene(arguments, task).map(drop))?;
    let actions = arguments.actions(&jobs)?;
    let progress = Progress::new(tasks::ALL.len(), "tasks");
    type Filmed = (EpisodeRecording, CaptionedStrip);
    let film = |(index, task): (usize, &'static Task)| -> anyhow::Result<Filmed> {
        let actions = actions.as_ref().map(|actions| actions[index].as_slice());
        let mut recording = record(arguments, task, actions, by)?;
        let moments = recording.spread(3);
        let pictures = moments.iter().map(|&moment| recording.draw(moment, &camera));
        let pictures = pictures.collect::<Result<Vec<Picture>, _>>()?;
        progress.step();
        Ok((recording, CaptionedStrip { caption: task.name.replace('_', " "), pictures }))
    };
    let films: anyhow::Result<Vec<_>> =
        pool.install(|| tasks::ALL.par_iter().enumerate().map(film).collect());
    let (recordings, strips): (Vec<EpisodeRecording>, Vec<CaptionedStrip>) =
        films?.into_iter().unzip();
    let sheet = contact_sheet(&layout, &strips);
    file::write_with(&arguments.out, |file| write_png(&sheet, file))?;
    Ok((recordings, 3 * strips.len()))
}

fn fits(layout: &SheetLayout) -> anyhow::Result<()> {
    let [width, height] = layout.size();
    if width * height <= LARGEST {
        return Ok(());
    }
    Err(UsageError(format!(
        "--size: the contact sheet would have {width}x{height} pixels; the limit is {} million",
        LARGEST / 1_000_000
    ))
    .into())
}
