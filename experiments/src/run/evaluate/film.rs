//! Films of failed episodes, with what the policy predicted drawn in.
//!
//! Nothing is recorded while episodes are judged: an episode is what its scene and its actions make of it,
//! so the ones to be shown are played again.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use rayon::prelude::*;
use sim::episode::scene_file::SceneFile;
use sim::render::camera::Camera;
use sim::render::renderer::Renderer;
use sim::robot::action::Outcome;
use sim::scene::frame::Vec3;
use sim::tasks;

use super::closed::{DecidedAction, PlayedEpisode};
use crate::cli::progress::Progress;
use crate::media::film::{CameraView, EpisodeRecording, Picture};
use crate::media::mp4;
use crate::run::config::Config;
use crate::run::models::Instructions;
use crate::store::file;

/// Folder of the films in that of an evaluation.
const VIDEOS: &str = "videos";
/// Cameras, side by side: one view alone does not tell how far away a point is.
const CAMERAS: [&str; 2] = ["front", "overhead"];
/// Side of each view, pixels.
const SIDE: u32 = 320;
/// Height of the lines above and below, pixels.
const HEAD: u32 = 40;
const FOOT: u32 = 32;
/// Height of the strip that shows how far the episode is, pixels.
const STRIP: u32 = 8;
/// Frames before the arm moves to a keyframe, and at the end; 20 for each second.
const LOOK: usize = 8;
const REST: usize = 40;

const PAPER: [u8; 3] = [24, 24, 28];
const INK: [u8; 3] = [235, 235, 235];
const FAILED: [u8; 3] = [255, 96, 80];
/// The position asked for.
const CROSS: [u8; 3] = [255, 220, 0];
/// Where the heat maps of the whole box have their maximum.
const COARSE: [u8; 3] = [0, 210, 255];
/// The axes of the gripper: x, y, z.
const AXES: [[u8; 3]; 3] = [[230, 40, 40], [40, 190, 60], [60, 90, 255]];
/// Length of the axes, m.
const AXIS: f32 = 0.08;
/// Half the size of cross and square, pixels.
const MARK: f32 = 8.0;

/// Films the first `each` failures of each task; gives where each episode's film lies below `folder`. What
/// an earlier evaluation filmed of the other episodes goes.
pub(super) fn films(
    folder: &Path,
    played: &[PlayedEpisode],
    config: &Config,
    instructions: &Instructions,
    each: usize,
) -> anyhow::Result<Vec<Option<String>>> {
    let names: Vec<String> = played.iter().map(name).collect();
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let wanted: Vec<bool> = played
        .iter()
        .map(|one| {
            let count = counts.entry(one.instruction.task).or_default();
            let wanted = one.record.outcome != Outcome::Success && *count < each;
            *count += usize::from(wanted);
            wanted
        })
        .collect();
    for (name, _) in names.iter().zip(&wanted).filter(|(_, wanted)| !**wanted) {
        let path = folder.join(name);
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(e).with_context(|| format!("cannot remove {}", path.display()));
            }
            _ => {}
        }
    }
    let count = wanted.iter().filter(|wanted| **wanted).count();
    if count > 0 {
        file::create_folder(&folder.join(VIDEOS))?;
    }
    let progress = Progress::new(count, "films");
    let film = |((one, name), wanted): ((&PlayedEpisode, String), bool)| {
        if !wanted {
            return Ok(None);
        }
        let bytes =
            film(one, config, instructions).with_context(|| format!("cannot film {name}"))?;
        file::write(&folder.join(&name), &bytes)?;
        progress.step();
        Ok(Some(name))
    };
    played.par_iter().zip(names).zip(wanted).map(film).collect()
}

fn name(one: &PlayedEpisode) -> String {
    let PlayedEpisode { instruction, seed, .. } = one;
    let task = tasks::ALL[instruction.task].name;
    format!("{VIDEOS}/{task}-{}-{seed}.mp4", instruction.variation)
}

/// The film of an episode, mp4.
fn film(
    one: &PlayedEpisode,
    config: &Config,
    instructions: &Instructions,
) -> anyhow::Result<Vec<u8>> {
    let (task, variation) = (&tasks::ALL[one.instruction.task], one.instruction.variation);
    let file = SceneFile::sample(task, variation, one.seed, config.data.rules)?;
    let actions: Vec<_> = one.asked.iter().map(|asked| asked.action).collect();
    let mut recording =
        EpisodeRecording::acted(file, config.data.grasp, &actions, &Renderer::Raster)?;
    let (again, before) = (recording.outcome.name(), one.record.outcome.name());
    ensure!(again == before, "played again it ended with {again}, not {before}");

    let cameras = CAMERAS.map(str::parse::<CameraView>).into_iter().collect::<Result<Vec<_>, _>>();
    let cameras = cameras.map_err(anyhow::Error::msg)?;
    let cameras: Vec<Camera> =
        cameras.iter().map(|camera_view| camera_view.camera([SIDE, SIDE])).collect();
    let shots = shots(&recording.keyframes);
    let mut head = Picture::plain(SIDE * CAMERAS.len() as u32, HEAD + SIDE + FOOT, PAPER);
    head.write(&format!("{} {variation}  seed {}", task.name, one.seed), 6, 4, 2, INK);
    head.write(instructions.canonical(one.instruction)?, 6, 26, 1, INK);
    let mut writer = mp4::Writer::new(head.width, head.height)?;
    for (number, shot) in shots.iter().enumerate() {
        let mut frame = head.clone();
        for (camera, left) in cameras.iter().zip((0..).step_by(SIDE as usize)) {
            let mut view = recording.draw(shot.moment, camera)?;
            if let Some(asked) = one.asked.get(shot.keyframe) {
                mark(&mut view, camera, asked);
            }
            frame.put(&view, left, HEAD);
        }
        foot(&mut frame, one, *shot, (number + 1) as f32 / shots.len() as f32);
        writer.add(&frame.rgb)?;
    }
    writer.finish()
}

