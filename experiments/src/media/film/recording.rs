//! A recording: one episode kept as poses, to be drawn from anywhere and at any size afterwards.

use sim::episode::environment::Episode;
use sim::episode::expert::{Demonstration, demonstrate};
use sim::episode::scene_file::SceneFile;
use sim::render::camera::Camera;
use sim::render::observe::{Observer, PoseSnapshot};
use sim::render::raster::{Frame, MAX_SIDE};
use sim::render::renderer::{RenderError, Renderer};
use sim::robot::GraspMode;
use sim::robot::action::{Action, Outcome};
use sim::robot::cell::Cell;
use sim::robot::panda::Joints;

use super::picture::Picture;

/// Pixels drawn for each one shown, along either side, where edges are to be smooth (default 2).
const FINE: u32 = 2;

/// A recorded episode.
pub struct EpisodeRecording {
    /// What was played.
    pub file: SceneFile,
    /// How it ended.
    pub outcome: Outcome,
    /// Each part of success with whether it held at the end.
    pub parts: Vec<(String, bool)>,
    /// Moments that are keyframes, as indices.
    pub keyframes: Vec<usize>,
    moments: Vec<PoseSnapshot>,
    observer: Observer,
    /// Pixels drawn for each one shown, along either side.
    fine: u32,
}

/// Moments of an episode while it runs: the first one, then one for each control step.
#[derive(Default)]
struct Recorder {
    moments: Vec<PoseSnapshot>,
    joints: Vec<Joints>,
}

impl Recorder {
    fn add(&mut self, cell: &Cell) {
        self.moments.push(PoseSnapshot::of(cell));
        self.joints.push(cell.arm().joints(cell.world()));
    }

    /// The moments a demonstration's keyframes were taken at. Its frames are some of the control
    /// steps, unchanged, so that equal joint values identify them.
    fn keyframes(&self, demonstration: &Demonstration) -> Vec<usize> {
        let mut from = 0;
        let mut place = |&index: &usize| {
            let joints = demonstration.frames[index].joints;
            let found = from + self.joints[from..].iter().position(|moment| *moment == joints)?;
            from = found;
            Some(found)
        };
        demonstration.keyframes.iter().filter_map(&mut place).collect()
    }
}

impl EpisodeRecording {
    /// Records the expert.
    pub fn expert(file: SceneFile, grasp: GraspMode, by: &Renderer) -> anyhow::Result<Self> {
        let mut episode = Episode::new(&file, grasp)?;
        let mut recorder = Recorder::default();
        recorder.add(episode.cell());
        let demonstration = demonstrate(&mut episode, &mut |cell, _| recorder.add(cell));
        let keyframes = recorder.keyframes(&demonstration);
        Self::of(file, &mut episode, recorder, keyframes, by)
    }

    /// Records the expert's keyframes being sent through the action interface.
    pub fn replay(file: SceneFile, grasp: GraspMode, by: &Renderer) -> anyhow::Result<Self> {
        let mut rehearsal = Episode::new(&file, grasp)?;
        let actions = demonstrate(&mut rehearsal, &mut |_, _| {}).actions();
        Self::acted(file, grasp, &actions, by)
    }

    /// Records actions, one after the other until the episode ends; each has a keyframe, where it ended.
    pub fn acted(
        file: SceneFile,
        grasp: GraspMode,
        actions: &[Action],
        by: &Renderer,
    ) -> anyhow::Result<Self> {
        let mut episode = Episode::new(&file, grasp)?;
        let (mut recorder, mut keyframes) = (Recorder::default(), Vec::new());
        recorder.add(episode.cell());
        for action in actions {
            let ended = episode.act(action, &mut |cell, _| recorder.add(cell)).is_some();
            keyframes.push(recorder.moments.len() - 1);
            if ended {
                break;
            }
        }
        Self::of(file, &mut episode, recorder, keyframes, by)
    }

    fn of(
        file: SceneFile,
        episode: &mut Episode,
        recorder: Recorder,
        keyframes: Vec<usize>,
        by: &Renderer,
    ) -> anyhow::Result<Self> {
        let outcome = episode.give_up();
        let parts = episode.parts().map(|(name, met)| (name.to_owned(), met)).collect();
        let observer = Observer::by(by, &file.scene)?;
        // The rasteriser's pictures are what a policy sees, pixel by pixel; Bevy's are for people.
        let fine = if matches!(by, Renderer::Raster) { 1 } else { FINE };
        Ok(Self { file, outcome, parts, keyframes, moments: recorder.moments, observer, fine })
    }

    /// Number of moments, 20 for each second.
    pub fn len(&self) -> usize {
        self.moments.len()
    }

    /// Whether nothing was recorded, which never happens.
    pub fn is_empty(&self) -> bool {
        self.moments.is_empty()
    }

    /// Some moments, evenly spaced, the first and the last one among them.
    pub fn spread(&self, count: usize) -> Vec<usize> {
        let last = self.len().saturating_sub(1);
        match count {
            0 => Vec::new(),
            1 => vec![last],
            count if count > last => (0..=last).collect(),
            count => (0..count).map(|i| i * last / (count - 1)).collect(),
        }
    }

    /// Draws one moment.
    ///
    /// # Errors
    /// When a graphics driver fails.
    pub fn draw(&mut self, moment: usize, camera: &Camera) -> Result<Picture, RenderError> {
        let moment = &self.moments[moment];
        let mut frame = Frame::new();
        self.observer.restore(moment);
        let [width, height] = [camera.width, camera.height];
        let fine = if width.max(height) * self.fine <= MAX_SIDE { self.fine } else { 1 };
        let camera = camera.resolved(moment.tip()).resized(fine * width, fine * height);
        self.observer.draw(&camera, &mut frame)?;
        Ok(Picture::of(frame).shrunk(fine))
    }
}
