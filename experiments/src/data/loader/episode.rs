//! One episode's log, from which samples are drawn.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use sim::episode::log::{Log, Step};
use sim::render::camera::Camera;
use sim::render::observe::{Observation, Observer};
use sim::render::raster::Frame;
use sim::render::renderer::Renderer;
use sim::robot::action::Action;

use super::sample::{Clip, Transition};
use super::{Source, Wishes};
use crate::media::mp4;
use crate::store::dataset;
use crate::store::dataset::{Manifest, Row, Views};

pub(super) struct Episode {
    folder: PathBuf,
    log: Arc<Log>,
    observer: Observer,
}

/// Reads an episode's log and leaves out what no picture needs.
pub(super) fn read(folder: &Path, manifest: &Manifest, row: &Row) -> anyhow::Result<Log> {
    let file = dataset::state_path(&row.id);
    let packed = manifest.read(folder, &file)?;
    let mut log =
        dataset::unpack(&packed).with_context(|| folder.join(file).display().to_string())?;
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

    /// The whole episode in a few frames.
    pub(super) fn clip(
        &mut self,
        row: &Row,
        camera: &Camera,
        wishes: &Wishes,
    ) -> anyhow::Result<Clip> {
        let steps = spread(self.log.steps.len(), wishes.frames);
        match wishes.source {
            Source::Logs => self.draw(steps, camera),
            Source::Videos => self.decode(row, steps),
        }
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

    fn decode(&self, row: &Row, steps: Vec<usize>) -> anyhow::Result<Clip> {
        let path = self.folder.join(row.videos.first().context("no video")?);
        let named = || format!("{}", path.display());
        let clip = mp4::Clip::parse(dataset::read(&path)?).with_context(named)?;
        let pictures = mp4::frames(&clip, &steps).with_context(named)?;
        let rgb = pictures.into_iter().flat_map(|picture| picture.rgb).collect();
        Ok(Clip { side: clip.width, steps, rgb })
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
        manifest: &Manifest,
        row: &Row,
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

/// `count` numbers below `length`, evenly spread, both ends included; some repeat where it is short.
fn spread(length: usize, count: usize) -> Vec<usize> {
    let (last, gaps) = (length.saturating_sub(1), count.saturating_sub(1).max(1));
    (0..count).map(|i| (i * last + gaps / 2) / gaps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_spread_over_the_whole_episode() {
        assert_eq!(spread(10, 4), [0, 3, 6, 9]);
        assert_eq!(spread(3, 5), [0, 1, 1, 2, 2]);
        assert_eq!(spread(7, 1), [0]);
        assert_eq!(spread(1, 3), [0, 0, 0]);
    }
}