/// One frame of a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shot {
    /// Moment of the recording.
    moment: usize,
    /// The keyframe that the arm is on its way to.
    keyframe: usize,
    /// Whether the episode is over.
    over: bool,
}

/// The frames: before each keyframe a look at where it will be, then the way there; at the end a rest.
fn shots(ends: &[usize]) -> Vec<Shot> {
    let mut shots = Vec::new();
    let mut from = 0;
    for (keyframe, &to) in ends.iter().enumerate() {
        let shot = |moment| Shot { moment, keyframe, over: false };
        shots.extend(std::iter::repeat_n(shot(from), LOOK));
        shots.extend((from + 1..=to).map(shot));
        from = to;
    }
    let last = Shot { moment: from, keyframe: ends.len().saturating_sub(1), over: true };
    shots.extend(std::iter::repeat_n(last, REST));
    shots
}

/// Draws where the policy looked and what it asked for.
fn mark(view: &mut Picture, camera: &Camera, asked: &DecidedAction) {
    let pixel = |point: Vec3| camera.project(point).map(|(u, v, _)| [u, v]);
    if let Some([u, v]) = asked.coarse.and_then(|coarse| pixel(Vec3::from(coarse))) {
        let corner = |x: f32, y: f32| [u + x * MARK, v + y * MARK];
        let corners = [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
        for (index, from) in corners.into_iter().enumerate() {
            view.line(from, corners[(index + 1) % 4], 2, COARSE);
        }
    }
    let (position, turned) = (asked.action.position, asked.action.quaternion);
    let Some([u, v]) = pixel(position) else { return };
    for (axis, color) in [Vec3::X, Vec3::Y, Vec3::Z].into_iter().zip(AXES) {
        if let Some(end) = pixel(position + AXIS * (turned * axis)) {
            view.line([u, v], end, 3, color);
        }
    }
    view.line([u - MARK, v], [u + MARK, v], 2, CROSS);
    view.line([u, v - MARK], [u, v + MARK], 2, CROSS);
}

/// Which keyframe, how the episode ended, and how far it is.
fn foot(frame: &mut Picture, one: &PlayedEpisode, shot: Shot, done: f32) {
    let top = HEAD + SIDE;
    let asked = one.asked.get(shot.keyframe);
    let grip = asked.map_or("", |asked| if asked.action.open() { "open" } else { "closed" });
    let text = format!("keyframe {} of {}, {grip}", shot.keyframe + 1, one.asked.len());
    frame.write(&text, 6, top + 5, 2, INK);
    if shot.over {
        frame.write(one.record.outcome.name(), SIDE + 6, top + 5, 2, FAILED);
    }
    let length = (done * frame.width as f32) as u32;
    let strip = Picture::plain(length, STRIP, if shot.over { FAILED } else { INK });
    frame.put(&strip, 0, top + FOOT - STRIP);
}

#[cfg(test)]
mod tests {
    use sim::robot::action::Action;
    use sim::scene::frame::Quat;

    use super::*;

    #[test]
    fn every_keyframe_is_shown_before_the_way_to_it() {
        // The second action found no path: nothing moved.
        let shots = shots(&[3, 3]);
        assert_eq!(shots.len(), LOOK + 3 + LOOK + REST);
        assert_eq!(shots[0], Shot { moment: 0, keyframe: 0, over: false });
        assert_eq!(shots[LOOK + 2], Shot { moment: 3, keyframe: 0, over: false });
        assert_eq!(shots[LOOK + 3], Shot { moment: 3, keyframe: 1, over: false });
        assert_eq!(shots[shots.len() - 1], Shot { moment: 3, keyframe: 1, over: true });
        assert_eq!(super::shots(&[]).len(), REST);
    }

    #[test]
    fn marks_are_where_the_camera_sees_the_points() {
        let camera = "front".parse::<CameraView>().unwrap().camera([SIDE, SIDE]);
        let position = Vec3::new(0.3, 0.1, 1.0);
        let action =
            Action { position, quaternion: Quat::IDENTITY, gripper: 1.0, ignore_collisions: false };
        let coarse = [0.2, -0.2, 0.9];
        let asked = DecidedAction { action, coarse: Some(coarse) };
        let mut view = Picture::plain(SIDE, SIDE, [0; 3]);
        mark(&mut view, &camera, &asked);
        let color = |point: Vec3, right: f32| {
            let (u, v, _) = camera.project(point).unwrap();
            let index = 3 * (v as usize * SIDE as usize + (u + right) as usize);
            [0, 1, 2].map(|channel| view.rgb[index + channel])
        };
        assert_eq!(color(position, 0.0), CROSS);
        assert_eq!(color(Vec3::from(coarse), MARK), COARSE);
        for (axis, expected) in [Vec3::X, Vec3::Y, Vec3::Z].into_iter().zip(AXES) {
            assert_eq!(color(position + 0.9 * AXIS * axis, 0.0), expected);
        }
    }
}
