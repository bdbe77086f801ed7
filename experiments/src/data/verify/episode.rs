//! One episode, played and filmed again.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, ensure};
use sim::episode::log::{Log, record, replay};
use sim::render::renderer::Renderer;
use sim::robot::action::Outcome;

use super::report::Problem;
use crate::data::cameras::policy_cameras;
use crate::data::collect::film;
use crate::media::mp4::{Clip, frames};
use crate::store::dataset;
use crate::store::dataset::{DatasetConfig, DemonstrationRow, Views};
use crate::store::file;

/// Frames of each video that are decoded and compared: every one of this many.
const STRIDE: usize = 10;
/// Largest mean difference of a decoded frame from the picture drawn again, of 255.
const TOLERANCE: f64 = 12.0;

/// What is wrong with an episode, files that are known to be broken left out.
pub(super) fn check(
    folder: &Path,
    config: &DatasetConfig,
    renderer: &Renderer,
    row: &DemonstrationRow,
    broken: &BTreeSet<&str>,
) -> Vec<Problem> {
    let state = dataset::state_path(&row.id);
    if broken.contains(&*state) {
        return Vec::new();
    }
    let log = dataset::load_log(&folder.join(&state));
    let played = log.and_then(|log| play(&log, row).map(|()| log));
    let log = match played {
        Ok(log) => log,
        Err(error) => return vec![Problem::new(state, format!("{}", error.root_cause()))],
    };
    let films = match film(&log, config, renderer) {
        Ok(films) => films,
        Err(error) => return vec![Problem::new(state, format!("cannot be filmed: {error:#}"))],
    };
    let mut problems = Vec::new();
    if let Some(side) = config.views {
        let path = dataset::views_path(&row.id);
        let wrong = match broken.contains(&*path) {
            true => Ok(()),
            false => views(&folder.join(&path), &log, side, renderer),
        };
        problems.extend(wrong.err().map(|error| Problem::new(path, format!("{error:#}"))));
    }
    let sound = row.videos.iter().zip(films).filter(|(path, _)| !broken.contains(path.as_str()));
    problems.extend(sound.filter_map(|(path, film)| {
        let wrong = compare(&folder.join(path), film, &log).err()?;
        Some(Problem::new(path, format!("{:#}", wrong)))
    }));
    problems
}

/// The stored pictures of keyframes show what they show when drawn again.
fn views(path: &Path, log: &Log, side: u32, renderer: &Renderer) -> anyhow::Result<()> {
    let stored = Views::from_bytes(&file::read(path)?)?;
    let cameras = policy_cameras(side)?;
    let again = Views::draw(log, &cameras, renderer)?;
    let (have, wanted) = (stored.len(), again.len());
    ensure!(have == wanted, "has {have} moments, its log {wanted} actions");
    for number in 0..have {
        let seen = |views: &Views| views.read(number, cameras.clone());
        for (stored, again) in seen(&stored)?.iter().zip(seen(&again)?) {
            let pairs = stored.frame.rgb.iter().zip(&again.frame.rgb);
            let total: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
            let same = total / (stored.frame.rgb.len() as f64) < TOLERANCE;
            ensure!(same, "action {number}, {}: shows something else", stored.camera.name);
            let pairs = stored.frame.depth.iter().zip(&again.frame.depth);
            let off = pairs.filter(|(a, b)| (*a - *b).abs() > DEEP).count();
            let same = (off as f64) < EDGES * stored.frame.depth.len() as f64;
            ensure!(same, "action {number}, {}: lies elsewhere", stored.camera.name);
        }
    }
    Ok(())
}

/// Depths further apart than this are different ones, m: Bevy's and the rasteriser's are within it.
const DEEP: f32 = 0.002;
/// Share of the pixels whose depth may be another one: edges, drawn by another driver.
const EDGES: f64 = 0.02;

/// Plays the script and the keyframes again.
fn play(log: &Log, row: &DemonstrationRow) -> anyhow::Result<()> {
    let hashes = [&log.start, &log.end].map(ToString::to_string);
    ensure!(hashes == [&*row.start, &*row.end], "does not belong to its row of the table");
    let again = record(&log.scene, log.grasp)?;
    ensure!(again.end == log.end, "ends in another state when played again");
    ensure!(again == *log, "differs on the way when played again");
    let (outcome, end) = replay(log)?;
    ensure!(outcome == Outcome::Success, "its keyframes end with {}", outcome.name());
    ensure!(end.to_string() == row.replayed, "its keyframes end in another state");
    Ok(())
}

/// The stored video is the film made again, and its frames decode to the pictures.
fn compare(path: &Path, film: Vec<u8>, log: &Log) -> anyhow::Result<()> {
    let stored = Clip::parse(file::read(path)?).context("is not one of our videos")?;
    let (have, wanted) = (stored.len(), log.steps.len());
    ensure!(have == wanted, "has {have} frames, its log {wanted} steps");
    let film = Clip::parse(film)?;
    let some: Vec<usize> = (0..have).step_by(STRIDE).collect();
    for (stored, again) in frames(&stored, &some)?.iter().zip(frames(&film, &some)?) {
        let size = (stored.width, stored.height);
        ensure!(size == (again.width, again.height), "has frames of another size");
        let pairs = stored.rgb.iter().zip(&again.rgb);
        let total: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
        ensure!(total / (stored.rgb.len() as f64) < TOLERANCE, "shows something else");
    }
    Ok(())
}
