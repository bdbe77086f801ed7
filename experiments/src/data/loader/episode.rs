//! One episode's log, from which frames and transitions are drawn.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use sim::episode::log::{Log, Step};
use sim::render::camera::Camera;
use sim::render::observe::{Observation, Observer};
use sim::render::raster::Frame;
use sim::render::renderer::Renderer;
use sim::robot::action::Action;

use crate::store::dataset;
use crate::store::dataset::{DatasetManifest, DemonstrationRow, Views};

/// Some frames of an episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clip {
    /// Width and height, pixels.
    pub side: u32,
    /// Numbers of the frames in the episode.
    pub steps: Vec<usize>,
    /// Three bytes per pixel, rows from top to bottom, one frame after the other.
    pub rgb: Vec<u8>,
}

/// What the robot sees at one keyframe, and what it does to reach the next.
#[derive(Clone, Debug)]
pub struct Transition {
    /// Number of the transition in its episode, from 0.
    pub number: usize,
    /// Transitions of the episode.
    pub of: usize,
    /// The four views and the robot's own state, at the start or at the keyframe before.
    pub observation: Observation,
    /// The action that leads to the next keyframe.
    pub action: Action,
}

impl Transition {
    /// Size of its pictures, bytes.
    pub(super) fn bytes(&self) -> usize {
        let frames = self.observation.views.iter().map(|view| &view.frame);
        frames.map(|frame| frame.rgb.len() + size_of_val(&frame.depth[..])).sum()
    }
}

pub(super) struct Episode {
    folder: PathBuf,
    log: Arc<Log>,
    observer: Observer,
}

/// Reads an episode's log and leaves out what no picture needs.
pub(super) fn read(
    folder: &Path,
    manifest: &DatasetManifest,
    row: &DemonstrationRow,
) -> anyhow::Result<Log> {
    let file = dataset::state_path(&row.id);
    let packed = manifest.read(folder, &file)?;
    let mut log =
        dataset::unpack_log(&packed).with_context(|| folder.join(file).display().to_string())?;
    for step in &mut log.steps {
        step.contacts = Vec::new();
    }
    Ok(log)
}

impl Episode {
    pub(super) fn new(folder: &Path, log: Arc<Log>, renderer: &Renderer) -> anyhow::Result<Self> {
        let observer = Observer::by(renderer, &log.scene.scene)?;
        Ok(Self { folder: folder.to_owned(), log, observer })
    }

    /// Some frames of the episode.
    pub(super) fn draw(&mut self, steps: Vec<usize>, camera: &Camera) -> anyhow::Result<Clip> {
        let (mut rgb, mut frame) = (Vec::new(), Frame::new());
        for &step in &steps {
            let tip = self.log.place(&mut self.observer, &self.log.steps[step]);
            self.observer.draw(&camera.resolved(tip), &mut frame)?;
            rgb.extend(&frame.rgb);
        }
        Ok(Clip { side: camera.width, steps, rgb })
    }

    /// What is seen before an action, and the action.
    pub(super) fn transition(
        &mut self,
        number: usize,
        views: &[Camera],
    ) -> anyhow::Result<Transition> {
        let (step, action) = decision(&self.log, number)?;
        let observation = self.log.observe(&mut self.observer, step, views)?;
        Ok(Transition { number, of: self.log.actions.len(), observation, action })
    }

    /// The same with the pictures that the dataset stores.
    pub(super) fn stored(
        &self,
        number: usize,
        views: &[Camera],
        manifest: &DatasetManifest,
        row: &DemonstrationRow,
    ) -> anyhow::Result<Transition> {
        let (step, action) = decision(&self.log, number)?;
        let file = dataset::views_path(&row.id);
        let bytes = manifest.read(&self.folder, &file)?;
        let cameras = views.iter().map(|camera| camera.resolved(step.tip())).collect();
        let views = Views::from_bytes(&bytes).and_then(|stored| stored.read(number, cameras));
        let views = views.with_context(|| self.folder.join(file).display().to_string())?;
        let observation = Observation { views, robot: self.log.robot(step) };
        Ok(Transition { number, of: self.log.actions.len(), observation, action })
    }
}

/// The step at which an action was decided, and the action.
fn decision(log: &Log, number: usize) -> anyhow::Result<(&Step, Action)> {
    let found = log.decided_at(number).zip(log.actions.get(number).copied());
    found.with_context(|| format!("transition {number} of {}", log.actions.len()))
}
